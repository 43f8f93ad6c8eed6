"""Draw the conversations as a table: with names, a form that filters, and fifty rows a page.

Only this page is cut into pages; the other formats hold every row. `__page` is the mock's own
parameter, as `__code` and `__delay` are, which the API ignores as it does every unknown one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mockserver.dotnet.ticks import TICKS_PER_SECOND, format_ticks
from mockserver.models import ConversationInfo, ListConversations
from mockserver.server.pages.html_pages import seen_accounts
from mockserver.server.pages.rendering import Site, render
from mockserver.wire.formats.encode import FORMATS
from mockserver.world.directory import Directory, Line
from mockserver.world.scenario import User

__all__ = ["PAGE", "PAGE_ROWS", "Asked", "Page", "conversations_page", "page_of"]

PAGE = "__page"
PAGE_ROWS = 50
_SITE = Site()
_NOBODYS = Directory()
_DIGITS = re.compile(r"[0-9]{1,9}")
_HOUR = 3600 * TICKS_PER_SECOND
# What the field of afterDate offers.
_AGO = (("an hour ago", 1), ("12 hours ago", 12), ("a day ago", 24), ("a week ago", 7 * 24))
_SHOWN_NAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hold which rows are shown.

    Attributes:
        count: of the rows of all pages.
        number: of this page, from 1.
        refused: the number that was asked for, where there is no such page.
    """

    count: int
    number: int = 1
    refused: str | None = None

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, -(-self.count // PAGE_ROWS))

    @property
    def rows(self) -> slice:
        """Return the places of its rows among all."""
        return slice((self.number - 1) * PAGE_ROWS, self.number * PAGE_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold what a page of conversations was asked for, and by whom.

    Attributes:
        query: the request's raw query, which the links keep.
        pairs: the same, decoded.
        is_whole: the query alone says which rows are meant; a body may say more.
        now_ticks: the space's instant.
    """

    query: str = ""
    pairs: Sequence[tuple[str, str]] = ()
    is_whole: bool = True
    wanted: ListConversations = field(default_factory=ListConversations)
    user: User | None = None
    now_ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picker:
    """Hold the choices of one filter, by the name of the account that they belong to."""

    name: str
    label: str
    none: str
    value: str
    groups: Sequence[tuple[str | None, Sequence[tuple[str, str]]]]
    strange: str | None


def page_of(count: int, pairs: Sequence[tuple[str, str]]) -> Page:
    """Return the page that a query asks for; the nearest where there is no such page."""
    text = next((value for name, value in pairs if name == PAGE), "1")
    wanted = int(text) if _DIGITS.fullmatch(text) else 1
    last = Page(count=count).last
    number = min(max(wanted, 1), last)
    return Page(count=count, number=number, refused=None if str(number) == text else text)


def conversations_page(
    rows: Sequence[ConversationInfo | None],
    page: Page,
    *,
    asked: Asked | None = None,
    directory: Directory = _NOBODYS,
    site: Site = _SITE,
) -> bytes:
    """Return the page; `rows` are those of this page alone."""
    asked = asked or Asked()
    query = "&".join(part for part in asked.query.split("&") if not part.startswith(f"{PAGE}="))
    values = {
        "page": page,
        "first": page.rows.start + 1,
        "rows": rows,
        "name_of": directory.name_of,
        "formats": tuple(FORMATS),
        "query": f"?{query}" if query else "",
        "next": f"?{query}{'&' if query else ''}{PAGE}=",
        "pairs": [pair for pair in asked.pairs if pair[0] != PAGE],
        "page_name": PAGE,
        "asked": asked,
        "sees": "" if asked.user is None else seen_accounts(asked.user, directory),
        "pickers": list(_pickers(asked, directory)),
        "dates": [(format_ticks(asked.now_ticks - hours * _HOUR), ago) for ago, hours in _AGO]
        if asked.now_ticks > _AGO[-1][1] * _HOUR
        else [],
        "is_filtered": asked.wanted != ListConversations(),
        "lines": () if rows else [line for line in directory.lines if _may_see(asked, line)],
    }
    return render("conversations.html", site, values)


def _pickers(asked: Asked, directory: Directory) -> Iterator[_Picker]:
    """Yield the filters by id: what the user may see, by name."""
    wanted = asked.wanted
    accounts = [
        (None, account.id, account.name)
        for account in directory.accounts
        if _may_see_account(asked, account.id)
    ]
    customers = [
        (one.account_id, one.id, one.name)
        for one in directory.customers
        if _may_see_account(asked, one.account_id)
    ]
    endpoints = [
        (line.account_id, line.endpoint_id, " ".join(filter(None, (line.name, line.address))))
        for line in directory.lines
        if _may_see(asked, line)
    ]
    for name, label, none, choices, ids in (
        ("accountIds", "Account", "all accounts", accounts, wanted.account_ids),
        ("customerIds", "Customer", "all, and none", customers, wanted.customer_ids),
        ("endpointIds", "Endpoint", "all endpoints", endpoints, wanted.endpoint_ids),
    ):
        value = _value_of(asked, name, ids)
        groups: dict[str | None, list[tuple[str, str]]] = {}
        for account, id_, text in sorted(choices, key=lambda choice: choice[2].casefold()):
            # An empty value asks for no filter.
            if id_:
                groups.setdefault(directory.name_of(account), []).append((id_, text))
        is_offered = not value or any(value == id_ for _, id_, _ in choices)
        yield _Picker(
            name=name,
            label=label,
            none=none,
            value=value,
            groups=sorted(groups.items(), key=lambda group: (group[0] or "").casefold()),
            strange=None if is_offered else _describe(ids, directory),
        )


def _value_of(asked: Asked, name: str, ids: Sequence[str | None] | None) -> str:
    """Return the text that asks for the same ids again."""
    if ids is None:
        return ""
    texts = [value for known, value in asked.pairs if known.lower() == name.lower()]
    return texts[0] if len(texts) == 1 else ",".join(id_ or "" for id_ in ids)


def _describe(ids: Sequence[str | None] | None, directory: Directory) -> str:
    names = [directory.name_of(id_) or f"{id_ or 'an empty id'}" for id_ in ids or ()]
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(names[:_SHOWN_NAMES]) + more or "an empty list"


def _may_see(asked: Asked, line: Line) -> bool:
    return _may_see_account(asked, line.account_id)


def _may_see_account(asked: Asked, account_id: str | None) -> bool:
    user = asked.user
    return user is None or user.account_ids is None or account_id in user.account_ids
