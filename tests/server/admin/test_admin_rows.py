"""Drive the conversations and the journal of the admin page as a person does."""

import pytest
from playwright.sync_api import Page, expect

from mockserver.server import MockServer
from mockserver.world.directory import Directory
from tests.depth import deep_only
from tests.mock_client import ADA, Client
from tests.rows import matching_ids
from tests.server.admin.page_parts import (
    SIZE,
    answered,
    clipboard,
    create_space,
    first_row,
    section,
    told,
)

AFTER = "2026-02-20T00:00:00Z"


@pytest.fixture
def app(small: MockServer) -> Client:
    """Return the app that somebody writes."""
    return Client(port=small.port)


@pytest.fixture
def directory(small: MockServer) -> Directory:
    return small.space.world.directory


def test_the_list_shows_what_each_filter_leaves(
    admin: Page, small: MockServer, directory: Directory
) -> None:
    account = directory.accounts[0]
    one = len(matching_ids(small.space.world, accounts=[account.id]))
    both = len(matching_ids(small.space.world, accounts=[account.id], after=AFTER))

    admin.get_by_role("combobox", name="Account", exact=True).select_option(label=account.name)
    admin.get_by_label("Newer than").fill(AFTER)
    admin.get_by_role("button", name="Ask").click()

    expect(
        admin.get_by_role("list", name="What each filter leaves").get_by_role("listitem")
    ).to_have_text(
        [
            f"what ada may see: {SIZE} conversations",
            f"accountIds leaves: {one} conversations",
            f"afterDate leaves: {both} conversations",
        ]
    )
    expect(answered(admin)).to_have_text(f"200 OK: {both} conversations")
    expect(admin.locator("#asked")).to_contain_text(f"?accountIds={account.id}&afterDate={AFTER}")


def test_an_endpoint_is_chosen_by_its_name(admin: Page, small: MockServer) -> None:
    row = small.space.world.row(0)
    assert row.endpoint_id is not None
    count = len(matching_ids(small.space.world, endpoints=[row.endpoint_id]))

    admin.get_by_role("combobox", name="Endpoint", exact=True).select_option(row.endpoint_id)

    expect(answered(admin)).to_contain_text(f"200 OK: {count} conversation")


def test_an_id_that_does_not_exist_is_one_choice(admin: Page) -> None:
    admin.get_by_role("combobox", name="Customer").select_option(label="an id that does not exist")

    expect(answered(admin)).to_have_text("200 OK: 0 conversations")


def test_another_user_sees_other_rows(admin: Page) -> None:
    admin.get_by_label("Signed in as").select_option("noa")
    expect(answered(admin)).to_have_text("200 OK: 0 conversations")

    admin.get_by_label("Signed in as").select_option("nobody")
    expect(answered(admin)).to_have_text("401 Unauthorized")


def test_a_refusal_is_shown_as_it_came(admin: Page) -> None:
    admin.get_by_label("Newer than").fill("no date")
    admin.get_by_role("button", name="Ask").click()

    expect(answered(admin)).to_contain_text("400 FormatException")


def test_the_other_rows_are_a_page_away(admin: Page, small: MockServer) -> None:
    expect(admin.locator("#rows tr")).to_have_count(50)

    admin.get_by_role("button", name="Next").click()

    expect(admin.locator("#shown")).to_have_text(f"Rows 51 to {SIZE}")
    expect(admin.locator("#rows tr")).to_have_count(SIZE - 50)
    last = matching_ids(small.space.world)[-1]
    assert last is not None
    expect(admin.locator("#rows tr").last).to_contain_text(last)
    expect(admin.get_by_role("button", name="Next")).to_be_disabled()


def test_a_row_is_marked_as_read_and_unread_again(admin: Page, small: MockServer) -> None:
    row = admin.locator("#rows tr.unread").first
    id_ = row.get_attribute("data-id")
    again = admin.locator(f'#rows tr[data-id="{id_}"]')

    again.get_by_role("button", name="Mark read").press("Enter")
    expect(again).to_contain_text(", read")
    expect(again.get_by_role("button", name="Mark unread")).to_be_focused()
    assert is_unread(small, id_) is False

    again.get_by_role("button", name="Mark unread").click()
    expect(again).to_contain_text(", unread")
    assert is_unread(small, id_) is True


def test_a_row_is_edited(admin: Page) -> None:
    first_row(admin).get_by_role("button", name="Edit").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("Text").fill("שלום, “Ada”")
    dialog.get_by_label("Other address").fill("+13035550199")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    expect(first_row(admin)).to_contain_text("שלום, “Ada”")
    expect(first_row(admin)).to_contain_text("+13035550199")
    expect(first_row(admin).get_by_role("button", name="Edit")).to_be_focused()


def test_an_edit_that_is_refused_stays_open_and_says_why(admin: Page) -> None:
    before = first_row(admin).inner_text()
    first_row(admin).get_by_role("button", name="Edit").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("Date").fill("noon")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog.get_by_role("alert")).to_contain_text("noon")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(first_row(admin)).to_have_text(before, use_inner_text=True)


def test_a_row_is_deleted_and_the_keyboard_stays_there(admin: Page) -> None:
    second = admin.locator("#rows tr").nth(1).get_attribute("data-id")
    first_row(admin).get_by_role("button", name="Delete").press("Enter")

    expect(answered(admin)).to_have_text(f"200 OK: {SIZE - 1} conversations")
    expect(first_row(admin)).to_have_attribute("data-id", str(second))
    expect(first_row(admin).get_by_role("button", name="Delete")).to_be_focused()


