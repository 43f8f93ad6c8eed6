"""Tell why a request got the rows that it got: one reason for each row that was dropped.

The reasons stand in the order in which they are tried: the user's accounts, the filters, the cap of
rows. A row is counted by the first that drops it, so that all counts add up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_date
from mockserver.errors import ServiceError
from mockserver.models import REQUEST_FIELDS, ConversationInfo, ListConversations
from mockserver.server.mask import mask_value
from mockserver.space.space import Space
from mockserver.world.index import parse_offset, select
from mockserver.world.rows import View, read_member
from mockserver.world.users import User

__all__ = ["judge_rows"]

_MAX_ROWS = 1_000
_ACCOUNT = "/mostRecentMessage/accountId"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Hold one reason: what drops a row by itself, and what is left of all rows after it.

    Attributes:
        name: one word: `user`, a parameter or a point of the profile, or `status`.
        text: what is true of every row that it drops.
        tell: what is true of one row; None where the reason lets the row through.
        left: how many rows there are that neither this nor any reason before it drops.
    """

    name: str
    text: str
    tell: Callable[[int, ConversationInfo], str | None]
    left: int


def judge_rows(
    space: Space,
    asked: ListConversations,
    user: User | None,
    *,
    now_ticks: int,
    status: int | None,
) -> dict[str, Any]:
    """Return how many rows were kept and dropped, why, and the verdict on the newest of them.

    Args:
        space: the space as the request met it.
        user: who asked; None for a stranger.
        now_ticks: the space's instant then.
        status: the answer's; None where there is none.
    """
    view = space.living().at(now_ticks)
    every = view.find({}, now_ticks=now_ticks)
    reasons = list(_Judge(space, view, asked, user, now_ticks).reasons(len(every), status))
    verdicts = []
    for number in every[:_MAX_ROWS]:
        row = view.row(number)
        why = next((text for one in reasons if (text := one.tell(number, row)) is not None), None)
        verdicts.append({"id": row.id, "kept": why is None, "why": [] if why is None else [why]})
    kept = reasons[-1].left if reasons else len(every)
    before = [len(every), *(one.left for one in reasons)]
    return {
        "rows": verdicts,
        "kept": kept,
        "dropped": len(every) - kept,
        "reasons": [
            {"name": one.name, "rows": there - one.left, "text": one.text}
            for there, one in zip(before, reasons, strict=False)
            if there > one.left
        ],
        "notShown": len(every) - len(verdicts),
    }


class _Judge:
    def __init__(
        self,
        space: Space,
        view: View,
        asked: ListConversations,
        user: User | None,
        now_ticks: int,
    ) -> None:
        self._space = space
        self._view = view
        self._asked = asked
        self._user = user
        self._now = now_ticks
        self._offset = parse_offset(space.profile["naive-date-zone"])
        self._wanted: dict[str, frozenset[str | None]] = {}
        self._after: int | None = None

    def reasons(self, count: int, status: int | None) -> Iterator[_Reason]:
        """Yield what may drop rows, in the order in which it is tried."""
        refusal = self._refusal(status)
        if refusal is not None:
            name, text = refusal
            yield _Reason(name=name, text=text, tell=lambda number, row: text, left=0)
            return
        if self._user is not None and self._user.account_ids is not None:
            yield self._of_the_user(self._user, self._user.account_ids)
        attributes = dict(REQUEST_FIELDS)
        for parameter in load_contract().parameters:
            asked = getattr(self._asked, attributes[parameter.name])
            if parameter.operator == "in" and asked:
                yield self._of_a_list(parameter.name, attributes[parameter.name], parameter.field)
            elif parameter.operator == "after" and asked is not None:
                yield from self._of_the_date(parameter.name, parameter.field, asked)
        if self._space.profile["row-cap"] != "none":
            yield self._of_the_cap()

    def _refusal(self, status: int | None) -> tuple[str, str] | None:
        """Return why no row at all was let through, by name and text; None where some may be."""
        if status not in (None, 200):
            return "status", f"the answer was {status}, without rows"
        lists = (self._asked.account_ids, self._asked.endpoint_ids, self._asked.customer_ids)
        if () in lists and self._space.profile["empty-list"] == "nothing":
            return "empty-list", "an empty list lets no row through"
        text = self._asked.after_date
        if text is not None and self._parse(text) is None:
            if self._space.profile["invalid-after-date"] == "nothing":
                return "invalid-after-date", "afterDate is no date, which lets no row through"
        try:
            self._select()
        except ServiceError as exc:
            return "status", f"the answer was {exc.status}, without rows"
        return None

    def _of_the_user(self, user: User, account_ids: frozenset[str]) -> _Reason:
        self._wanted["account_ids"] = frozenset(account_ids)

        def tell(number: int, row: ConversationInfo) -> str | None:
            account = read_member(row, _ACCOUNT)
            if account in account_ids:
                return None
            return f"account {account} is not one of {user.username}'s"

        text = f"not in an account that {user.username} sees"
        return _Reason(name="user", text=text, tell=tell, left=self._count())

    def _of_a_list(self, name: str, attribute: str, field: str) -> _Reason:
        asked: frozenset[str | None] = frozenset(getattr(self._asked, attribute))
        seen = self._wanted.get(attribute)
        self._wanted[attribute] = asked if seen is None else asked & seen
        member = field.rpartition("/")[2]

        def tell(number: int, row: ConversationInfo) -> str | None:
            value = read_member(row, field)
            return None if value in asked else f"{name}: {field} is {value}"

        text = f"{member} is not in {name}"
        return _Reason(name=name, text=text, tell=tell, left=self._count())

    def _of_the_date(self, name: str, field: str, asked: str) -> Iterator[_Reason]:
        after = self._after = self._parse(asked)
        if after is None:
            return
        is_inclusive = self._space.profile["after-date-boundary"] == "inclusive"

        def tell(number: int, row: ConversationInfo) -> str | None:
            value = read_member(row, field)
            ticks = None if value is None else self._parse(value)
            if ticks is not None and ticks + is_inclusive > after:
                return None
            return f"{name}: {value} is not after {mask_value('afterDate', asked)}"

        text = f"no date {'at or ' if is_inclusive else ''}after {name}"
        yield _Reason(name=name, text=text, tell=tell, left=self._count())

    def _of_the_cap(self) -> _Reason:
        numbers = self._select()
        kept = set(numbers)
        cap = self._space.profile["row-cap"]
        text = f"beyond the {cap} rows of row-cap"

        def tell(number: int, row: ConversationInfo) -> str | None:
            return None if number in kept else text

        return _Reason(name="row-cap", text=text, tell=tell, left=len(numbers))

    def _select(self) -> Sequence[int]:
        user = self._user
        return select(
            self._view,
            self._asked,
            self._space.profile,
            account_ids=None if user is None else user.account_ids,
            now_ticks=self._now,
        )

    def _count(self) -> int:
        """Count the rows that nothing so far drops."""
        found = self._view.find(
            self._wanted,
            now_ticks=self._now,
            after_ticks=self._after,
            is_inclusive=self._space.profile["after-date-boundary"] == "inclusive",
            naive_offset_minutes=self._offset,
        )
        return len(found)

    def _parse(self, text: str) -> int | None:
        return parse_date(text, now_ticks=self._now, naive_offset_minutes=self._offset)
