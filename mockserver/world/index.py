"""Hold a world with its posting lists, and select the rows that a request asks for.

Every `in` filter of the contract has posting lists: value (None included) → ranks, newest first. A
date is a cut of the ranks by bisection, so the cost of a selection follows the shortest list and
the result, not the world. No dependency between ids is assumed: a dataset may break any.
rows.py says what holds the rows; scenario.py builds worlds; ticks.py reads dates.
"""

import re
from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from hashlib import blake2b

from mockserver.contract import Parameter
from mockserver.dotnet.ticks import TICKS_PER_DAY, TICKS_PER_MINUTE, parse_date
from mockserver.errors import ServiceError
from mockserver.models import REQUEST_FIELDS, ConversationInfo, ListConversations
from mockserver.profile import Profile
from mockserver.world.directory import Directory
from mockserver.world.mixing import mix
from mockserver.world.rows import EncodedRows, Rows, View
from mockserver.world.timeline import Timeline

__all__ = ["FIXED_DATE", "World", "is_malformed", "select"]

_ACCOUNTS = "account_ids"
_OBJECT_ID = re.compile("[0-9A-Fa-f]{24}")
# A date that means the same whatever the clock and the zone of dates without one.
FIXED_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_KEPT_TIMELINES = 8


class World:
    """Hold the rows of one world and what finds them; never changes.

    Args:
        parameters: the contract's query parameters: which member each filters.
        directory: what the ids stand for.
        known_ids: for each `in` filter, by attribute of the request, the ids that exist without
            a row; those of the directory when absent.
        is_newest_first: the rows stand the newest first, so that of equal dates the first is the
            newest; else the last is.
        warnings: what the user should know of the rows, one sentence each.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        parameters: Sequence[Parameter],
        directory: Directory,
        digest: Callable[[], str],
        known_ids: Mapping[str, Collection[str]] | None = None,
        seed: int = 0,
        is_newest_first: bool = False,
        warnings: Sequence[str] = (),
    ) -> None:
        """Read the columns that the filters need."""
        attributes = dict(REQUEST_FIELDS)
        self.directory = directory
        self._tie = 1 if is_newest_first else -1
        self.seed = seed
        self.warnings = tuple(warnings)
        self.generation = object()
        self.encoded_rows: dict[tuple[bool, bool], EncodedRows] = {}
        self.filters = {attributes[p.name]: p.field for p in parameters if p.operator == "in"}
        self.columns: dict[str, Sequence[str | None]] = {
            attribute: rows.column(pointer) for attribute, pointer in self.filters.items()
        }
        self._rows = rows
        known = directory.known_ids if known_ids is None else known_ids
        self._known_ids = {
            name: frozenset(column).union(known[name]) for name, column in self.columns.items()
        }
        self._digest = digest
        self._dates = next(p.field for p in parameters if p.operator == "after")
        self._timelines: dict[tuple[int, int], Timeline] = {}
        self._id_ranks: Sequence[int] | None = None
        self._numbers: dict[str | None, int] | None = None
        self._has_floating_dates: bool | None = None

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def row(self, number: int) -> ConversationInfo:
        """Return a row by its number in stored order."""
        return self._rows.row(number)

    def digest(self) -> str:
        """Return the SHA-256 that names this world."""
        return self._digest()

    def knows(self, attribute: str, value: str) -> bool:
        """Tell whether an id exists, with or without conversations."""
        return value in self._known_ids[attribute]

    def timeline(self, *, now_ticks: int, naive_offset_minutes: int = 0) -> Timeline:
        """Return the rows by date.

        It depends on the clock's day and on the zone only when some row's date leaves out its
        day, year or zone; a generated world's never do.
        """
        key = (0, 0)
        if self.has_floating_dates:
            local_ticks = now_ticks + naive_offset_minutes * TICKS_PER_MINUTE
            key = (local_ticks // TICKS_PER_DAY, naive_offset_minutes)
        found = self._timelines.get(key)
        if found is None:
            if len(self._timelines) >= _KEPT_TIMELINES:
                self._timelines.clear()
            ticks = self._rows.instants(self._dates)
            if ticks is None:
                ticks = [
                    -1 if instant is None else instant
                    for instant in self._parse_dates(now_ticks, naive_offset_minutes)
                ]
            found = self._timelines[key] = Timeline(
                ticks, self.columns, is_newest_first=self._tie > 0
            )
        return found

    def tie(self, number: int) -> int:
        """Return what a row stands by among those of its date: the newest has the least."""
        return self._tie * number

    def find(
        self,
        wanted: Mapping[str, frozenset[str | None]],
        *,
        now_ticks: int,
        after_ticks: int | None = None,
        is_inclusive: bool = False,
        naive_offset_minutes: int = 0,
    ) -> Sequence[int]:
        """Return the rows that every filter of `wanted` lets through, newest first."""
        timeline = self.timeline(now_ticks=now_ticks, naive_offset_minutes=naive_offset_minutes)
        if after_ticks is None:
            end = len(self)
        else:
            end = timeline.cut(after_ticks, is_inclusive=is_inclusive)
        return timeline.intersect(wanted, end)

    def by_id(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in the order of their ids."""
        return sorted(rows, key=self.id_ranks().__getitem__)

    def as_stored(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows in stored order."""
        return sorted(rows)

    def number_of(self, conversation_id: str) -> int | None:
        """Return the first row with an id."""
        if self._numbers is None:
            ids = self._rows.column("/id")
            self._numbers = {ids[number]: number for number in range(len(ids) - 1, -1, -1)}
        return self._numbers.get(conversation_id)

    def id_ranks(self) -> Sequence[int]:
        """Return each row's place by id; rows without one come first, equal ones as stored."""
        if self._id_ranks is None:
            ids = self._rows.column("/id")
            by_id = sorted(range(len(ids)), key=lambda number: (ids[number] or "", number))
            by_id.sort(key=lambda number: ids[number] is not None)
            ranks = array("I", bytes(4 * len(ids)))
            for rank, number in enumerate(by_id):
                ranks[number] = rank
            self._id_ranks = ranks
        return self._id_ranks

    @property
    def has_floating_dates(self) -> bool:
        """Tell whether a row's date leaves something to the clock or the zone."""
        if self._has_floating_dates is None:
            is_fixed = self._rows.instants(self._dates) is not None
            self._has_floating_dates = not is_fixed and any(
                text is not None and not FIXED_DATE.fullmatch(text)
                for text in self._rows.column(self._dates)
            )
        return self._has_floating_dates

    def _parse_dates(self, now_ticks: int, naive_offset_minutes: int) -> list[int | None]:
        return [
            None
            if text is None
            else parse_date(text, now_ticks=now_ticks, naive_offset_minutes=naive_offset_minutes)
            for text in self._rows.column(self._dates)
        ]


def select(
    world: View,
    request: ListConversations,
    profile: Profile,
    *,
    account_ids: Collection[str] | None,
    now_ticks: int,
    space: str = "default",
    request_number: int = 0,
) -> Sequence[int]:
    """Return the numbers of the rows that `request` selects, in the profile's order.

    OR inside a list, AND across filters. May be empty; never holds a row twice.

    Args:
        account_ids: the accounts whose rows the caller may see; None for all, and then rows
            without an account are seen too.
        now_ticks: the space's instant, which completes dates without a day or a year.
        space: with `request_number` and the world's seed, draws the order `unstable`.
        request_number: the number of the request in its space.

    Raises:
        ServiceError: `after_date` is no date or an id is malformed (HTTP 400), an id does not
            exist (403 or 404), an account is not the caller's (403); each only where the profile
            says so.

    Source: openapi.yaml, x-filter and x-unspecified.
    """
    wanted = _wanted(request)
    if account_ids is not None and request.account_ids:
        _refuse_foreign(world, request, profile, account_ids)
    offset = parse_offset(profile["naive-date-zone"])
    after_ticks = _after_ticks(request, profile, now_ticks, offset)
    if wanted:
        _refuse_malformed(world, wanted, profile)
        _refuse_unknown(world, wanted, profile)
    if after_ticks == _NOTHING or _has_empty_list(request, profile):
        return ()
    if account_ids is not None:
        asked = wanted.get(_ACCOUNTS)
        visible = frozenset(account_ids)
        wanted[_ACCOUNTS] = visible if asked is None else asked & visible
    rows = world.find(
        wanted,
        after_ticks=after_ticks,
        is_inclusive=profile["after-date-boundary"] == "inclusive",
        now_ticks=now_ticks,
        naive_offset_minutes=offset,
    )
    order, cap = profile["order"], profile["row-cap"]
    if order != "newest-first":
        rows = ORDERS[order](rows, world, f"{world.seed}/{space}/{request_number}")
    return rows if cap == "none" else rows[: int(cap)]


# What stands for "no row is after this": a date that does not parse, when the profile says so.
_NOTHING = -2


@cache
def parse_offset(zone: str) -> int:
    """Return the minutes that a choice of `naive-date-zone` is east of UTC."""
    if zone == "utc":
        return 0
    hours, minutes = zone[1:].split(":")
    return (int(hours) * 60 + int(minutes)) * (-1 if zone[0] == "-" else 1)


def _wanted(request: ListConversations) -> dict[str, frozenset[str | None]]:
    """Return the values that each filter lets through; an absent or empty list is no filter."""
    lists = (
        ("account_ids", request.account_ids),
        ("endpoint_ids", request.endpoint_ids),
        ("customer_ids", request.customer_ids),
    )
    return {attribute: frozenset(values) for attribute, values in lists if values}


def _has_empty_list(request: ListConversations, profile: Profile) -> bool:
    lists = (request.account_ids, request.endpoint_ids, request.customer_ids)
    return () in lists and profile["empty-list"] == "nothing"


def _refuse_foreign(
    world: View, request: ListConversations, profile: Profile, account_ids: Collection[str]
) -> None:
    if profile["foreign-account"] != "forbidden":
        return
    for account in request.account_ids or ():
        # An account that does not exist is the point `unknown-id`'s matter.
        if account is not None and account not in account_ids and world.knows(_ACCOUNTS, account):
            raise _forbidden("You have no access to one of the accounts.")


def is_malformed(world: View, attribute: str, value: str) -> bool:
    """Tell whether an id is none by its form; whatever somebody has is one."""
    return not (_OBJECT_ID.fullmatch(value) or world.knows(attribute, value))


def _refuse_malformed(
    world: View, wanted: Mapping[str, frozenset[str | None]], profile: Profile
) -> None:
    if profile["malformed-id"] != "error":
        return
    for attribute, values in wanted.items():
        if any(value is not None and is_malformed(world, attribute, value) for value in values):
            raise ServiceError(
                "One of the ids is not a valid 24 digit hex string.",
                status=400,
                error_code="FormatException",
                reason="FormatException",
            )


def _refuse_unknown(
    world: View, wanted: Mapping[str, frozenset[str | None]], profile: Profile
) -> None:
    choice = profile["unknown-id"]
    if choice == "empty":
        return
    for attribute, values in wanted.items():
        if any(value is not None and not world.knows(attribute, value) for value in values):
            if choice == "forbidden":
                raise _forbidden("You have no access to one of the ids.")
            raise ServiceError(
                "One of the ids does not exist.",
                status=404,
                error_code="NotFound",
                reason="NotFound",
            )


def _forbidden(message: str) -> ServiceError:
    return ServiceError(message, status=403, error_code="Forbidden", reason="Forbidden")


def _after_ticks(
    request: ListConversations, profile: Profile, now_ticks: int, offset: int
) -> int | None:
    """Return the instant to cut by; None for no cut, `_NOTHING` for no rows at all."""
    if request.after_date is None:
        return None
    ticks = parse_date(request.after_date, now_ticks=now_ticks, naive_offset_minutes=offset)
    if ticks is not None:
        return ticks
    match profile["invalid-after-date"]:
        case "no-filter":
            return None
        case "nothing":
            return _NOTHING
        case _:
            raise ServiceError(
                f"String '{request.after_date}' was not recognized as a valid DateTime.",
                status=400,
                error_code="FormatException",
                reason="FormatException",
            )


def _shuffled(rows: Sequence[int], draw: str) -> list[int]:
    key = int.from_bytes(blake2b(draw.encode(), digest_size=8).digest(), "little")
    return sorted(rows, key=lambda number: mix(key ^ number))


Order = Callable[[Sequence[int], View, str], Sequence[int]]

# The choices of the point `order`: each takes the rows newest first.
ORDERS: Mapping[str, Order] = {
    "newest-first": lambda rows, world, draw: rows,
    "oldest-first": lambda rows, world, draw: rows[::-1],
    "by-id": lambda rows, world, draw: world.by_id(rows),
    "as-stored": lambda rows, world, draw: world.as_stored(rows),
    "unstable": lambda rows, world, draw: _shuffled(rows, draw),
}
