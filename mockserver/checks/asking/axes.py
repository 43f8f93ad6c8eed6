"""Hold the axes of an ask: filters, spellings, formats, ways of asking, who asks, and extras.

Each axis has its plain value first. An ask is one value of each axis, around one row of the list:
every filter that it names selects that row, so that filters together select something. Asks are
symbolic: `query_of` writes one as a query of plan.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.checks.decoding.decode import MEDIA_TYPES
from mockserver.checks.expectation import STRANGE_TAG
from mockserver.checks.facts import Facts
from mockserver.checks.plan import FILTER_NAMES, LIST_NAMES, Query, Term, text_value

__all__ = [
    "LOOKALIKE",
    "STRANGER",
    "Ask",
    "Pivot",
    "acting",
    "axes_of",
    "pivots_of",
    "plain_ask",
    "query_of",
    "trials",
]

# Axis → value; every axis of `axes_of`.
Ask = Mapping[str, str]
_POOLS = {"accountIds": "account", "endpointIds": "endpoint", "customerIds": "customer"}
# The rare one is the id with fewest rows.
_COUNTS = {"one": 1, "rare": 1, "two": 2, "many": 12}
# What a value has to name more than, to be another one than the values before it.
_LESS = {"one": 0, "rare": 0, "two": 1, "many": 2}
_MOVES = {
    "second": "-1s",
    "tick": "-1t!z",
    # A zone of quarters, and farther from UTC than half a day, as there are some.
    "millisecond east": "-1ms!+12:45",
    "second west": "-1s!-03:30",
    "day alone": "-2d!day",
    "no zone": "-2d!naive",
}
# Where it is known in which zone a date without one is read.
_SHARP = {"no zone": "-1s!naive", "day alone": "!day"}
# The last as generated clients write a list, in brackets.
_SPELLINGS = ("comma", "encoded", "repeat", "jsv")
_RESPELLED = MappingProxyType({"percent-encoded": "!percent", "quoted": "!quoted"})
_FORMATS = ("json", "xml", "csv", "jsv", "jsonl", "jsonp")
_WAYS = (
    "accept", "format", "suffix", "accept list",
    "suffix over format", "format over accept", "reply",
)  # fmt: skip
# What the way that loses asks for.
_BEATEN = MappingProxyType({"json": "xml", "xml": "csv"})
# Names of functions; the last as pages write one that stands in an object.
_CALLBACKS = ("cb", "page.show")
# An origin of nobody here.
STRANGER = "https://stranger.example"
# Of nobody here either, and begins as this machine does.
LOOKALIKE = "http://localhost.stranger.example"
_EXTRAS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "none": (),
        "unknown parameter": (),
        "gzip": (("@header-accept-encoding", "gzip"),),
        "strange tag": (("@header-if-none-match", text_value(STRANGE_TAG)),),
        # As old browsers say what their user reads.
        "language": (
            ("@header-accept-language", "de"),
            ("@header-accept-charset", text_value("iso-8859-1,utf-8;q=0.7")),
        ),
        "range": (("@header-range", text_value("bytes=0-99")),),
        "origin": (("@header-origin", text_value(STRANGER)),),
        # Of each filter that the ask does not have.
        "empty filters": (),
    }
)
# How many drawn asks are what they are, to one that has to be refused or is HEAD.
_PLAIN_TRIALS = 4
# A name that no API knows, and some that other frameworks or operations take for a list's, which
# the contract does not; those of one kind stand together.
_UNKNOWN = (
    (("zz", "1"),),
    (("accountIds%5B%5D", "$unknown[0]"), ("endpointIds%5B0%5D", "$unknown[0]")),
    tuple((name.removesuffix("s"), "$unknown[0]") for name in LIST_NAMES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """Hold the row that an ask is about: where its ids and its date stand in the facts.

    Attributes:
        ids: parameter → index of the row's id in its pool; without those that are not plain.
        date: index of its date.
    """

    ids: Mapping[str, int]
    date: int | None

    @property
    def axes(self) -> frozenset[str]:
        """Return the filters that can select the row."""
        return frozenset(self.ids) | ({"afterDate"} if self.date is not None else set())


def pivots_of(facts: Facts, rows: Sequence[Mapping[str, object]]) -> list[Pivot]:
    """Return a pivot for each row that has an id or a date to filter by."""
    where = {n: {v: i for i, v in enumerate(facts.pools.get(p, ()))} for n, p in _POOLS.items()}
    dates = {text: i for i, text in enumerate(facts.texts)}
    found = []
    for row in rows:
        ids = {
            name: where[name][value]
            for name in LIST_NAMES
            if isinstance(value := facts.value(dict(row), name), str) and value in where[name]
        }
        date = facts.value(dict(row), "afterDate")
        index = dates.get(date) if isinstance(date, str) else None
        if ids or index is not None:
            found.append(Pivot(ids=ids, date=index))
    # Those with most to filter by come first; the order of rows is the host's.
    return sorted(found, key=lambda pivot: (-len(pivot.ids), pivot.date is None))


def axes_of(facts: Facts, *, has_session: bool) -> Mapping[str, tuple[str, ...]]:
    """Return axis → its values on this target, the plain one first.

    Args:
        has_session: whether the run holds a session that it may read with.
    """
    axes: dict[str, tuple[str, ...]] = {}
    for name in LIST_NAMES:
        count = facts.count(name)
        if name in facts.fields and count:
            sizes = [word for word in _COUNTS if word == "one" or _size(word, count) > _LESS[word]]
            axes[name] = ("none", *sizes)
    if "afterDate" in facts.fields and facts.dates:
        exact = () if facts.boundary is None else ("exact",)
        axes["afterDate"] = ("none", *_MOVES, *exact)
    axes |= _spelling_axes(axes, is_live=facts.is_live)
    axes["format"] = _FORMATS
    axes["way"] = _WAYS[:-1] if facts.is_live else _WAYS
    who = ["user"]
    if has_session and not facts.is_live:
        who += ["basic", "session"]
    if facts.has_other:
        who.append("other")
    axes["who"] = tuple(who)
    axes["extra"] = tuple(_EXTRAS)
    return axes


def _size(word: str, count: int) -> int:
    """Return how many of so many ids a value of an axis names; never all of them but one."""
    return min(_COUNTS[word], max(count - 1, 1))


def _spelling_axes(
    axes: Mapping[str, tuple[str, ...]], *, is_live: bool
) -> dict[str, tuple[str, ...]]:
    """Return how filters may be spelled: several ids, or filters, where there are several."""
    lists = [values for name, values in axes.items() if name in LIST_NAMES]
    has_several = any("two" in values for values in lists)
    one = ("percent-encoded", "quoted", "beside strangers") if lists else ()
    return {
        "spelling": _SPELLINGS[: 3 if is_live else None] if has_several else ("comma",),
        "ids": ("plain", *(("reversed", "twice") if has_several else ()), *one),
        "order": ("plain", "reversed") if len(axes) > 1 else ("plain",),
        "case": ("plain",) if is_live or not axes else ("plain", "pascal"),
    }


def plain_ask(axes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the ask with every axis plain: the whole list."""
    return {axis: values[0] for axis, values in axes.items()}


