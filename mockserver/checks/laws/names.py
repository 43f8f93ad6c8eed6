"""Name the law that a finding of the oracle belongs to, by what of its query had to stay."""

from mockserver.checks.cause import FLAKY, Cause
from mockserver.checks.expectation import STRANGERS, is_unknown_name
from mockserver.checks.oracle import OLD_COPY_SYMPTOM, STRANGE_TAG_SYMPTOM
from mockserver.checks.plan import LIST_NAMES

__all__ = ["ENDS", "FAR", "MADE_UP", "UNKNOWN", "name_of_law"]

# Identities that are of nobody, and what a stranger may put into an address for credentials.
UNKNOWN = ("none", "bearer", "bearer-empty", "unknown")
MADE_UP = ("userName", "password", "access_token", "api_key", "apiKey", "token", "ss-id")
_BY_FORMAT = {"xml": "L12", "csv": "L13", "jsv": "L14", "jsonl": "L79"}
_ANY, _PARTS = "L87", "L36"


def name_of_law(cause: Cause, symptom: str) -> str:
    """Return the number of the law that a finding of the oracle belongs to."""
    axes = dict(cause)
    if symptom == "rows not in the list":
        return _PARTS if _is_by_ids(axes) else _ANY
    if cause == FLAKY:
        return _ANY
    if symptom in (STRANGE_TAG_SYMPTOM, OLD_COPY_SYMPTOM):
        return "L82"
    if "after" in axes:
        return "L37"
    stranger = _by_stranger(axes)
    if stranger:
        return stranger
    if "@method" in axes:
        return "L61"
    if axes.get("afterDate") == "text":
        return "L42"
    if " over " in axes.get("way", ""):
        return "L64"
    kind = axes.get("format")
    if kind is not None:
        return _BY_FORMAT.get(kind, _ANY)
    for axis, number in _BY_AXIS.items():
        if axis in axes:
            return number
    if any(map(is_unknown_name, axes)):
        return "L48"
    if "way" in axes:
        return "L68" if axes["way"] in ("reply", "api") else "L26"
    if symptom.endswith(" differs"):
        return "L32"
    return _by_filters(axes)


_BY_AXIS = {
    "callback": "L18",
    "@auth": "L88",
    "@header-accept-encoding": "L60",
    "@header-if-none-match": "L82",
    "@header-if-modified-since": "L82",
    "@header-accept-charset": _ANY,
    "@header-accept-language": _ANY,
    "@header-cache-control": _ANY,
    "@header-origin": _ANY,
    "@header-range": _ANY,
    "order": "L47",
    "@case": "L46",
}


def _is_by_ids(axes: dict[str, str]) -> bool:
    """Say whether of a query one list of ids had to stay, and nothing else."""
    return len(axes) == 1 and not axes.keys().isdisjoint(LIST_NAMES)


def _by_stranger(axes: dict[str, str]) -> str:
    """Return the law that says who is refused; empty where the user himself asked."""
    identity = axes.get("@auth", "user")
    if identity not in STRANGERS:
        return ""
    if axes.get("afterDate") == "text":
        return "L54"
    if axes.keys() & {"format", "way", "callback", "@method"}:
        return "L80"
    return "L08" if identity in UNKNOWN and axes.keys().isdisjoint(MADE_UP) else "L71"


def _by_filters(axes: dict[str, str]) -> str:
    if "empty" in axes.values():
        return "L17"
    lists = [name for name in LIST_NAMES if name in axes]
    words = {word for name in lists for word in axes[name].split(", ")}
    for word, number in _BY_WORD.items():
        if word in words:
            return number
    date = axes.get("afterDate")
    if date is not None:
        if any(word in date for word in FAR):
            return "L30"
        if any(word in date for word in ENDS):
            return "L44"
        if "offset" in date:
            return "L24"
        return "L31" if lists else "L27"
    if len(lists) > 1:
        return "L10"
    return "L06" if lists else _ANY


FAR = ("past", "future")
ENDS = ("first", "last")
_BY_WORD = {
    "unknown": "L22",
    "repeat": "L11",
    "percent": "L49",
    "quoted": "L45",
    "encoded": "L49",
    "twice": "L20",
    "reversed": "L20",
}
