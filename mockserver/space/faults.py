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

from mockserver.documents.json_schema import Schema, object_schema
from mockserver.errors import UsageError
from mockserver.limits import MAX_FAULTS, MAX_GLOB, MAX_MATCH

__all__ = [
    "FAULTS",
    "MAX_RULES",
    "PRESETS",
    "Decision",
    "Fault",
    "FaultPlan",
    "Rule",
    "fault_forms",
    "faults_schema",
    "parse_rules",
]

STATUSES = (400, 401, 403, 404, 429, 500, 502, 503, 504)
MAX_DELAY_MS = 600_000
_MAX_COUNT = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Describe one fault.

    Attributes:
        help: a line of help.
        takes: the parameters that it needs, with their JSON Schemas: one mapping for each way.
        optional: those that may be there besides.
    """

    help: str
    takes: Sequence[Mapping[str, Any]] = ({},)
    optional: Mapping[str, Any] = field(default_factory=dict)


def _integer(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


_DELAY = _integer(0, MAX_DELAY_MS)

FAULTS: Mapping[str, Fault] = {
    "status": Fault(
        help=f"answer with a status in the server's dialect: {', '.join(map(str, STATUSES))}",
        takes=({"code": {"enum": list(STATUSES)}},),
        optional={"retry_after": _integer(0, 86_400)},
    ),
    "latency": Fault(
        help="wait before the answer: `ms`, or drawn from `min_ms` to `max_ms`",
        takes=({"ms": _DELAY}, {"min_ms": _DELAY, "max_ms": _DELAY}),
    ),
    "hang": Fault(help="never answer; the connection stays open until the client gives up"),
    "reset": Fault(
        help="reset the connection, at the start or in the middle of the body",
        optional={"at": {"enum": ["start", "body"]}},
    ),
    "truncate": Fault(
        help="send only the first `bytes` of the body, then close",
        takes=({"bytes": _integer(0, 1_000_000_000)},),
    ),
    "drip": Fault(
        help="send the body slowly, `bytes_per_second`",
        takes=({"bytes_per_second": _integer(1, 1_000_000_000)},),
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

MAX_RULES = MAX_FAULTS * max(map(len, PRESETS.values()))


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
        self,
        path: str,
        pairs: Sequence[tuple[str, str]],
        user: Callable[[], str | None],
        *,
        is_counted: bool = True,
    ) -> Decision | None:
        """Return what happens to a request; None for nothing. Counts it for the rules it matches.

        One that is not counted meets what the next one that is will meet. Latencies add up; of the
        other faults the first that fires is carried out.
        """
        delay_ms, fault, names = 0, None, []
        for place, rule in enumerate(self.rules):
            if not rule.matches(path, pairs, user):
                continue
            number = self._counts[place] + 1
            if is_counted:
                self._counts[place] = number
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


def fault_forms() -> list[dict[str, Any]]:
    """Return the JSON Schemas of a row, one for each fault and way to give its parameters."""
    text = {"type": "string", "maxLength": MAX_MATCH}
    count = _integer(0, _MAX_COUNT)
    glob = {"type": "string", "maxLength": MAX_GLOB}
    of_match = {
        "path": {**glob, "description": "A glob, such as `/conversations*`."},
        "query": {
            "type": "object",
            "additionalProperties": text,
            "description": "Parameters with the values that they must have.",
        },
        "user": {**text, "description": "The name of who is signed in."},
    }
    of_fire = {
        "after": {**count, "description": "All but the first so many."},
        "every": {**_integer(1, _MAX_COUNT), "description": "Each n-th of them."},
        "first": {**count, "description": "Only the first so many."},
        "probability": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "Drawn for each, the same again in every run.",
        },
    }
    which = "Which requests; absent members match all."
    when = "When, among the requests that match; absent for always."
    optional = {
        "match": object_schema(of_match, optional=of_match, description=which),
        "fire": object_schema(
            of_fire, optional=of_fire, description=when, minProperties=1, maxProperties=1
        ),
    }
    return [
        object_schema(
            {"fault": {"const": name}, **way, **fault.optional, **optional},
            optional={*fault.optional, *optional},
            description=fault.help,
        )
        for name, fault in FAULTS.items()
        for way in fault.takes
    ]


def faults_schema() -> dict[str, Any]:
    """Return the JSON Schema of a list of rows and names of presets."""
    preset = {"type": "string", "title": "preset", "enum": list(PRESETS)}
    return {
        "type": "array",
        "items": {"oneOf": [*fault_forms(), preset]},
        "maxItems": MAX_FAULTS,
    }


# Presets make several rules of a row, so that a list of rules may be longer than one of rows.
_ROW = Schema(lambda: faults_schema()["items"])


def parse_rules(value: Sequence[object]) -> tuple[Rule, ...]:
    """Return the rules of a list; a text in it is a preset's name.

    Raises:
        UsageError: something is wrong; the sentence starts with its JSON pointer.
    """
    if len(value) > MAX_RULES:
        raise UsageError(f"{len(value)} rules; at most {MAX_RULES} may be there")
    rules: list[Rule] = []
    for place, row in enumerate(value):
        if isinstance(row, str) and row in PRESETS:
            # They are ours, and need no check.
            rules += map(_build_rule, PRESETS[row])
        else:
            _ROW.check(row, pointer=f"/{place}")
            assert isinstance(row, Mapping)  # the schema says so
            rules.append(_build_rule(row))
    return tuple(rules)


def _build_rule(row: Mapping[str, Any]) -> Rule:
    """Return the rule of a row that was checked."""
    match = row.get("match", {})
    fire = next(iter(row.get("fire", {}).items()), None)
    return Rule(
        fault=row["fault"],
        parameters={
            name: _as_integer(value)
            for name, value in row.items()
            if name not in ("fault", "match", "fire")
        },
        path=match.get("path"),
        query=match.get("query", {}),
        user=match.get("user"),
        fire=None if fire is None else (fire[0], _as_count(*fire)),
    )


def _as_integer(value: object) -> object:
    """Return 5 for 5.0: in JSON they are the same number."""
    return int(value) if isinstance(value, float) else value


def _as_count(name: str, value: float) -> float:
    return float(value) if name == "probability" else int(value)


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
