"""Write what to ask without the target's data: symbolic queries, printed, parsed and resolved.

A query is a line such as `endpointIds=$endpoint[0..2]&afterDate=$row[7].date+2s`. Its terms:

- `$account[0]`, `$endpoint[0..2]`, `$customer[1]`: ids that the target showed, most rows first;
  after them `!drop`, `!append`, `!behead`, `!last`, `!upper`, `!lower`, `!space`, `!percent`,
  `!quoted` spoil or respell them, and `!like`, `!blank`, `!glob`, `!dot`, `!zero`, `!twice` make
  patterns and other spellings of them;
- `$conversation[0]`, `$message[0]`: ids of rows, which no parameter takes;
- `$unknown[0]` an id of the target's own shape that nobody has, as with every even number,
  `$unknown[1]` one of another, `$unknown[2]` one of zeros;
- `$row[7].date+2s`: a row's date, oldest first, moved by `ms`, `s`, `h`, `d` or `t` (ticks); after
  it `!z`, `!+05:00`, `!day`, `!naive`, `!minute`, `!unix`, `!unixms`, `!wcf` respell it, and
  `!tenth`, `!hundredth` name the next instant of one or two digits, `!second` the last of none,
  `!small` writes `z`, `!blank` leaves out zone and `T`, `!spaced` the `T` alone,
  `!http` and `!clock` write it as HTTP's headers and as a clock of twelve hours do;
- anything else is text, percent-encoded;
- `name:style` joins a list otherwise: repeat, json, brackets, jsv (in brackets, with encoded
  commas), quoted, encoded;
- `$etag` in `@header-if-none-match`: the ETag of the last answer that held other rows;
- `@accept`, `@auth`, `@method`, `@path`, `@header-…` are about the request around the query, and
  of a sign-in `@body=form` or `query` and `@remember=true` or `false`; `@case=pascal` writes the
  names of filters with a capital letter, as clients of .NET do, `@case=mixed` every other of them.

A plan is a law's id and a query: `L06-union endpointIds=$endpoint[0..1]`. What has to be asked
before it stands in front: `L37-interleaved @method=HEAD >> endpointIds=$endpoint[0]`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from mockserver.errors import UsageError

__all__ = [
    "FILTER_NAMES",
    "LIST_NAMES",
    "NO_ID",
    "STYLES",
    "Plan",
    "Query",
    "ZERO_ID",
    "Term",
    "as_written",
    "capitals_of",
    "encoded_list",
    "join_parts",
    "join_runs",
    "parse_plan",
    "parse_query",
    "query",
    "repeated_keys",
    "written_list",
]

LIST_NAMES = ("accountIds", "endpointIds", "customerIds")
# What a database or a search index may take for there being no id.
NO_ID = "null"
# What a program may have for an id that is not there.
ZERO_ID = "$unknown[2]"
FILTER_NAMES = (*LIST_NAMES, "afterDate")
STYLES = ("comma", "repeat", "json", "jsv", "brackets", "quoted", "encoded")
# So many values of a repeated key are not one a key.
_PAIRED = 4
_RANGE = re.compile(r"(\$[a-z]+)\[(\d{1,6})\.\.(\d{1,6})\]((?:![^!,]+)*)")
_ONE = re.compile(r"(\$(?:account|endpoint|customer))\[(\d+)\]")
_SYMBOL = re.compile(
    r"\$(?:(?:account|endpoint|customer|conversation|message|unknown)\[\d{1,6}\](?:![a-z]+)*"
    r"|etag|row\[\d{1,6}\]\.date(?:[+-]\d{1,9}(?:ms|s|h|d|t))?(?:![-+:a-z0-9]+)?)"
)
_TERM = re.compile(r"(@?[A-Za-z0-9_%.\-]*)(?::([a-z]+))?(?:=(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Hold one parameter or directive: symbolic values and how they are joined."""

    name: str
    values: tuple[str, ...] = ()
    style: str = "comma"

    def __str__(self) -> str:
        """Print the term; runs of ids become ranges."""
        style = "" if self.style == "comma" else f":{self.style}"
        return f"{self.name}{style}={','.join(join_runs(self.values))}"


