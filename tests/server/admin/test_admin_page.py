"""Drive the admin page as a person does: spaces, clock, faults, profile, users, token."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mockserver.server import MockServer
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.faults import FAULTS, PRESETS
from tests.depth import sampled
from tests.server.admin.page_parts import (
    SIZE,
    answered,
    clipboard,
    create_space,
    first_row,
    section,
    told,
)
from tests.server.pages.looks import look_at

PARTS = Path(__file__).parents[3] / "mockserver" / "server" / "admin" / "assets"
LOOKS = (("light", 360), ("dark", 1280))


def test_users_are_a_table_with_the_names_of_their_accounts(admin: Page, small: MockServer) -> None:
    rows = section(admin, "Users").get_by_role("row")
    one, two, three = (account.name for account in small.space.world.directory.accounts)

    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("ada")
    expect(rows.nth(1)).to_contain_text("all accounts")
    expect(rows.nth(2)).to_contain_text(one)
    expect(rows.nth(2)).to_contain_text(two)
    expect(rows.nth(3)).to_contain_text(three)
    expect(rows.nth(4)).to_contain_text("no account")


def test_a_curl_line_of_each_user_is_copied(admin: Page, small: MockServer) -> None:
    admin.get_by_role("button", name="Copy curl for max").click()

    expect(told(admin)).to_have_text("curl for max is copied.")
    user = small.space.find_user("max")
    assert user is not None
    password = user.password.reveal()
    assert clipboard(admin) == f"curl -su max:{password} {small.url}/conversations.json"


def test_the_browser_is_signed_in(admin: Page, small: MockServer) -> None:
    admin.get_by_role("button", name="Sign in here as uma").click()
    expect(told(admin)).to_have_text("This browser is signed in as uma.")

    admin.get_by_role("link", name="see the conversations").click()

    expect(admin).to_have_url(f"{small.url}/conversations")
    expect(admin.get_by_text("Signed in as uma")).to_be_visible()


def test_the_clock_moves_freezes_and_runs(admin: Page) -> None:
    clock = section(admin, "Clock and arrivals")
    clock.get_by_role("button", name="+1 min").click()
    expect(admin.locator("#now")).to_have_text("2026-03-01T12:01:00.000Z")
    clock.get_by_role("button", name="+1 h").click()
    expect(admin.locator("#now")).to_have_text("2026-03-01T13:01:00.000Z")

    clock.get_by_role("button", name="Let it run").click()
    expect(admin.locator("#mode")).to_have_text("live")
    clock.get_by_role("button", name="Freeze", exact=True).click()
    expect(admin.locator("#mode")).to_have_text("frozen")

    clock.get_by_label("Instant").fill("2026-04-01T00:00:00Z")
    clock.get_by_role("button", name="Freeze there").click()
    expect(admin.locator("#now")).to_have_text("2026-04-01T00:00:00.000Z")


def test_a_wrong_instant_is_told(admin: Page) -> None:
    admin.get_by_label("Instant").fill("noon")
    admin.get_by_role("button", name="Freeze there").click()

    expect(told(admin)).to_contain_text("noon")


def test_arrivals_come_with_the_clock(admin: Page) -> None:
    create_space(admin, "busy-one", scenario="busy")
    expect(admin.locator("#arrivals")).to_contain_text("a minute arrive")
    before = first_row(admin).inner_text()

    admin.get_by_role("button", name="+1 h").click()

    expect(first_row(admin)).not_to_have_text(before)


def test_a_fault_is_switched_on_and_off(admin: Page, small: MockServer) -> None:
    faults = section(admin, "Faults")
    faults.get_by_label("code of status").select_option("500")
    faults.get_by_label("fires for").select_option(label="the first 3 requests")
    faults.get_by_role("switch", name="status").check()
    expect(faults.get_by_text("on: code 500, first 3")).to_be_visible()

    admin.get_by_role("button", name="Ask").click()
    expect(answered(admin)).to_contain_text("500")

    faults.get_by_role("switch", name="status").uncheck()
    expect(faults.get_by_text("on: ")).to_have_count(0)
    assert small.space.faults is None


def test_another_parameter_of_a_fault_that_is_on_counts_at_once(admin: Page) -> None:
    faults = section(admin, "Faults")
    faults.get_by_role("switch", name="status").check()
    expect(faults.get_by_text("on: code 503")).to_be_visible()

    faults.get_by_label("code of status").select_option("429")

    expect(answered(admin)).to_contain_text("429 Too Many Requests")


def test_presets_are_set_and_ended(admin: Page) -> None:
    faults = section(admin, "Faults")
    faults.get_by_role("button", name="flaky").click()
    expect(faults.get_by_role("switch", checked=True)).to_have_count(3)

    faults.get_by_role("button", name="None").click()
    expect(faults.get_by_role("switch", checked=True)).to_have_count(0)


def test_an_expired_session_is_shown_as_401(admin: Page) -> None:
    faults = section(admin, "Faults")
    faults.get_by_role("button", name="expired-session").click()

    expect(faults.get_by_label("code of status")).to_have_value("401")
    expect(answered(admin)).to_have_text("401 Unauthorized (rule 0: status code=401)")


def test_a_point_is_settled(admin: Page, small: MockServer) -> None:
    profile = section(admin, "Profile")
    profile.get_by_text("order: newest-first").click()
    profile.get_by_role("radio", name=re.compile("^oldest-first:")).check()
    expect(profile.get_by_text("order: oldest-first (changed)")).to_be_visible()
    assert small.space.profile["order"] == "oldest-first"

    profile.get_by_text("row-cap: none").click()
    profile.get_by_role("textbox").last.fill("7")
    admin.keyboard.press("Tab")

    expect(answered(admin)).to_have_text("200 OK: 7 conversations")


def test_a_space_is_created_changed_reset_and_deleted(admin: Page, small: MockServer) -> None:
    create_space(admin, "mine", scenario="one")
    expect(answered(admin)).to_have_text("200 OK: 1 conversation")
    expect(admin.get_by_role("link", name="Conversations", exact=True)).to_have_attribute(
        "href", f"{small.url}/~mine/conversations"
    )
    switch_outage_on(admin)
    assert small.spaces.get("mine").faults is not None
    assert small.space.faults is None

    admin.get_by_role("button", name="Reset").click()
    expect(told(admin)).to_have_text("Space mine is as it was at the start.")
    assert small.spaces.get("mine").faults is None

    space_buttons = admin.get_by_role("button", name="Delete", exact=True)
    space_buttons.first.click()
    expect(told(admin)).to_have_text("Space mine is gone.")
    expect(admin.get_by_role("combobox", name="Space", exact=True)).to_have_value("default")
    assert small.spaces.find("mine") is None


def test_a_bug_report_is_copied_and_saved(admin: Page) -> None:
    switch_outage_on(admin)
    admin.get_by_role("button", name="Copy bug report").click()
    expect(told(admin)).to_contain_text("mockserver serve --state copy.ndjson")
    copied = clipboard(admin)
    with admin.expect_download() as saved:
        admin.get_by_role("button", name="Save it").click()

    lines = [json.loads(line) for line in copied.splitlines()]
    assert [line.get("command") for line in lines] == [None, "SetFaults"]
    assert saved.value.suggested_filename == "default.ndjson"
    assert Path(saved.value.path()).read_text() == copied


def test_a_switch_keeps_the_focus_when_it_is_flipped(admin: Page) -> None:
    switch = section(admin, "Faults").get_by_role("switch", name="hang")
    switch.focus()
    admin.keyboard.press("Space")

    expect(switch).to_be_checked()
    expect(switch).to_be_focused()


@sampled(3)
@pytest.mark.parametrize("state", ["at first", "all open", "editing"])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    state: str, admin: Page, small: MockServer, node_modules: Path
) -> None:
    admin.goto(f"{small.url}/conversations")
    admin.goto(f"{small.url}/__admin/")
    expect(answered(admin)).to_have_text(f"200 OK: {SIZE} conversations")
    {"at first": lambda _page: None, "all open": open_all, "editing": open_editor}[state](admin)

    # Evaluated by the debugger, which the page's policy does not bind.
    admin.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())
    looks = [look_at(admin, scheme, width) for scheme, width in LOOKS]

    assert looks == [([], width) for _, width in LOOKS]


def test_a_token_is_asked_for_where_there_is_one(
    context: BrowserContext, small: MockServer
) -> None:
    admin = build_admin(small.spaces, token="let-me-in")
    server = BackgroundServer(App(small.spaces, admin=admin))
    page = context.new_page()

    page.goto(f"{server.url}/__admin/")
    page.get_by_label("Token that the server printed").fill("wrong")
    page.keyboard.press("Enter")
    expect(told(page)).to_contain_text("send the token")
    page.get_by_label("Token that the server printed").fill("let-me-in")
    page.keyboard.press("Enter")

    expect(answered(page)).to_contain_text(f"{SIZE} conversations")
    expect(page.get_by_label("Token that the server printed")).to_be_hidden()
    page.close()
    server.close()


def test_the_page_knows_every_fault_and_preset() -> None:
    text = (PARTS / "faults.js").read_text()

    assert re.findall(r'(?m)^  \["([a-z-]+)", "', text) == list(FAULTS)
    assert re.findall(r"const PRESETS = (.*);", text) == [json.dumps(list(PRESETS))]


def switch_outage_on(page: Page) -> None:
    page.get_by_role("button", name="outage").click()
    # The page shows what the server says, after it has changed it.
    expect(page.get_by_role("switch", checked=True)).to_have_count(len(PRESETS["outage"]))


def open_all(page: Page) -> None:
    page.get_by_role("switch", name="latency").check()
    expect(page.get_by_text("on: ms 1000")).to_be_visible()
    page.locator("details:not(.entry) > summary").evaluate_all("all => all.map(one => one.click())")
    page.get_by_role("combobox", name="Conversation").select_option(label="another one …")
    page.locator(".entry summary").first.click()
    expect(page.get_by_text("How the query was read")).to_be_visible()


def open_editor(page: Page) -> None:
    first_row(page).get_by_role("button", name="Edit").click()
    expect(page.get_by_role("dialog")).to_be_visible()
