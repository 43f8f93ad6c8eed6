"""Judge one answer by what its ask must give: the oracle that every answer of a run goes through.

Status, media type, rows that must and must not be there, rows that the whole list does not hold,
and members of rows that were read before. What breaks off, an error of 500 and above and a row
twice are for the laws on every answer (L16, L05).
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mockserver.checks.decoding.decode import MEDIA_TYPES, Row, comparable, csv_layout
from mockserver.checks.expectation import STRANGERS, Expectation
from mockserver.checks.facts import Facts, Key, Page, member, message_of
from mockserver.checks.instants import parse_instant
from mockserver.checks.judgement import Judgement, holds, measured, vacuous, violated
from mockserver.checks.plan import Query
from mockserver.checks.selection import selector
from mockserver.checks.spellings import SPELLINGS, read_literally, shown_spellings
from mockserver.checks.type_asked import is_framework
from mockserver.models import CONVERSATION_FIELDS, MESSAGE_FIELDS

__all__ = [
    "OLD_COPY_SYMPTOM",
    "STRANGE_ROWS_SYMPTOM",
    "STRANGE_TAG_SYMPTOM",
    "View",
    "compare",
    "differing_member",
    "kind_of_value",
    "pairs_of",
    "shown_in",
]

_MEMBERS = (
    *(f"/{wire}" for wire, _ in CONVERSATION_FIELDS[:3]),
    *(f"/mostRecentMessage/{wire}" for wire, _ in MESSAGE_FIELDS),
)
_XML_BARS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHARSET = re.compile(r"charset=\"?([\w.-]{1,40})", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,100})[\s/>]")
_HEAD = 2_000
# Rows that no read of the whole list held: they may have come and gone between two reads.
STRANGE_ROWS_SYMPTOM = "rows not in the list"
STRANGE_TAG_SYMPTOM = "304 for a strange tag"
OLD_COPY_SYMPTOM = "304 for an old copy"
# Features of who reads `format`: that it asks for JSON shows in no answer.
_BY_FORMAT = frozenset(f"format {kind}" for kind in MEDIA_TYPES.keys() - {"json"})
_NOT_KNOWN = frozenset({400, 401, 403, 404, 405, 406, 415, 501})
_ONE_POOL = (
    ("endpoint", "endpointIds"), ("customer", "customerIds"), ("account", "accountIds"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Hold what is known of the list that an answer is a part of.

    Attributes:
        core: rows that are known not to have changed meanwhile.
        listed: the keys of every row that the whole list held before or after.
        shown: features that the host was seen to know.
        others: ids of conversations in the lists of other readers.
        is_still: whether no read of the list differed from another.
    """

    facts: Facts
    core: Mapping[Key, Row] = field(repr=False)
    listed: frozenset[Key] = field(repr=False)
    shown: frozenset[str] = frozenset()
    others: frozenset[str] = field(default=frozenset(), repr=False)
    is_still: bool = True


def compare(page: Page, expected: Expectation, view: View) -> Judgement:
    """Judge an answer; vacuous where no row could have been wrongly there or wrongly absent."""
    view = _view_of(expected, view)
    judgement = _compare(page, expected, view)
    if judgement.verdict == "violated" and _fits_literally(page, expected, view):
        return vacuous("the target was not seen to know names or a list that are spelled so")
    return judgement


def shown_in(page: Page, expected: Expectation, view: View) -> frozenset[str]:
    """Return the spellings that a right answer shows a host to know.

    What it may have read literally just as well shows no spelling of names and lists.
    """
    shown = shown_spellings(page.query, expected.features)
    is_text = _fits_literally(page, expected, _view_of(expected, view))
    return shown - SPELLINGS if is_text else shown


def _view_of(expected: Expectation, view: View) -> View:
    """Return the view for a reader; the other user's list is read whole, however long it is."""
    if expected.reader == "other":
        return replace(view, facts=replace(view.facts, narrow=Query()))
    return view


def _fits_literally(page: Page, expected: Expectation, view: View) -> bool:
    """Say whether an answer is right where spellings that were not seen to be known are text."""
    unknown = expected.features & SPELLINGS - view.shown
    readings = read_literally(page.query, expected.meaning, unknown)
    found = (_compare(page, replace(expected, meaning=meaning), view) for meaning in readings)
    return any(judgement.verdict != "violated" for judgement in found)