@dataclass(frozen=True, slots=True)
class Query:
    """Hold a symbolic query; terms in the order in which they are sent."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Print the line that `parse_query` reads."""
        return "&".join(map(str, self.terms))

    def get(self, name: str) -> Term | None:
        """Return the first term of that name."""
        for term in self.terms:
            if term.name == name:
                return term
        return None

    def directive(self, name: str, default: str = "") -> str:
        """Return the text of `@name`."""
        term = self.get(f"@{name}")
        return default if term is None or not term.values else unquote(term.values[0])

    @property
    def filters(self) -> tuple[Term, ...]:
        """Return the terms that are parameters."""
        return tuple(term for term in self.terms if not term.name.startswith("@"))

    def with_terms(self, *terms: Term) -> "Query":
        """Return the query with terms replaced by name, or added at its end."""
        new = {term.name: term for term in terms}
        kept = [new.pop(term.name, term) for term in self.terms]
        return Query((*kept, *new.values()))

    def with_values(self, name: str, *values: str, style: str = "comma") -> "Query":
        """Return the query with one term replaced or added."""
        return self.with_terms(Term(name=name, values=values, style=style))

    def with_style(self, style: str) -> "Query":
        """Return the query with every list joined in that style."""
        return Query(
            tuple(replace(t, style=style) if t.name in LIST_NAMES else t for t in self.terms)
        )

    def without(self, *names: str) -> "Query":
        """Return the query without the terms of those names."""
        return Query(tuple(term for term in self.terms if term.name not in names))


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold what one law is tried on, and what is asked before it."""

    law: str
    query: Query
    before: tuple[Query, ...] = ()

    def __str__(self) -> str:
        """Print the text that `--plan` replays."""
        return f"{self.law} {' >> '.join(map(str, (*self.before, self.query)))}".rstrip()


def as_written(parts: Iterable[str], term: Term, asked: Query) -> list[str]:
    """Return the parts of a query string that a term makes, with names as its query has them."""
    is_capital = term.name in capitals_of(asked)
    return [part[0].upper() + part[1:] if is_capital else part for part in parts]


def capitals_of(asked: Query) -> Sequence[str]:
    """Return the filters whose names a query writes with a capital letter."""
    case = asked.directive("case")
    if case != "mixed":
        return FILTER_NAMES if case == "pascal" else ()
    return [term.name for term in asked.filters if term.name in FILTER_NAMES][::2]


def query(*terms: tuple[str, Sequence[str] | str]) -> Query:
    """Return a query of (name or name:style, values)."""
    made = []
    for name, values in terms:
        bare, _, style = name.partition(":")
        items = (values,) if isinstance(values, str) else tuple(values)
        made.append(Term(name=bare, values=items, style=style or "comma"))
    return Query(tuple(made))


def parse_plan(text: str) -> Plan:
    """Read a plan as printed.

    Raises:
        UsageError: no law in front, or the query does not parse.
    """
    law, _, rest = text.strip().partition(" ")
    if not re.fullmatch(r"L\d{2,3}(?:-[a-z0-9-]+)?", law):
        raise UsageError(f"plan {text!r} does not start with a law's id such as L06-union")
    *before, asked = (parse_query(part.strip()) for part in rest.split(">>"))
    return Plan(law, asked, tuple(before))


def parse_query(text: str) -> Query:
    """Read a query as printed.

    Raises:
        UsageError: a term, style or symbol is unknown.
    """
    return Query(tuple(_parse_term(part) for part in text.split("&") if part))


def text_value(text: str) -> str:
    """Return a literal as a plan writes it."""
    return quote(text, safe="-._~:/*;+ ")


def _parse_term(part: str) -> Term:
    match = _TERM.fullmatch(part)
    if match is None:
        raise UsageError(f"term {part!r} of a plan is not NAME=VALUES")
    name, style, values = match.groups()
    if style is not None and style not in STYLES:
        raise UsageError(f"unknown style {style!r} in a plan; known: {', '.join(STYLES)}")
    items = tuple(_expand_runs(values.split(","))) if values is not None else ()
    for item in items:
        if item.startswith("$") and not _SYMBOL.fullmatch(item):
            raise UsageError(f"{item!r} is no symbol of a plan, such as $endpoint[0] or $row[7]")
    return Term(name=name, values=items, style=style or "comma")


def _expand_runs(items: Iterable[str]) -> Iterable[str]:
    for item in items:
        match = _RANGE.fullmatch(item)
        if match is None:
            yield item
            continue
        pool, first, last, rest = match.groups()
        if not int(first) <= int(last) <= int(first) + 1000:
            raise UsageError(f"range {item!r} of a plan runs backwards or is longer than 1000")
        yield from (f"{pool}[{i}]{rest}" for i in range(int(first), int(last) + 1))


def repeated_keys(values: Sequence[str]) -> list[Sequence[str]]:
    """Return which values stand in each key of a list that is repeated: of four, two by two.

    Few clients do so; but who joins keys has to join lists.
    """
    if len(values) < _PAIRED:
        return [[value] for value in values]
    return [values[:2], *([value] for value in values[2:-2]), values[-2:]]


def join_parts(parts: Sequence[Sequence[str]]) -> str:
    """Return the query of each term's keys; of a repeated key the last stands behind all others."""
    front = [key for keys in parts for key in (keys[:-1] if len(keys) > 1 else keys)]
    return "&".join((*front, *(keys[-1] for keys in parts if len(keys) > 1)))


def written_list(term: Term, items: Sequence[str]) -> list[str]:
    """Return the keys of a list with its items, each as it is to stand there, in its style."""
    match term.style:
        case "repeat":
            return [f"{term.name}={','.join(key)}" for key in repeated_keys(items)]
        case "json":
            text = f"%5B{','.join(f'%22{item}%22' for item in items)}%5D"
        case "jsv":
            text = f"%5B{encoded_list(items)}%5D"
        case "brackets":
            text = f"[{','.join(items)}]"
        case "quoted":
            text = f"%22{','.join(items)}%22"
        case "encoded":
            text = encoded_list(items)
        case _:
            text = ",".join(items)
    return [f"{term.name}={text}"]


def encoded_list(items: Sequence[str]) -> str:
    """Return ids with commas percent-encoded between them; of several every second one.

    Some libraries write the code small.
    """
    code = "%2c" if len(items) % 2 else "%2C"
    return ",".join(code.join(items[i : i + 2]) for i in range(0, len(items), 2))


def join_runs(values: Sequence[str]) -> list[str]:
    """Return symbols with runs of them as ranges, such as `$endpoint[0..2]`."""
    printed: list[str] = []
    run: list[tuple[str, int]] = []
    for value in (*values, ""):
        match = _ONE.fullmatch(value)
        here = (match[1], int(match[2])) if match else None
        if run and here == (run[-1][0], run[-1][1] + 1):
            run.append(here)
            continue
        printed += _print_run(run)
        run = [here] if here else []
        if here is None:
            printed.append(value)
    return printed[:-1]


def _print_run(run: list[tuple[str, int]]) -> list[str]:
    if len(run) < 2:
        return [f"{pool}[{i}]" for pool, i in run]
    return [f"{run[0][0]}[{run[0][1]}..{run[-1][1]}]"]
