"""Break answers on purpose: FAULTS is the table of faults, PRESETS names lists of rules.

A rule says which fault, for which requests, and when it fires. Its decision is a function of seed,
space, the rule's position and content, and how many requests it has matched, so that a red run
replays exactly. server/request/breaking.py carries a decision out; preferences.py, beside
it, reads what a client asks to be broken in one request.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Any

from mockserver.errors import UsageError, unknown_name
from mockserver.limits import MAX_FAULTS, MAX_GLOB, MAX_MATCH

__all__ = [
    "FAULTS",
    "PRESETS",
    "Decision",
    "Fault",
    "FaultPlan",
    "Rule",
    "parse_rules",
]

STATUSES = (400, 401, 403, 404, 429, 500, 502, 503, 504)
MAX_DELAY_MS = 600_000
_MAX_COUNT = 1_000_000_000
_FIRES = ("after", "every", "first", "probability")
_MATCHES = ("path", "query", "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Describe one fault: a line of help, its parameters, and what they must be."""

    help: str
    parameters: Mapping[str, Callable[[object], bool]] = field(default_factory=dict)
    required: tuple[tuple[str, ...], ...] = ((),)


def _is_number(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


_DELAY = _is_number(0, MAX_DELAY_MS)

FAULTS: Mapping[str, Fault] = {
    "status": Fault(
        help=f"answer with a status in the server's dialect: {', '.join(map(str, STATUSES))}",
        parameters={
            "code": lambda value: type(value) is int and value in STATUSES,
            "retry_after": _is_number(0, 86_400),
        },
        required=(("code",),),
    ),
    "latency": Fault(
        help="wait before the answer: `ms`, or drawn from `min_ms` to `max_ms`",
        parameters={"ms": _DELAY, "min_ms": _DELAY, "max_ms": _DELAY},
        required=(("ms",), ("min_ms", "max_ms")),
    ),
    "hang": Fault(help="never answer; the connection stays open until the client gives up"),
    "reset": Fault(
        help="reset the connection, at the start or in the middle of the body",
        parameters={"at": lambda value: value in ("start", "body")},
        required=((), ("at",)),
    ),
    "truncate": Fault(
        help="send only the first `bytes` of the body, then close",
        parameters={"bytes": _is_number(0, 1_000_000_000)},
        required=(("bytes",),),
    ),
    "drip": Fault(
        help="send the body slowly, `bytes_per_second`",
        parameters={"bytes_per_second": _is_number(1, 1_000_000_000)},
        required=(("bytes_per_second",),),
    ),
    "broken-json": Fault(help="answer 200 with JSON that does not parse"),
    "sign-in-page": Fault(
        help="answer 200 with the HTML page for signing in, as a front door does"
    ),
}

PRESETS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "flaky": (
        {"fault": "status", "code": 500, "fire": {"probability": 0.05}},
        {"fault": "status", "code": 503, "fire": {"probability": 0.05}},
        {"fault": "reset", "at": "start", "fire": {"probability": 0.03}},
        {"fault": "truncate", "bytes": 100, "fire": {"probability": 0.03}},
    ),
    "slow": ({"fault": "latency", "min_ms": 500, "max_ms": 3000},),
    "outage": ({"fault": "status", "code": 503},),
    "expired-session": ({"fault": "status", "code": 401, "match": {"path": "/conversations*"}},),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Hold one row of the fault table."""

    fault: str
    parameters: Mapping[str, Any]
    path: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    fire: tuple[str, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row as it was given."""
        match: dict[str, Any] = {}
        if self.path is not None:
            match["path"] = self.path
        if self.query:
            match["query"] = dict(self.query)
        if self.user is not None:
            match["user"] = self.user
        row = {"fault": self.fault, **self.parameters}
        if match:
            row["match"] = match
        if self.fire is not None:
            row["fire"] = {self.fire[0]: self.fire[1]}
        return row

    def matches(
        self, path: str, pairs: Sequence[tuple[str, str]], user: Callable[[], str | None]
    ) -> bool:
        """Tell whether the rule is about a request; `user` is asked only where it matters."""
        if self.path is not None and not fnmatchcase(path, self.path):
            return False
        if any((name, value) not in pairs for name, value in self.query.items()):
            return False
        return self.user is None or user() == self.user


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Say what happens to one request; `names` are the rules that fired, for the journal."""

    delay_ms: int = 0
    fault: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()


class FaultPlan:
    """Hold the rules of one space and how many requests each has matched."""

    def __init__(self, rules: Sequence[Rule], *, seed: int) -> None:
        """Count from here.

        The space's name is no part of what decides, so that a test that runs alone, in a space of
        another name, meets the faults that it met among others.
        """
        self.rules = tuple(rules)
        self._counts = [0] * len(self.rules)
        self._keys = [
            f"{seed}/{place}/{json.dumps(rule.to_json(), sort_keys=True)}".encode()
            for place, rule in enumerate(self.rules)
        ]

    def decide(
        self, path: str, pairs: Sequence[tuple[str, str]], user: Callable[[], str | None]
    ) -> Decision | None:
        """Return what happens to a request; None for nothing. Counts it for the rules it matches.

        Latencies add up; of the other faults the first that fires is carried out.
        """
        delay_ms, fault, names = 0, None, []
        for place, rule in enumerate(self.rules):
            if not rule.matches(path, pairs, user):
                continue
            self._counts[place] += 1
            number = self._counts[place]
            draw = _draw(self._keys[place], number)
            if not _fires(rule, number, draw):
                continue
            if rule.fault == "latency":
                delay_ms += _latency_ms(rule, draw)
            elif fault is None:
                fault = rule
            else:
                continue
            names.append(describe_rule(place, rule))
        if not names:
            return None
        return Decision(
            delay_ms=min(delay_ms, MAX_DELAY_MS),
            fault=None if fault is None else fault.fault,
            parameters={} if fault is None else fault.parameters,
            names=tuple(names),
        )


def describe_rule(place: int, rule: Rule) -> str:
    """Return a rule in a few words, with its place from 0."""
    parameters = "".join(f" {name}={value}" for name, value in rule.parameters.items())
    return f"rule {place}: {rule.fault}{parameters}"


def parse_rules(value: object) -> tuple[Rule, ...]:
    """Return the rules of a JSON array; a text in it is a preset's name.

    Raises:
        UsageError: something is wrong; the sentence starts with its JSON pointer.
    """
    if not isinstance(value, list | tuple):
        raise UsageError("/: expected a list of fault rows")
    if len(value) > MAX_FAULTS * max(map(len, PRESETS.values())):
        raise UsageError(f"/: {len(value)} rules are more than {MAX_FAULTS} rows can name")
    rules: list[Rule] = []
    for place, row in enumerate(value):
        if isinstance(row, str):
            if row not in PRESETS:
                raise UsageError(f"/{place}: {unknown_name('preset', row, PRESETS)}")
            rules += parse_rules(PRESETS[row])
        else:
            rules.append(_parse_rule(row, f"/{place}"))
    return tuple(rules)


def _parse_rule(row: object, pointer: str) -> Rule:
    members = _object(row, pointer)
    name = members.pop("fault", None)
    if not isinstance(name, str):
        raise UsageError(f"{pointer}/fault: a row needs the name of a fault")
    if name not in FAULTS:
        raise UsageError(f"{pointer}/fault: {unknown_name('fault', name, FAULTS)}")
    match = _object(members.pop("match", {}), f"{pointer}/match")
    fire = _parse_fire(members.pop("fire"), pointer) if "fire" in members else None
    fault = FAULTS[name]
    for key, member in list(members.items()):
        if key not in fault.parameters:
            known = ("fault", "fire", "match", *fault.parameters)
            raise UsageError(f"{pointer}/{_escape(key)}: {unknown_name('member', key, known)}")
        member = members[key] = _as_integer(member)
        if not fault.parameters[key](member):
            raise UsageError(f"{pointer}/{key}: {member!r} is not what {name} takes; {fault.help}")
    _demand_parameters(name, members, pointer)
    return Rule(
        fault=name,
        parameters=members,
        fire=fire,
        **_parse_match(match, pointer),
    )


def _demand_parameters(name: str, members: Mapping[str, Any], pointer: str) -> None:
    given = set(members) - {"retry_after"}
    ways = FAULTS[name].required
    if not any(given == set(way) for way in ways):
        wanted = " or ".join(" and ".join(way) for way in ways if way)
        raise UsageError(f"{pointer}: {name} takes {wanted}")


def _parse_match(match: dict[str, Any], pointer: str) -> dict[str, Any]:
    _demand_known(match, _MATCHES, f"{pointer}/match")
    query = _object(match.get("query", {}), f"{pointer}/match/query")
    texts = {_escape(name): value for name, value in match.items() if name != "query"}
    texts |= {f"query/{_escape(name)}": value for name, value in query.items()}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise UsageError(f"{pointer}/match/{name}: expected a text, got {value!r}")
        if len(value) > MAX_MATCH:
            raise UsageError(f"{pointer}/match/{name}: the text is over {MAX_MATCH} characters")
    if len(match.get("path", "")) > MAX_GLOB:
        raise UsageError(f"{pointer}/match/path: a pattern has at most {MAX_GLOB} characters")
    return {"path": match.get("path"), "query": query, "user": match.get("user")}


def _parse_fire(value: object, pointer: str) -> tuple[str, float]:
    pointer = f"{pointer}/fire"
    fire = _object(value, pointer)
    _demand_known(fire, _FIRES, pointer)
    if len(fire) != 1:
        raise UsageError(f"{pointer}: expected one of {', '.join(_FIRES)}, got {len(fire)}")
    ((name, found),) = fire.items()
    return name, _parse_when(name, _as_integer(found), pointer)


def _parse_when(name: str, value: Any, pointer: str) -> float:
    if name == "probability":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= 1:
            raise UsageError(f"{pointer}/probability: {value!r} is not from 0 to 1")
    elif not _is_number(1 if name == "every" else 0, _MAX_COUNT)(value):
        raise UsageError(f"{pointer}/{name}: {value!r} is no count of requests")
    return float(value) if name == "probability" else int(value)


def _as_integer(value: object) -> object:
    """Return 5 for 5.0: in JSON they are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _object(value: object, pointer: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{pointer}: expected an object, got {value!r}")
    return dict(value)


def _demand_known(members: Mapping[str, Any], known: Sequence[str], pointer: str) -> None:
    for name in members:
        if name not in known:
            raise UsageError(f"{pointer}/{_escape(name)}: {unknown_name('member', name, known)}")


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _fires(rule: Rule, number: int, draw: int) -> bool:
    if rule.fire is None:
        return True
    name, value = rule.fire
    match name:
        case "probability":
            return draw < value * 2**32
        case "every":
            return number % int(value) == 0
        case "first":
            return number <= value
        case _:
            return number > value


def _draw(key: bytes, number: int) -> int:
    """Return 32 bits that depend on the rule and on the number of the request it matches."""
    digest = blake2b(key + b"/%d" % number, digest_size=8).digest()
    return int.from_bytes(digest[:4], "little")


def _latency_ms(rule: Rule, draw: int) -> int:
    if "ms" in rule.parameters:
        return int(rule.parameters["ms"])
    low, high = sorted((int(rule.parameters["min_ms"]), int(rule.parameters["max_ms"])))
    # The low bits decided whether the rule fires; mixing keeps the delay free of that.
    mixed = draw * 0x9E3779B1 & 0xFFFFFFFF
    return low + (mixed * (high - low + 1) >> 32)
