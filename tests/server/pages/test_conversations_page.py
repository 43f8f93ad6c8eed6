import re

import pytest

from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.server import MockServer
from mockserver.server.pages.conversations_page import Asked, Page, conversations_page, page_of
from mockserver.world.scenario import Secret, User
from tests.mock_client import ADA, Client
from tests.rows import matching_ids
from tests.server.pages.page_reader import Reader

HOSTILE = "<script>alert('x')</script>\"&"
HTML = {"Accept": "text/html"}
FORMATS = ("json", "xml", "jsv", "csv", "jsonl")


def drawn(*rows: ConversationInfo | None, asked: Asked | None = None) -> str:
    return conversations_page(rows, Page(count=len(rows)), asked=asked).decode()


def format_links(page: bytes | str) -> list[str | None]:
    reader = Reader(page if isinstance(page, bytes) else page.encode())
    links = reader.attributes("a", "href")
    return [link for link in links if str(link).startswith("/conversations.")]


def shown_ids(page: bytes) -> list[str]:
    return re.findall(r'class="fixed ids"><div>\s*<span class="id">([0-9a-f]{24})<', page.decode())


def test_every_value_is_shown_as_text() -> None:
    row = ConversationInfo(id=HOSTILE, most_recent_message=MessageInfo(text="two\nlines"))

    reader = Reader(drawn(row).encode())

    assert reader.attributes("script", "src") == [None]
    assert HOSTILE in reader.text
    assert "two\nlines" in reader.text
    assert "1 conversation\n" in reader.text


def test_the_same_rows_are_linked_to_in_each_format() -> None:
    page = drawn(asked=Asked(query="accountIds=a&__page=2&afterDate=2024"))

    assert format_links(page) == [
        f"/conversations.{name}?accountIds=a&afterDate=2024" for name in FORMATS
    ]
    assert "Accept: application/json" in page


def test_null_is_told_from_empty() -> None:
    empty = ConversationInfo(id="", endpoint_id="", other_address="", most_recent_message=None)

    assert drawn(None).count('<span class="null">null</span>') == 7
    assert drawn(empty).count('<span class="null">null</span>') == 4


def test_no_character_that_html_forbids_is_shown() -> None:
    assert '<span class="id">a�b�c</span>' in drawn(ConversationInfo(id="a\x00b\ud800c"))


def test_what_a_message_says_otherwise_than_its_conversation_is_shown() -> None:
    message = MessageInfo(endpoint_id="e2", other_address="+2", sender="+3")
    row = ConversationInfo(endpoint_id="e1", other_address="+1", most_recent_message=message)

    text = Reader(drawn(row).encode()).text

    assert "message: e2" in text
    assert "message: +2" in text
    assert "from +3" in text


@pytest.mark.parametrize(
    ("text", "number", "refused"),
    [
        ("1", 1, None),
        ("3", 3, None),
        ("4", 3, "4"),
        ("0", 1, "0"),
        ("-1", 1, "-1"),
        ("two", 1, "two"),
        ("9" * 5000, 1, "9" * 5000),
    ],
)
def test_the_nearest_page_is_shown(text: str, number: int, refused: str | None) -> None:
    assert page_of(101, [("__page", text)]) == Page(count=101, number=number, refused=refused)


def test_a_user_of_one_account_is_offered_nothing_of_others(
    mock: MockServer, client: Client
) -> None:
    uma = mock.space.find_user("uma")
    assert uma is not None
    assert uma.account_ids is not None
    directory = mock.space.world.directory
    of_uma = [one.endpoint_id for one in directory.lines if one.account_id in uma.account_ids]

    got = client.ask("GET", "/conversations", user=("uma", uma.password.reveal()), headers=HTML)

    offered = set(Reader(got.body).attributes("option", "value"))
    assert offered & {one.id for one in directory.accounts} == uma.account_ids
    assert offered & {one.endpoint_id for one in directory.lines} == set(of_uma)


def test_rows_carry_the_names_of_their_ids(mock: MockServer, client: Client) -> None:
    got = client.ask("GET", "/conversations", user=ADA, headers=HTML)

    text = Reader(got.body).text
    world = mock.space.world
    message = world.row(world.find({}, now_ticks=mock.space.now_ticks())[0]).most_recent_message
    assert message is not None
    assert message.endpoint_display_name is not None
    assert message.endpoint_display_name in text
    assert str(world.directory.name_of(message.account_id)) in text


def test_pages_together_hold_the_rows_of_the_json(mock: MockServer, client: Client) -> None:
    pages = [
        client.ask("GET", f"/conversations?__page={number}", user=ADA, headers=HTML).body
        for number in range(1, 11)
    ]

    assert [len(shown_ids(page)) for page in pages] == [50] * 10
    assert sum(map(shown_ids, pages), []) == matching_ids(mock.space.world)


@pytest.mark.parametrize("name", FORMATS)
def test_no_other_format_is_cut(name: str, mock: MockServer, client: Client) -> None:
    whole = client.list(f"/conversations.{name}")

    assert client.list(f"/conversations.{name}?__page=2").body == whole.body


def test_a_page_is_filtered_as_the_json_is(mock: MockServer, client: Client) -> None:
    account = mock.space.world.directory.accounts[1].id
    query = f"accountIds={account}&afterDate=2026-02-27T00:00:00Z"

    got = client.ask("GET", f"/conversations?{query}", user=ADA, headers=HTML)

    wanted = matching_ids(mock.space.world, accounts=[account], after="2026-02-27T00:00:00Z")
    assert f"{len(wanted)} conversations" in Reader(got.body).text
    assert shown_ids(got.body) == wanted[:50]
    assert f'<option value="{account}" selected>' in got.body.decode()


def test_a_filter_that_no_choice_holds_stays_chosen() -> None:
    wanted = ListConversations(account_ids=("a", "b"))
    asked = Asked(pairs=[("ACCOUNTIDS", "a,b")], wanted=wanted)

    assert '<option value="a,b" selected>a, b</option>' in drawn(asked=asked)


def test_a_page_of_a_body_offers_no_other_page() -> None:
    page = conversations_page(
        [ConversationInfo(id="x")] * 50, Page(count=60), asked=Asked(is_whole=False)
    ).decode()

    assert "Rows 1 to 50" in page
    assert "__page" not in page


def test_who_is_signed_in_is_told() -> None:
    user = User(username="noa", password=Secret("x"), account_ids=frozenset())

    text = " ".join(Reader(drawn(asked=Asked(user=user)).encode()).text.split())

    assert "Signed in as noa, who sees no account" in text
    assert "There is no conversation that this user may see." in text


def test_an_empty_world_lists_its_endpoints() -> None:
    with MockServer("empty", now="2026-03-01T12:00:00Z") as mock:
        got = Client(port=mock.port).ask("GET", "/conversations", user=ADA, headers=HTML)
        lines = mock.space.world.directory.lines

    assert [line.endpoint_id for line in lines if line.endpoint_id not in got.body.decode()] == []
    assert "40 endpoints" in Reader(got.body).text


def test_the_page_that_is_asked_for_is_no_unknown_parameter(
    mock: MockServer, client: Client
) -> None:
    client.ask("GET", "/conversations?__page=2&accountid=x", user=ADA, headers=HTML)

    (entry,) = client.admin("GET", "/spaces/default/requests").json["requests"]
    assert entry["warnings"] == ["unknown parameter 'accountid'; did you mean accountIds?"]
