"""Compose what `serve` tells people at its start.

Functions here return text. The passwords are of made-up users and are meant to be read.
"""

import json
import shlex
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence

from mockserver.dotnet.ticks import format_ticks, parse_date
from mockserver.server.password_dialog import CHOICE
from mockserver.space.space import Space
from mockserver.world.password import Secret
from mockserver.world.rows import read_member
from mockserver.world.scenario import User

__all__ = [
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
_SHOWN_ENDPOINTS = 10
_SOMEBODY = "+12105550100"
_NO_ID = "0" * 24


def ready_line(url: str) -> str:
    """Return the first line that `serve` prints."""
    return f"mockserver listening on {url}"


def describe_start(
    url: str, space: Space, *, has_admin: bool = False, needs_token: bool = False
) -> list[str]:
    """Return what `serve` prints below the ready line: users, commands to paste, pages.

    Args:
        has_admin: the admin API is on.
        needs_token: only who has the token may use it.
    """
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
    if not len(world) and world.directory.lines:
        lines += ["", "endpoints", *_endpoints(space)]
        if has_admin and not needs_token:
            lines += ["  let the first message arrive:", f"  {_first_message(url, space)}"]
    pages = [*_PAGES, ("/__admin/", "spaces, clock, faults, journal")] if has_admin else _PAGES
    lines += ["", "pages", *_table([(f"{url}{path}", what) for path, what in pages]), ""]
    return lines


def _user_cells(user: User, names: Mapping[str, str]) -> tuple[str, ...]:
    if user.account_ids is None:
        accounts = "all accounts"
    elif user.account_ids:
        accounts = ", ".join(f"{i} ({names.get(i, '?')})" for i in sorted(user.account_ids))
    else:
        accounts = "no account"
    return user.username, user.password.reveal(), ", ".join(user.roles) or "no role", accounts


def _endpoints(space: Space) -> list[str]:
    """Return the endpoints of a world without conversations: without a row, nothing names them."""
    directory = space.world.directory
    cells = [
        (line.endpoint_id, line.name, directory.name_of(line.account_id) or "no account")
        for line in directory.lines[:_SHOWN_ENDPOINTS]
    ]
    more = len(directory.lines) - len(cells)
    return [*_table(cells), *([f"  and {more} more"] if more else [])]


def _first_message(url: str, space: Space) -> str:
    """Return a command that lets somebody write to the first endpoint."""
    line = space.world.directory.lines[0]
    address = "somebody@example.com" if line.is_email else _SOMEBODY
    body = json.dumps({"endpointId": line.endpoint_id, "otherAddress": address})
    target = f"{url}/__admin/spaces/{space.name}/messages"
    return f"curl -s -H 'Content-Type: application/json' -d {shlex.quote(body)} {target}"


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