def test_a_message_arrives_in_the_conversation_of_a_row(admin: Page) -> None:
    admin.locator("#rows tr").nth(3).get_by_role("button", name="Message").click()
    expect(admin.get_by_role("textbox", name="Text")).to_be_focused()
    admin.keyboard.type("Is anybody there?")
    admin.keyboard.press("Enter")

    expect(first_row(admin)).to_contain_text("Is anybody there?")
    expect(first_row(admin)).to_contain_text("Incoming, unread")
    expect(told(admin)).to_contain_text("A message arrived at 2026-03-01T12:00:00")


def test_a_message_opens_a_conversation(admin: Page, small: MockServer) -> None:
    admin.get_by_role("combobox", name="Conversation").select_option(label="another one …")
    endpoint = small.space.world.row(0).endpoint_id
    admin.get_by_label("At the endpoint").select_option(endpoint)
    admin.get_by_role("textbox", name="Other address").fill("+1-303-555-0199")
    admin.get_by_role("button", name="Let it arrive").click()

    expect(answered(admin)).to_contain_text(f"{SIZE + 1} conversations")
    expect(first_row(admin)).to_contain_text("+1-303-555-0199")


def test_the_first_message_of_an_empty_world_arrives(admin: Page) -> None:
    create_space(admin, "nothing", scenario="empty")
    expect(answered(admin)).to_have_text("200 OK: 0 conversations")

    admin.get_by_role("textbox", name="Other address").fill("+1-303-555-0199")
    admin.get_by_role("button", name="Let it arrive").click()

    expect(answered(admin)).to_have_text("200 OK: 1 conversation")


def test_what_the_page_asks_is_in_no_journal_and_no_fault_counts_it(
    admin: Page, small: MockServer, app: Client
) -> None:
    faults = section(admin, "Faults")
    faults.get_by_label("fires for").select_option(label="the first request")
    faults.get_by_role("switch", name="status").check()
    expect(answered(admin)).to_contain_text("503")
    admin.get_by_role("button", name="Ask").click()
    expect(told(admin)).to_have_text("Asked.")

    assert app.admin("GET", "/spaces/default/requests").json == {"requests": []}
    assert small.space.requests == 0
    assert [app.list().status, app.list().status] == [503, 200]


def test_the_journal_follows_and_explains(admin: Page, app: Client) -> None:
    app.list("/conversations.json?accountIds=5f8e6aac0000000000000000")

    newest = admin.locator(".entry").first
    expect(newest).to_contain_text(
        "200 GET /conversations.json?accountIds=5f8e6aac0000000000000000 0 rows"
    )
    newest.locator("summary").first.press("Enter")
    expect(newest.get_by_text(f"0 kept, {SIZE} dropped")).to_be_visible()
    expect(newest.get_by_text(f"{SIZE} rows: accountId is not in accountIds")).to_be_visible()
    newest.get_by_role("button", name="Copy curl").click()
    expect(told(admin)).to_have_text("curl is copied.")
    assert clipboard(admin).startswith("curl -si -u ada:")


@deep_only
def test_a_request_that_waits_is_shown_again_when_it_is_answered(admin: Page) -> None:
    admin.get_by_label("ms of latency").fill("6000")
    admin.get_by_role("switch", name="latency").check()
    expect(admin.get_by_text("on: ms 6000")).to_be_visible()
    admin.evaluate(
        "credentials => { fetch('../conversations.json', "
        "{headers: {Authorization: `Basic ${btoa(credentials)}`}}) }",
        ":".join(ADA),
    )

    newest = admin.locator(".entry").first
    expect(newest).to_contain_text("no answer GET /conversations.json [rule 0: latency ms=6000]")
    expect(newest).to_contain_text(f"200 GET /conversations.json {SIZE} rows")


def test_the_journal_is_filtered(admin: Page, app: Client) -> None:
    app.list("/conversations?afterDate=never")
    app.list()
    expect(admin.locator(".entry")).to_have_count(2)

    admin.get_by_role("textbox", name="Status").fill("400")
    admin.get_by_role("textbox", name="Status").press("Enter")

    expect(admin.locator(".entry")).to_have_count(1)


def test_the_journal_is_cleared(admin: Page, app: Client) -> None:
    app.list()
    expect(admin.locator(".entry")).to_have_count(1)

    section(admin, "Journal").get_by_role("button", name="Clear").click()

    expect(admin.locator(".entry")).to_have_count(0)
    assert app.admin("GET", "/spaces/default/requests").json == {"requests": []}


def test_the_keyboard_alone_reaches_what_matters(admin: Page, small: MockServer) -> None:
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="To the conversations")).to_be_focused()
    admin.keyboard.press("Enter")
    for _ in range(5):
        admin.keyboard.press("Tab")
    expect(admin.get_by_label("Newer than")).to_be_focused()

    admin.keyboard.type(AFTER)
    admin.keyboard.press("Enter")

    left = len(matching_ids(small.space.world, after=AFTER))
    expect(answered(admin)).to_contain_text(f"{left} conversations")
    expect(admin.get_by_label("Newer than")).to_be_focused()


def is_unread(mock: MockServer, id_: str | None) -> bool | None:
    shown = mock.space.living().find(str(id_), now_ticks=mock.space.now_ticks())
    assert shown is not None
    assert shown.row.most_recent_message is not None
    return shown.row.most_recent_message.is_unread
