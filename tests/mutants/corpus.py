"""Take the shapes of the recorded requests and point them at rows and users of the default world.

The recordings are of other hosts of the same framework: their ids become ids of this world, their
dates dates beside those of its rows, and their users its users. Of all these the contract settles
a part; the others are left out.
"""

import base64
import binascii
import json
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.mutants.dates import move_date
from tests.mutants.sequences import Ask, Sequence
from tests.mutants.settled import is_settled
from tests.replay import TRANSCRIPTS

__all__ = ["World", "basic", "build_corpus", "read_world"]

_PROBES = ("servicestack-6.11-default.ndjson", "servicestack-6.11-more.ndjson")
# Every so-manieth of a file of thousands; what is drawn of them says the same in many ways.
_FUZZ = {"binding": 3, "negotiation": 2, "authentication": 2}
_DATES_STEP = 1
_ID = re.compile(r"5f1([ace])0{16,17}([ace])0(\d\d)|(?<![0-9A-Za-z])e([1-9])(?![0-9A-Za-z])")
_AFTER_DATE = re.compile(r"(?<=[?&]afterDate=)[^&]*")
_FORGED = "ss-id=AAAAAAAAAAAAAAAAAAAA; ss-pid=BBBBBBBBBBBBBBBBBBBB; ss-opt=temp"
_JSON = (("Accept", "application/json"),)
_JSON_BODY = (*_JSON, ("Content-Type", "application/json"))
_PLAIN = Ask(target="/conversations", headers=_JSON, has_cookies=True)
_ALL = "ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Hold what the requests are pointed at.

    Attributes:
        dates: of the rows, newest first, as the server writes them.
        passwords: by user name.
        visible: the accounts that each user sees; None for all.
    """

    accounts: tuple[str, ...]
    customers: tuple[str, ...]
    endpoints: tuple[str, ...]
    dates: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    passwords: Mapping[str, str]
    visible: Mapping[str, frozenset[str] | None]


def read_world(
    text: bytes,
    *,
    passwords: Mapping[str, str],
    visible: Mapping[str, frozenset[str] | None],
) -> World:
    """Return the world of a plain answer in JSON; the ids of most rows come first."""
    rows = json.loads(text)["conversations"]
    messages = [row["mostRecentMessage"] for row in rows if row.get("mostRecentMessage")]

    def ranked(name: str) -> tuple[str, ...]:
        counts = Counter(message.get(name) for message in messages)
        return tuple(id_ for id_, _ in counts.most_common() if id_)

    return World(
        accounts=ranked("accountId"),
        customers=ranked("customerId"),
        endpoints=ranked("endpointId"),
        dates=tuple(sorted((m["date"] for m in messages if m.get("date")), reverse=True)),
        rows=tuple(rows),
        passwords=passwords,
        visible=visible,
    )


def build_corpus(world: World) -> list[Sequence]:
    """Return the sequences that only read, each once."""
    found = [*_probes(world), *_fuzzed(world), *_dated(world)]
    settled = [
        one
        for one in found
        if any(map(is_settled, one.asks))
        and all(is_settled(ask) for ask in one.asks if ask.keeps_cookies)
    ]
    return list({sequence.asks: sequence for sequence in reversed(settled)}.values())[::-1]


def _probes(world: World) -> Iterator[Sequence]:
    """Yield the probes that were written by hand; those of one jar are one sequence."""
    jars: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    number = 0
    for record in _records(_PROBES):
        request = record["request"]
        if request.get("jar"):
            jars.setdefault(request["jar"], []).append((record["id"], request))
        for user in ("ada", "max", "uma") if record["id"].startswith("filter.") else (None,):
            number += 1
            yield _single(record["id"], request, world, user or _user(number, world))
    for number, (jar, steps) in enumerate(jars.items()):
        yield _in_one_jar(jar, steps, world, _user(number, world))


def _fuzzed(world: World) -> Iterator[Sequence]:
    for name, step in _FUZZ.items():
        for number, record in enumerate(_records([f"fuzz/{name}.ndjson"])):
            if number % step == 0:
                yield _single(record["id"], record["request"], world, _user(number, world))


def _dated(world: World) -> Iterator[Sequence]:
    """Yield the recorded texts for a date, moved to where some rows are older and some newer."""
    records = list(_records(["fuzz/dates.ndjson"]))[::_DATES_STEP]
    for number, record in enumerate(records):
        text = move_date(record["text"], world.dates[len(world.dates) * (number % 5 + 1) // 7])
        target = f"/conversations?afterDate={urllib.parse.quote(text, safe=':')}"
        headers = (*_JSON, basic(_user(number, world), world.passwords))
        yield Sequence(label=f"dates {number}", asks=(Ask(target=target, headers=headers),))


def _records(names: Any) -> Iterator[Mapping[str, Any]]:
    for name in names:
        for line in (TRANSCRIPTS / name).read_bytes().splitlines():
            yield json.loads(line)


def _user(number: int, world: World) -> str:
    """Return whose turn it is; who sees all comes more often than who sees a part."""
    return [_ALL, "max", _ALL, "uma", _ALL, "max", _ALL, "noa"][number % 8]


def _single(label: str, request: Mapping[str, Any], world: World, user: str) -> Sequence:
    """Return one recorded request, with what it needs before it and the look after it."""
    ask = _translate(request, world, user)
    asks: list[Ask] = []
    needs_jar = request.get("auth") == "cookie" or any("${" in v for _, v in request["headers"])
    if needs_jar:
        asks.append(_sign_in(world, user, request.get("login") or {}))
    asks.append(ask)
    if ask.keeps_cookies:
        # Whether somebody is signed in now is seen by asking.
        asks += [_PLAIN, replace(_PLAIN, target="/auth/status")]
    return Sequence(label=label, asks=tuple(asks))


def _in_one_jar(
    jar: str, steps: list[tuple[str, Mapping[str, Any]]], world: World, user: str
) -> Sequence:
    login: Mapping[str, Any] = next((step["login"] for _, step in steps if step.get("login")), {})
    asks = [_sign_in(world, user, login)]
    for _, step in steps:
        ask = _translate(step, world, user)
        if ask.keeps_cookies and not is_settled(ask):
            # What it leaves behind is not settled either.
            break
        # Nor what two kinds of credentials at once leave.
        if not (ask.has_cookies and ask.values("authorization")):
            asks.append(ask)
    return Sequence(label=f"jar {jar}", asks=(*asks, _PLAIN))


def _sign_in(world: World, user: str, more: Mapping[str, Any]) -> Ask:
    fields = {"userName": user, "password": world.passwords[user], **more}
    return Ask(
        method="POST",
        target="/auth/credentials",
        headers=_JSON_BODY,
        body=json.dumps(fields),
        has_cookies=True,
        keeps_cookies=True,
    )


def _translate(request: Mapping[str, Any], world: World, user: str) -> Ask:
    headers = [(name, _header(name, value, world, user)) for name, value in request["headers"]]
    match request.get("auth"):
        case "basic":
            headers.append(basic(user, world.passwords))
        case "basic-bad":
            headers.append(("Authorization", _encode(f"{user}:nope")))
        case "cookie-bad":
            headers.append(("Cookie", _FORGED))
    target = _AFTER_DATE.sub(
        lambda match: _moved(match[0], world), _with_ids(request["path"], world)
    )
    body = request.get("body")
    is_auth = target.startswith("/auth")
    return Ask(
        method=request["method"],
        target=_with_users(target, world, user) if is_auth else target,
        headers=tuple(headers),
        body=None if body is None else _with_users(body, world, user),
        has_cookies=request.get("auth") == "cookie",
        keeps_cookies=is_auth,
    )


def _moved(text: str, world: World) -> str:
    plain = urllib.parse.unquote_plus(text)
    moved = move_date(plain, world.dates[len(world.dates) // 3])
    return text if moved == plain else urllib.parse.quote(moved, safe=":")


def _with_ids(text: str, world: World) -> str:
    kinds = {"a": world.accounts, "c": world.customers, "e": world.endpoints}

    def id_of(match: re.Match[str]) -> str:
        kind, number = (match[1], int(match[3])) if match[1] else ("e", int(match[4]))
        ids = kinds[kind]
        return ids[(number - 1) % len(ids)]

    path, mark, query = text.partition("?")
    return path + mark + _ID.sub(id_of, query)


def _with_users(text: str, world: World, user: str) -> str:
    """Put our users in the place of the recorded ones."""
    other = "uma" if user == "max" else "max"
    for name, password, ours in (
        ("alice", "wonder:Land1", user),
        ("bob.smith", "pässwörd", other),
    ):
        for spelled in (password, urllib.parse.quote(password, safe="")):
            text = text.replace(spelled, world.passwords[ours])
        text = text.replace(name.split(".")[0] + "@example.com", f"{ours}@example.com")
        text = text.replace(name, ours).replace(name.upper(), ours.upper())
    return text


def _header(name: str, value: str, world: World, user: str) -> str:
    scheme, _, encoded = value.partition(" ")
    if name.lower() != "authorization" or not encoded:
        return value
    try:
        plain = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    return f"{scheme} {_base64(_with_users(plain, world, user))}"


def basic(user: str, passwords: Mapping[str, str]) -> tuple[str, str]:
    """Return the header by which a user signs in."""
    return "Authorization", _encode(f"{user}:{passwords[user]}")


def _encode(text: str) -> str:
    return f"Basic {_base64(text)}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