def query_of(ask: Ask, pivot: Pivot, facts: Facts, *, salt: int = 0) -> Query:
    """Return the query of an ask around a row.

    Args:
        salt: which other ids stand beside the row's own.
    """
    terms: list[Term] = []
    for name in LIST_NAMES:
        word = ask.get(name, "none")
        if word in _COUNTS and name in pivot.ids:
            size = _size(word, facts.count(name))
            terms.append(_ids_term(name, size, ask, pivot, facts, salt))
    date = ask.get("afterDate", "none")
    if date != "none" and pivot.date is not None:
        terms.append(Term(name="afterDate", values=(_date_symbol(date, pivot.date, facts.zone),)))
    if ask.get("extra") == "empty filters":
        given = {term.name for term in terms}
        given |= {term.name for term in facts.narrow.terms}
        free = [name for name in FILTER_NAMES if name in facts.fields and name not in given]
        terms += [Term(name=name, values=("",)) for name in free]
    if ask.get("order") == "reversed":
        terms.reverse()
    unknown = _UNKNOWN[0 if facts.is_live else salt % len(_UNKNOWN)]
    around = _around(ask, unknown, salt)
    if salt % 2 or ask.get("order") == "reversed":
        # In front of the filters: what stands behind them counts as well.
        terms = [*(term for term in around if not term.name.startswith("@")), *terms]
        around = [term for term in around if term.name.startswith("@")]
    return _tried(Query((*terms, *around)), ask.get("trial", "none"))


def trials(facts: Facts) -> tuple[str, ...]:
    """Return what a drawn ask may be tried as, mostly nothing else than what it is."""
    found: tuple[str, ...] = ("stranger", "no date")
    if not facts.is_live:
        found = (*found, "impostor", "HEAD")
    return ("none",) * (_PLAIN_TRIALS * len(found)) + found


def _tried(asked: Query, trial: str) -> Query:
    match trial:
        case "stranger":
            return asked.with_values("@auth", "none")
        case "impostor":
            return asked.with_values("@auth", "wrong")
        case "no date":
            return asked.without("@case").with_values("afterDate", "notadate")
        case "HEAD":
            return asked.with_values("@method", "HEAD")
    return asked