def _compare(page: Page, expected: Expectation, view: View) -> Judgement:
    if page.status == 0 or page.status >= 500:
        return vacuous("an answer of 500 or above, or none, which L16 judges")
    is_known = expected.features <= view.shown
    if expected.must_refuse:
        return _refuses(page, expected, view, is_known=is_known)
    if page.query.get("@header-accept-charset") is not None and _is_in_charset(page):
        return vacuous("an answer in a charset that was asked for")
    if page.status != 200:
        if page.status in expected.may_refuse:
            return vacuous("a request that a host may refuse")
        if page.status == 304 and page.query.get("@header-if-none-match") is not None:
            return violated(STRANGE_TAG_SYMPTOM, "304 for a tag of no such list", "200")
        if page.status == 304 and page.query.get("@header-if-modified-since") is not None:
            return violated(
                OLD_COPY_SYMPTOM, "304 for a copy that is older than the newest row", "200"
            )
        if not is_known and (page.status in _NOT_KNOWN or page.status in range(300, 400)):
            return vacuous("the target was not seen to know this way of asking")
        return violated(f"status {page.status}", f"status {page.status}", "200 with a list")
    if page.kind not in expected.kinds:
        if not is_known and not page.is_broken and not _is_ignored(page, expected, view):
            return vacuous("the target was not seen to answer in this type")
        wanted = " or ".join(sorted(expected.kinds))
        received = f"the Content-Type of {page.kind or 'another type'} where {wanted} is asked for"
        if page.is_broken:
            received = f"{received}, and a body that is not {page.kind}"
        return violated("media type", received, f"the Content-Type of {wanted}")
    if expected.is_head:
        return holds()
    if page.is_broken or page.rows is None:
        selects = selector(expected.meaning, view.facts)
        selected = (row for row in view.core.values() if selects(row) is not False)
        if page.kind == "xml" and any(map(_has_barred, selected)):
            return vacuous("texts with characters that XML cannot hold")
        return page.unreadable
    dress = _wrong_dress(page, expected, view)
    if dress is not None:
        return dress
    return _compare_rows(page, expected, view)


def _refuses(page: Page, expected: Expectation, view: View, *, is_known: bool) -> Judgement:
    """Judge that an answer is no list, but a refusal of one of the statuses that fit.

    The framework calls malformed credentials so; others may take them for none.
    """
    documented = " or ".join(map(str, sorted(expected.must_refuse)))
    if page.rows is not None:
        which = "a list" if page.rows else "an empty list"
        return violated("a list", f"{which} where it has to be refused", documented)
    is_malformed = page.query.directive("auth") == "malformed"
    if is_malformed and page.status == 401 and is_framework(view.shown):
        return violated("status 401", "status 401", "400")
    if page.status in expected.must_refuse:
        is_stranger = page.query.directive("auth", "user") in STRANGERS
        if is_stranger and page.status in (401, 403):
            return measured("refusal-status", str(page.status))
        return holds()
    is_unknown = page.status in _NOT_KNOWN - {400, 401, 403} or page.status in range(300, 400)
    if is_unknown and not is_known:
        return vacuous("the target was not seen to know this way of asking")
    # A script cannot read another status, so that ServiceStack answers JSONP with 200.
    if page.status == 200 and page.query.get("callback") is not None:
        return vacuous("a refusal to a script")
    return violated(f"status {page.status}", f"status {page.status}", documented)


def _is_ignored(page: Page, expected: Expectation, view: View) -> bool:
    """Say whether an address that names a type is answered in JSON, by a host that knows the type.

    A host without such addresses says so; `format` may be a name that it does not read, until it
    was seen to.
    """
    named = [feature.rsplit(" ", 1) for feature in expected.features if " " in feature]
    ways = {"suffix", "reply"} | {f.partition(" ")[0] for f in view.shown & _BY_FORMAT}
    return page.kind == "json" and any(
        way in ways and f"accept {kind}" in view.shown for way, kind in named
    )


def _wrong_dress(page: Page, expected: Expectation, view: View) -> Judgement | None:
    """Return the violation that a body is called by another name than the contract gives it."""
    name = page.response.content_type
    if expected.media_type and name != expected.media_type:
        return violated("media type", "another name of the type than was asked for", "that name")
    if _is_in_charset(page) and not page.response.body.isascii():
        return violated("charset", "UTF-8 that is called by another charset", "charset=utf-8")
    saved = page.response.header("content-disposition") or ""
    if page.kind != "csv" and saved.lower().startswith("attachment"):
        return violated(
            "a download", f"{page.kind} that a browser saves to a file", "with CSV only"
        )
    if page.kind == "xml":
        root = _ROOT.search(page.response.body[:_HEAD])
        if root is not None and root[1].decode().lower() != view.facts.xml_root.lower():
            return violated("root element", "XML in another element", view.facts.xml_root)
    return None


def _is_in_charset(page: Page) -> bool:
    """Say whether an answer is called by another charset than UTF-8."""
    charset = _CHARSET.search(page.response.header("content-type") or "")
    return charset is not None and charset[1].lower() not in ("utf-8", "utf8")


def _compare_rows(page: Page, expected: Expectation, view: View) -> Judgement:
    selects = selector(expected.meaning, view.facts)
    fits = {key: selects(row) for key, row in view.core.items()}
    wanted = {key for key, fit in fits.items() if fit}
    barred = {key for key, fit in fits.items() if fit is False}
    extra, missing = page.keys & barred, wanted - page.keys
    if extra:
        judged = violated("extra rows", "rows that the query excludes", "only rows it selects")
        if extra == barred and len(extra) > 1:
            judged = replace(judged, received="every row that it excludes")
        return replace(judged, counts=_count(extra, barred, view, "excludes are there"))
    cap = view.facts.row_cap
    is_capped = cap is not None and len(page.rows or ()) >= cap
    if missing and not is_capped:
        is_all = "all" if missing == wanted else "some"
        judged = violated(
            "missing rows",
            f"{is_all} of the rows that it selects are missing",
            "every row that the query selects",
        )
        return replace(judged, counts=_count(missing, wanted, view, "selects are missing"))
    strange = _strangers(page, view)
    if strange:
        is_others = strange <= view.others
        whose = "rows of another user's list" if is_others else "rows that the whole list lacks"
        return replace(
            violated(STRANGE_ROWS_SYMPTOM, whose, "rows of the reader's whole list"),
            counts=f"{len(strange)} of {len(page.keys)} rows",
        )
    wrong = _wrong_member(page, view)
    if wrong is not None:
        return wrong
    if not wanted or not barred:
        return vacuous("no row had to be there, or none had to be absent")
    return holds()


