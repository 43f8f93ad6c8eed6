import pytest

from mockserver.server.pages.conversations_page import Page, conversations_page
from mockserver.server.pages.html_pages import (
    error_page,
    index_page,
    login_page,
    same_origin_path,
)
from mockserver.server.pages.rendering import Site
from mockserver.server.pages.type_sources import LANGUAGES
from mockserver.wire.formats.encode import FORMATS
from mockserver.world.scenario import Secret, User
from tests.server.pages.page_reader import Reader

BASE = "http://localhost:4011"
HOSTILE = "<script>alert('x')</script>\"&"


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


def test_index_page_links_to_all_there_is() -> None:
    reader = Reader(index_page(site=Site(home="/~a", admin="/__admin/#a")))

    assert set(reader.attributes("a", "href")) == {
        "#content",
        *("/~a/conversations", "/~a/login", "/~a/auth/status", "/~a/auth/logout"),
        *(f"/~a/conversations.{name}" for name in FORMATS),
        *("/~a/metadata", "/~a/openapi.yaml", "/~a/types/metadata.json", "/~a/healthz"),
        *(f"/~a/types/{name}" for name in LANGUAGES),
        *("/__admin/#a", "/__admin/openapi.yaml", "/__admin/metrics"),
    }


def test_index_page_links_to_no_admin_page_where_there_is_none() -> None:
    assert b"__admin" not in index_page(site=Site(admin=None))


def test_login_form_has_a_button_for_each_user_that_it_is_given() -> None:
    users = [(User(username="ada", password=Secret("a&b")), "a&b", "all accounts")]

    reader = Reader(login_page(None, base_url=BASE, users=users))

    assert reader.attributes("form", "action") == ["auth/credentials"] * 2
    assert reader.attributes("input", "value")[-3:] == ["/conversations", "ada", "a&b"]
    assert "sees all accounts" in reader.text


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
    [
        conversations_page([], Page(count=0)),
        login_page(None, base_url=BASE),
        index_page(),
        error_page(500, "x"),
    ],
    ids=["conversations", "login", "index", "error"],
)
def test_page_asks_for_nothing_beyond_itself(page: bytes) -> None:
    reader = Reader(page)

    assert reader.attributes("link", "href") == ["data:,"]
    assert reader.attributes("img", "src") == []
    assert b"http" not in page
