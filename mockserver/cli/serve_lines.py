"""Compose what `serve` tells people: the lines at the start, and a line a request.

Functions here return text. Secrets are masked in every line about a request: a header is shown only
if it is on the list of those that hold none. The passwords at the start are of made-up users and
are meant to be read.
"""

import json
import shlex
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence

from mockserver.dotnet.ticks import format_ticks, parse_date
from mockserver.loopback import is_wildcard
from mockserver.printable import printable
from mockserver.server.mask import (
    mask_answer_header,
    mask_header,
    mask_header_name,
    mask_path,
    mask_prefix,
    mask_query,
)
from mockserver.server.password_dialog import CHOICE
from mockserver.space.journal import Entry
from mockserver.space.space import Space
from mockserver.world.password import Secret
from mockserver.world.rows import read_member
from mockserver.world.scenario import User

__all__ = [
    "base_url",
    "describe_entry",
    "describe_start",
    "ready_line",
]

_PAGES = (
    ("/conversations", "the conversations, in a browser"),
    ("/login", "the sign-in form"),
    ("/metadata", "the operations"),
    ("/openapi.yaml", "the contract"),
)
_IN_A_BROWSER = (
    "in a browser",
    "  a 401 has a basic challenge: a browser opens a password dialog, and fetch waits for it",
    f"  for an app in a browser: mockserver serve {CHOICE}",
)
# The date in the printed example leaves about this many of the user's rows.
_EXAMPLE_ROWS = 5
_LOOKED_AT_ROWS = 1_000
_NO_ID = "0" * 24


def base_url(host: str, port: int) -> str:
    """Return the address to give to a client on this machine."""
    if is_wildcard(host):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def ready_line(url: str) -> str:
    """Return the first line that `serve` prints."""
    return f"mockserver listening on {url}"


def describe_start(url: str, space: Space, *, has_admin: bool = False) -> list[str]:
    """Return what `serve` prints below the ready line: users, commands to paste, pages."""
    world, users = space.world, space.scenario.users
    names = {account.id: account.name for account in world.directory.accounts}
    lines = [
        f"scenario {space.scenario.name}: {len(world)} conversations in {len(names)} accounts",
        *(f"warning: {warning}" for warning in world.warnings),
        "",
        "users",
        *_table([_user_cells(user, names) for user in users]),
    ]
    if users:
        lines += ["", "try", *(f"  {line}" for line in _commands(url, space))]
    if space.profile["provider-order"] == "basic":
        lines += ["", *_IN_A_BROWSER]
    pages = [*_PAGES, ("/__admin/", "spaces, clock, faults, journal")] if has_admin else _PAGES
    lines += ["", "pages", *_table([(f"{url}{path}", what) for path, what in pages]), ""]
    return lines


def describe_entry(
    entry: Entry,
    warnings: Sequence[str] = (),
    *,
    sent: Sequence[tuple[bytes, bytes]] = (),
    is_verbose: bool = False,
) -> list[str]:
    """Return the lines of one request: what was asked and answered, headers, warnings.

    Args:
        sent: the answer's headers, shown where `is_verbose`.
    """
    request = entry.request
    query = request.query.decode("latin-1")
    target = mask_path(request.raw_path.decode("latin-1"))
    if request.prefix:
        target = mask_prefix(request.prefix) + target
    if query:
        target += f"?{mask_query(query)}"
    rows = "" if entry.rows is None else f" {entry.rows} row{'s' * (entry.rows != 1)}"
    lines = [f"{entry.status} {request.method} {target}{rows} {entry.ms:.1f} ms"]
    if is_verbose:
        lines += [f"  > {name}: {value}" for name, value in _request_headers(request.headers)]
        lines += [f"  < {name}: {value}" for name, value in _answer_headers(sent)]
    lines += [f"  ! {warning}" for warning in warnings]
    return [printable(line) for line in lines]


def _user_cells(user: User, names: Mapping[str, str]) -> tuple[str, ...]:
    if user.account_ids is None:
        accounts = "all accounts"
    elif user.account_ids:
        accounts = ", ".join(f"{i} ({names.get(i, '?')})" for i in sorted(user.account_ids))
    else:
        accounts = "no account"
    return user.username, user.password.reveal(), ", ".join(user.roles) or "no role", accounts


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return ["  none"]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _commands(url: str, space: Space) -> Iterator[str]:
    """Yield three commands that work when they are pasted into a shell."""
    users = space.scenario.users
    known = [user for user in users if isinstance(user.password, Secret)] or users
    user = next((user for user in known if user.account_ids is None), known[0])
    secret = user.password.reveal()
    name = shlex.quote(f"{user.username}:{secret}")
    account, date = _example_filter(space, user)
    filtered = urllib.parse.urlencode({"accountIds": account, "afterDate": date}, safe=":")
    yield f"curl -su {name} {url}/conversations.json"
    yield f"curl -su {name} {shlex.quote(f'{url}/conversations.json?{filtered}')}"
    members = {"userName": user.username, "password": secret}
    body = shlex.quote(json.dumps(members))
    yield f"curl -si -H 'Content-Type: application/json' -d {body} {url}/auth/credentials.json"


def _example_filter(space: Space, user: User) -> tuple[str, str]:
    """Return an account and an instant that together leave some rows, where there are any."""
    world, now_ticks = space.world, space.now_ticks()
    dates: dict[str, list[int]] = {}
    for number in world.find({}, now_ticks=now_ticks)[:_LOOKED_AT_ROWS]:
        row = world.row(number)
        account, date = (
            read_member(row, f"/mostRecentMessage/{name}") for name in ("accountId", "date")
        )
        if account is None or date is None or not _sees(user, account):
            continue
        ticks = parse_date(date, now_ticks=now_ticks)
        if ticks is not None:
            found = dates.setdefault(account, [])
            found.append(ticks)
            if len(found) > _EXAMPLE_ROWS:
                break
    if dates:
        account, found = max(dates.items(), key=lambda item: len(item[1]))
        return account, format_ticks(found[-1])
    accounts = [account.id for account in world.directory.accounts if _sees(user, account.id)]
    return accounts[0] if accounts else _NO_ID, format_ticks(now_ticks)


def _sees(user: User, account: str) -> bool:
    return user.account_ids is None or account in user.account_ids


def _request_headers(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        text = name.decode("latin-1")
        yield mask_header_name(text), mask_header(text, value.decode("latin-1"))


def _answer_headers(sent: Sequence[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in sent:
        text = name.decode("latin-1")
        yield text, mask_answer_header(text, value.decode("latin-1"))