def _strangers(page: Page, view: View) -> set[str]:
    """Return the ids of conversations that no read of the whole list held."""
    cap = view.facts.row_cap
    if not view.listed or (cap is not None and len(view.listed) >= cap):
        return set()
    known = {identity for identity, _ in view.listed}
    found = {identity for identity, _ in page.keys} - known
    if not found or view.is_still:
        return found
    # Where rows move, one that is newer than all may have come after a read and gone before the
    # next.
    newest = max(filter(None, map(_date_of(view.facts), view.core.values())), default=0)
    date = _date_of(view.facts)
    rows = zip(page.order, page.rows or (), strict=True)
    return {identity for (identity, _), row in rows if (date(row) or 0) <= newest} & found


def _date_of(facts: Facts) -> Callable[[Row], int | None]:
    return lambda row: parse_instant(facts.value(row, "afterDate"))


def _wrong_member(page: Page, view: View) -> Judgement | None:
    """Return the violation that a row is another one than in the list, if one is."""
    for key, shown, row in pairs_of(page, view):
        if shown is row or shown == row:
            continue
        pointer = differing_member(shown, row) if page.kind != "json" else _first_of(shown, row)
        if not pointer:
            continue
        name = pointer.strip("/").replace("/", ".")
        expected, received = member(view.core[key], pointer), member(shown, pointer)
        return replace(
            violated(f"{name} differs", f"{name} is not that of the list", "one row everywhere"),
            member=name,
            kinds=(kind_of_value(expected), kind_of_value(received)),
        )
    return None


def pairs_of(page: Page, view: View) -> Sequence[tuple[Key, Row, Row]]:
    """Return the key, the row as answered and the row as listed, in what the format can carry."""
    kind = page.kind or ""
    rows = page.by_key
    if len(rows) < len(page.rows or ()):
        # A row twice is for the law on that (L05): its two states cannot both be the list's.
        return []
    common = [key for key in rows if key in view.core]
    if kind in ("json", "jsonp"):
        return [(key, rows[key], view.core[key]) for key in common]
    is_flat = kind == "csv" and csv_layout(page.response.body) == "flat"
    shown = comparable([rows[key] for key in common], kind=kind, is_flat=is_flat)
    listed = comparable([view.core[key] for key in common], kind=kind, is_flat=is_flat)
    return list(zip(common, shown, listed, strict=True))


def _first_of(shown: Row, row: Row) -> str:
    """Return a pointer to the first member that differs, of those that the contract knows."""
    return next((p for p in _MEMBERS if member(shown, p) != member(row, p)), "")


def differing_member(shown: Row, row: Row) -> str:
    """Return a pointer to a member whose text differs: types, cases and nulls do not count."""
    shows_unread = "isUnread" in message_of(row)
    for pointer in _MEMBERS:
        listed = member(row, pointer)
        found = member(shown, pointer)
        if pointer.endswith("isUnread") and not shows_unread and found is False:
            # A host that leaves out what is false in JSON writes it elsewhere all the same.
            continue
        if _plain(found, is_null=listed is None) != _plain(listed, is_null=listed is None):
            return pointer
    return ""


def _plain(value: object, *, is_null: bool) -> object:
    # A host may write a null as text where ServiceStack leaves the member out.
    if value is None or (is_null and value in ("", "null")):
        return None
    # A format may write an instant with more digits, or in another zone.
    instant = parse_instant(value)
    if instant is not None:
        return instant
    return str(value).lower() if isinstance(value, bool) else str(value)


def kind_of_value(value: object) -> str:
    """Return what kind a value is, for a report that shows no value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if parse_instant(value) is not None:
        return "date"
    return "empty text" if value == "" else "text"


def _has_barred(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_barred, value.values()))
    return isinstance(value, str) and _XML_BARS.search(value) is not None


def _count(found: Collection[Key], of: Collection[Key], view: View, what: str) -> str:
    """Return how many rows are wrong, and the symbol of the one id that all of them share."""
    text = f"{len(found)} of {len(of)} rows that the query {what}"
    rows = [view.core[key] for key in found]
    for pool, name in _ONE_POOL:
        values = {str(view.facts.value(row, name)) for row in rows}
        ids = view.facts.pools.get(pool, ())
        if len(values) == 1 and (value := values.pop()) in ids:
            return f"{text}, all of ${pool}[{ids.index(value)}]"
    return text
