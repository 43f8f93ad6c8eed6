import pytest

from mockserver.models import ConversationInfo, MessageInfo
from mockserver.server.pages.html_pages import (
    error_page,
    index_page,
    login_page,
    rows_page,
    same_origin_path,
)
from mockserver.server.pages.rendering import Site
from tests.server.pages.page_reader import Reader

BASE = "http://localhost:4011"
HOSTILE = "<script>alert('x')</script>\"&"


def test_rows_page_shows_every_value_as_text() -> None:
    row = ConversationInfo(id=HOSTILE, most_recent_message=MessageInfo(text="two\nlines"))

    reader = Reader(rows_page([row]))

    assert reader.attributes("script", "src") == []
    assert HOSTILE in reader.text
    assert "two\nlines" in reader.text
    assert "1 conversation\n" in reader.text


def test_rows_page_links_to_the_same_rows_in_each_format() -> None:
    reader = Reader(rows_page([], query="accountIds=a&afterDate=2024"))

    assert reader.attributes("a", "href")[1:] == [
        f"/conversations.{name}?accountIds=a&afterDate=2024"
        for name in ("json", "xml", "jsv", "csv", "jsonl")
    ]
    assert "Accept: application/json" in reader.text


def test_rows_page_tells_null_from_empty() -> None:
    row = ConversationInfo(id="", most_recent_message=None)

    page = rows_page([row, None]).decode()

    assert '<tr><td></td><td class="null">null</td>' in page
    assert page.count('<td class="null">') == 13 + 14


def test_rows_page_says_how_many_it_shows() -> None:
    page = rows_page([ConversationInfo(id="x")] * 1001).decode()

    assert "1,001 conversations" in page
    assert "The first 1,000 are shown." in page
    assert page.count("<tr>") == 1 + 1000


def test_rows_page_carries_no_character_that_html_forbids() -> None:
    row = ConversationInfo(id="a\x00b\ud800c")

    assert "<td>a�b�c</td>" in rows_page([row]).decode()


def test_login_form_posts_credentials_and_where_to_go_on() -> None:
    reader = Reader(login_page(f"{BASE}/conversations?accountIds=a&x=%22", base_url=BASE))

    assert reader.attributes("form", "action") == ["auth/credentials"]
    assert reader.attributes("form", "method") == ["post"]
    assert reader.attributes("input", "name") == ["continue", "userName", "password"]
    assert reader.attributes("input", "value")[0] == "/conversations?accountIds=a&x=%22"


def test_login_form_goes_to_the_rows_when_nothing_was_asked() -> None:
    reader = Reader(login_page(None, base_url=BASE))

    assert reader.attributes("input", "value")[0] == "/conversations"


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example.com/",
        "https://localhost:4011/x",
        "http://localhost:4012/x",
        "//evil.example.com/x",
        "/\\evil.example.com/x",
        "http://localhost:4011//evil.example.com",
        "\t//evil.example.com",
        "javascript:alert(1)",
        "http://[",
        "conversations",
        "",
        None,
    ],
)
def test_target_of_another_origin_is_refused(target: str | None) -> None:
    assert same_origin_path(target, base_url=BASE) is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/a?b=c#d", "/a?b=c"), (f"{BASE}/a", "/a"), ("/a//b", "/a//b")],
)
def test_target_of_this_origin_is_kept(target: str, expected: str) -> None:
    assert same_origin_path(target, base_url=BASE) == expected


def test_index_page_links_to_what_exists() -> None:
    reader = Reader(index_page(site=Site(home="/~a")))

    assert reader.attributes("a", "href")[:4] == [
        "#content",
        "/~a/conversations",
        "/~a/conversations.json",
        "/~a/login",
    ]


@pytest.mark.parametrize(
    ("status", "title"), [(400, "400 Bad Request"), (599, "599")], ids=["known", "unknown"]
)
def test_error_page_names_the_status_and_escapes_the_message(status: int, title: str) -> None:
    reader = Reader(error_page(status, HOSTILE))

    assert title in reader.text
    assert HOSTILE in reader.text
    assert reader.attributes("script", "src") == []


@pytest.mark.parametrize(
    "page",
    [rows_page([]), login_page(None, base_url=BASE), index_page(), error_page(500, "x")],
    ids=["rows", "login", "index", "error"],
)
def test_page_asks_for_nothing_beyond_itself(page: bytes) -> None:
    reader = Reader(page)

    assert reader.attributes("link", "href") == ["data:,"]
    assert reader.attributes("img", "src") == []
    assert b"http" not in page