def acting(ask: Ask, asked: Query) -> dict[str, str]:
    """Return the values of an ask that its query really holds, beside the plain ones."""
    filters = [term for term in asked.filters if term.values != ("",)]
    lists = [term for term in filters if term.name in LIST_NAMES]
    has_several = any(len(set(term.values)) > 1 for term in lists)
    lacks = {
        **{name: all(term.name != name for term in filters) for name in FILTER_NAMES},
        "spelling": not has_several,
        "ids": not lists or (ask.get("ids") in ("reversed", "twice") and not has_several),
        "order": len(filters) < 2,
        "case": not filters,
    }
    return {
        axis: value
        for axis, value in ask.items()
        if not (lacks.get(axis, False) and value not in ("none", "plain", "comma"))
    }


def _ids_term(name: str, size: int, ask: Ask, pivot: Pivot, facts: Facts, salt: int) -> Term:
    own, count = pivot.ids[name], facts.count(name)
    others = (
        [(own + 1 + (salt + step) % (count - 1)) % count for step in range(size - 1)]
        if (count > 1)
        else []
    )
    way = ask.get("ids", "plain")
    indexes = sorted({own, *others}, reverse=way == "reversed")
    if way == "twice":
        indexes.append(indexes[0])
    change = _RESPELLED.get(way, "")
    values = tuple(f"${_POOLS[name]}[{index}]{change}" for index in indexes)
    if way == "beside strangers":
        # Between them, in front and behind: what ends at a stranger loses the rest.
        first = 1 if len(values) > 1 else (salt + LIST_NAMES.index(name)) % 2
        values = (*values[:first], *_strangers(name, facts), *values[first:])
    style = ask.get("spelling", "comma")
    return Term(name=name, values=values, style=style if len(values) > 1 else "comma")


def _strangers(name: str, facts: Facts) -> list[str]:
    """Return ids that no row has where this parameter looks: of other kinds, and of nobody."""
    others = [pool for pool, ids in facts.pools.items() if pool != _POOLS[name] and ids]
    return [*(f"${pool}[0]" for pool in others), "$unknown[0]"]


def _date_symbol(value: str, index: int, zone: str | None) -> str:
    move = _SHARP.get(value) if zone == "utc" else None
    if move is None:
        move = _MOVES.get(value, "")
    return f"$row[{index}].date{move}"


def _around(ask: Ask, unknown: Sequence[tuple[str, str]], salt: int) -> list[Term]:
    """Return the terms on the request around the filters.

    Args:
        unknown: names that the contract does not know, and their values.
        salt: which of several ways to write a list in Accept, and names, is taken.
    """
    terms = []
    kind, way = ask.get("format", "json"), ask.get("way", "accept")
    base = "json" if kind == "jsonp" else kind
    if kind == "jsonp":
        terms.append(Term(name="callback", values=(_CALLBACKS[salt % 2],)))
    beaten = _BEATEN.get(base, "json")
    if way.startswith("suffix"):
        terms.append(Term(name="@path", values=(f"/conversations.{base}",)))
    elif way == "reply":
        terms.append(Term(name="@path", values=(f"/{base}/reply/ListConversations",)))
    elif way == "accept list":
        # As libraries for browsers write it, or with a parameter that changes nothing.
        types = MEDIA_TYPES[base] + ("; charset=utf-8" if salt % 3 == 0 else ", text/plain, */*")
        terms.append(Term(name="@accept", values=(text_value(types).replace(",", "%2C"),)))
    elif way.startswith("format"):
        terms.append(Term(name="format", values=(base,)))
    elif base != "json":
        terms.append(Term(name="@accept", values=(text_value(MEDIA_TYPES[base]),)))
    if way in ("suffix", "format") and salt % 2:
        # As a browser asks, once an address with a type is opened in it.
        terms.append(Term(name="@accept", values=(MEDIA_TYPES["html"],)))
    if way == "suffix over format":
        terms.append(Term(name="format", values=(beaten,)))
    elif way == "format over accept":
        terms.append(Term(name="@accept", values=(text_value(MEDIA_TYPES[beaten]),)))
    if ask.get("who", "user") != "user":
        terms.append(Term(name="@auth", values=(ask["who"],)))
    if ask.get("case", "plain") != "plain":
        case = ask["case"] if salt % 3 else "mixed"
        terms.append(Term(name="@case", values=(case,)))
    value = ask.get("extra", "none")
    extra = unknown if value == "unknown parameter" else _EXTRAS[value]
    return [*terms, *(Term(name=name, values=(text,)) for name, text in extra)]
