"""No text that comes from outside can break out of the place where a page shows it."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.contract import load_contract
from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.server.pages.conversations_page import Asked, Page, conversations_page
from mockserver.server.pages.html_pages import error_page, login_page, text_page
from mockserver.server.pages.metadata_pages import metadata_page
from mockserver.server.pages.rendering import Site
from mockserver.world.directory import Account, CustomerEntry, Directory
from tests.depth import ci_or
from tests.server.pages.page_reader import Reader

BASE = "http://localhost:4011"
HARMLESS = "harmless"
HOSTILE = """\"'></title></style></pre></td><script>alert(1)</script>&\x00\ud800{{ 1 }}"""
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# What means something to HTML, to a template or to a script, among anything else.
PIECES = (
    *("<", ">", "&", '"', "'", "`", "=", "/", "\\", "-->", "<!--", "]]>", "&#34;", "&quot;", "&lt"),
    *("</td>", "</pre>", "</title>", "</style>", "</script>", "<script>", "<img src=x onerror=x>"),
    *("{{ 7 * 7 }}", "{% raw %}", "{# x #}", "javascript:", "%3C", "\x00", "\ud800", "\u2028", " "),
)
EXAMPLES = ci_or(30, ci=100)
ANYTHING = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(), max_size=4), min_size=1, max_size=6
).map("".join)


def rows(text: str) -> bytes:
    members = {name: text for name in MessageInfo.__dataclass_fields__ if name != "is_unread"}
    # Other ids than names, so that both are shown; none is empty, which would be no choice.
    members |= {"account_id": f"a{text}", "customer_id": f"c{text}"}
    row = ConversationInfo(
        id=text,
        endpoint_id=text,
        other_address=text,
        most_recent_message=MessageInfo(**members),  # type: ignore[arg-type]  # all others are texts
    )
    directory = Directory(
        accounts=[Account(id=f"a{text}", name=text)],
        customers=[CustomerEntry(id=f"c{text}", name=text, account_id=f"a{text}")],
    )
    return conversations_page([row], Page(count=1), directory=directory)


def queried(query: str) -> bytes:
    return conversations_page([], Page(count=0), asked=Asked(query=query))


def described(path: str, *query: tuple[str, str], base_url: str = BASE) -> bytes:
    found = metadata_page(path, query, base_url=base_url, contract=load_contract())
    assert found is not None
    return found.body


OPERATION = ("op", "ListConversations")
# Each draws a page that shows a text; all but the last two show it as it is.
SHOWING: dict[str, Callable[[str], bytes]] = {
    "row": rows,
    "error": lambda text: error_page(400, text),
    "text": lambda text: text_page("Types", text),
    "title": lambda text: text_page(text, "x"),
    "host": lambda text: described("/json/metadata", OPERATION, base_url=f"http://{text}"),
    "source": lambda text: described(
        "/json/metadata", OPERATION, ("lang", "python"), base_url=f"http://{text}"
    ),
    "links": lambda text: described("/metadata/nav", base_url=text),
}
LINKING: dict[str, Callable[[str], bytes]] = {
    "query": queried,
    "home": lambda text: conversations_page([], Page(count=0), site=Site(home=text)),
    "date": lambda text: conversations_page(
        [], Page(count=0), asked=Asked(wanted=ListConversations(after_date=text))
    ),
    "filter": lambda text: conversations_page(
        [],
        Page(count=0),
        asked=Asked(
            pairs=[("accountIds", f"{text},x")],
            wanted=ListConversations(account_ids=(text, "x")),
        ),
    ),
    "target": lambda text: login_page(f"/conversations?x={text}", base_url=BASE),
    "language": lambda text: described("/json/metadata", OPERATION, ("lang", text)),
    "types": lambda text: described(
        "/json/metadata", OPERATION, ("lang", "mjs"), ("IncludeTypes", text)
    ),
}


def printable(text: str) -> str:
    return UNPRINTABLE.sub("\ufffd", text)


@pytest.mark.parametrize("name", [name for name in SHOWING if name != "links"])
@settings(max_examples=EXAMPLES)
@given(text=ANYTHING)
@example(text=HOSTILE)
def test_a_text_is_shown_as_it_is(name: str, text: str) -> None:
    """A page shows any text whole, and has the elements that it has with a harmless one."""
    reader = Reader(SHOWING[name](text))

    assert reader.shape() == Reader(SHOWING[name](HARMLESS)).shape()
    assert printable(text) in reader.text


@pytest.mark.parametrize("name", [*LINKING, "links"])
@settings(max_examples=EXAMPLES)
@given(text=ANYTHING)
@example(text=HOSTILE)
def test_a_text_adds_no_element_and_no_attribute(name: str, text: str) -> None:
    """A page has the elements and attributes that it has with a harmless text."""
    draw = {**SHOWING, **LINKING}[name]
    harmless = "MessageInfo" if name == "types" else HARMLESS

    assert Reader(draw(text)).shape() == Reader(draw(harmless)).shape()


@given(query=ANYTHING)
@example(query=HOSTILE)
def test_a_query_stays_within_its_links(query: str) -> None:
    """The links to the other formats carry the query to its last character."""
    links = Reader(queried(f"q={query}")).attributes("a", "href")

    assert [link for link in links if str(link).startswith("/conversations.")] == [
        f"/conversations.{name}?q={printable(query)}"
        for name in ("json", "xml", "jsv", "csv", "jsonl")
    ]
