"""Drive the admin page as a person does, and let axe-core look at it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from mockserver.dotnet.ticks import parse_instant
from mockserver.server import MockServer
from mockserver.server.admin.admin_routes import build_admin
from mockserver.server.asgi import App
from mockserver.server.http import BackgroundServer
from mockserver.space.faults import FAULTS, PRESETS
from mockserver.world.scenario import load_scenario
from tests.axe import serious_findings
from tests.rows import matching_ids
from tests.waiting import PATIENCE_SECONDS

SIZE = 60
NOW = "2026-03-01T12:00:00Z"
AFTER = "2026-02-20T00:00:00Z"
PARTS = Path(__file__).parents[3] / "mockserver" / "server" / "admin" / "assets"
# What the page tells vanishes after some seconds, which a busy machine might miss.
TOLD_STAYS = """
const soon = window.setTimeout;
window.setTimeout = (work, ms) => ms > 5000 ? 0 : soon(work, ms);
"""


@pytest.fixture
def mock() -> Iterator[MockServer]:
    """Serve a world that no other test changes."""
    scenario = load_scenario(size=SIZE, now_ticks=parse_instant(NOW))
    with MockServer(scenario) as running:
        yield running


@pytest.fixture
def context(chromium: Browser, mock: MockServer) -> Iterator[BrowserContext]:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    context.add_init_script(TOLD_STAYS)
    yield context
    context.close()


@pytest.fixture
def admin(context: BrowserContext, mock: MockServer) -> Iterator[Page]:
    """Open the page; nothing may go wrong in it, and nothing may be asked of another host."""
    page = context.new_page()
    wrong: list[str] = []
    home = mock.url
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    page.on("request", lambda asked: wrong.extend([asked.url] * (home not in asked.url)))
    open_page(page, mock)
    yield page
    assert [one for one in wrong if not one.startswith(("data:", "blob:"))] == []


def open_page(page: Page, mock: MockServer) -> None:
    page.goto(f"{mock.url}/__admin/")
    expect(answered(page)).to_have_text(
        f"200 OK: {SIZE} conversations, of which the first 50 are shown"
    )


def answered(page: Page) -> Locator:
    return page.locator("#answered")


def told(page: Page) -> Locator:
    return page.get_by_role("status")


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def test_a_curl_line_of_each_user_is_copied(admin: Page, mock: MockServer) -> None:
    admin.get_by_role("button", name="Copy curl for max").click()

    expect(told(admin)).to_have_text("curl for max is copied.")
    user = mock.space.find_user("max")
    assert user is not None
    password = user.password.reveal()
    assert clipboard(admin) == f"curl -su max:{password} {mock.url}/conversations.json"


def test_the_list_shows_what_each_filter_leaves(admin: Page, mock: MockServer) -> None:
    account = mock.space.world.directory.accounts[0].id
    one = len(matching_ids(mock.space.world, accounts=[account]))
    both = len(matching_ids(mock.space.world, accounts=[account], after=AFTER))

    admin.get_by_label("accountIds").fill(account)
    admin.get_by_label("afterDate").fill(AFTER)
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
    expect(answered(admin)).to_contain_text(f"200 OK: {both} conversations")


def test_another_user_sees_other_rows(admin: Page) -> None:
    admin.get_by_label("Signed in as").select_option("noa")

    expect(answered(admin)).to_have_text("200 OK: 0 conversations")


def test_a_refusal_is_shown_as_it_came(admin: Page) -> None:
    admin.get_by_label("afterDate").fill("no date")
    admin.get_by_role("button", name="Ask").click()

    expect(answered(admin)).to_contain_text("400")


def test_the_clock_moves_freezes_and_runs(admin: Page, mock: MockServer) -> None:
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


def test_a_message_arrives_in_a_conversation(admin: Page) -> None:
    admin.get_by_role("combobox", name="Conversation").select_option(index=3)
    admin.get_by_label("Text").fill("Is anybody there?")
    admin.get_by_role("button", name="Let it arrive").click()

    expect(admin.locator("#rows tr").first).to_contain_text("Is anybody there? (unread)")
    expect(told(admin)).to_contain_text("A message arrived at 2026-03-01T12:00:00")


def test_a_message_opens_a_conversation(admin: Page, mock: MockServer) -> None:
    endpoint = mock.space.world.row(0).endpoint_id
    assert endpoint is not None

    admin.get_by_role("combobox", name="Conversation").select_option(label="another one …")
    admin.get_by_label("Endpoint id").fill(endpoint)
    admin.get_by_label("Other address").fill("+1-303-555-0199")
    admin.get_by_role("button", name="Let it arrive").click()

    expect(answered(admin)).to_contain_text(f"{SIZE + 1} conversations")
    expect(admin.locator("#rows tr").first).to_contain_text("+1-303-555-0199")


def test_arrivals_come_with_the_clock(admin: Page) -> None:
    create_space(admin, "busy-one", scenario="busy")
    expect(admin.locator("#arrivals")).to_contain_text("a minute arrive")
    before = admin.locator("#rows tr").first.inner_text()

    admin.get_by_role("button", name="+1 h").click()

    expect(admin.locator("#rows tr").first).not_to_have_text(before)


def test_a_fault_is_switched_on_and_off(admin: Page, mock: MockServer) -> None:
    faults = section(admin, "Faults")
    faults.get_by_label("code of status").select_option("500")
    faults.get_by_label("fires for").select_option(label="the first 3 requests")
    faults.get_by_role("switch", name="status").check()
    expect(faults.get_by_text("on: code 500, first 3")).to_be_visible()

    admin.get_by_role("button", name="Ask").click()
    expect(answered(admin)).to_contain_text("500")

    faults.get_by_role("switch", name="status").uncheck()
    expect(faults.get_by_text("on: ")).to_have_count(0)
    assert mock.space.faults is None


def test_presets_are_set_and_ended(admin: Page, mock: MockServer) -> None:
    faults = section(admin, "Faults")
    faults.get_by_role("button", name="flaky").click()
    expect(faults.get_by_role("switch", checked=True)).to_have_count(3)

    faults.get_by_role("button", name="None").click()
    expect(faults.get_by_role("switch", checked=True)).to_have_count(0)


def test_a_point_is_settled(admin: Page, mock: MockServer) -> None:
    profile = section(admin, "Profile")
    profile.get_by_text("order: newest-first").click()
    profile.get_by_role("radio", name=re.compile("^oldest-first:")).check()
    expect(profile.get_by_text("order: oldest-first (changed)")).to_be_visible()
    assert mock.space.profile["order"] == "oldest-first"

    profile.get_by_text("row-cap: none").click()
    profile.get_by_role("textbox").last.fill("7")
    admin.keyboard.press("Tab")

    expect(answered(admin)).to_have_text("200 OK: 7 conversations")


def test_the_journal_follows_and_explains(admin: Page, mock: MockServer) -> None:
    admin.get_by_label("accountIds").fill("5f8e6aac0000000000000000")
    admin.get_by_label("accountIds").press("Enter")

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


def test_a_request_that_waits_is_shown_again_when_it_is_answered(admin: Page) -> None:
    admin.get_by_label("ms of latency").fill("6000")
    admin.get_by_role("switch", name="latency").check()
    expect(admin.get_by_text("on: ms 6000")).to_be_visible()
    admin.get_by_role("button", name="Ask").click()

    newest = admin.locator(".entry").first
    expect(newest).to_contain_text("no answer GET /conversations.json [rule 0: latency ms=6000]")
    expect(newest).to_contain_text(f"200 GET /conversations.json {SIZE} rows")


def test_the_journal_is_filtered(admin: Page) -> None:
    admin.get_by_label("afterDate").fill("no date")
    admin.get_by_label("afterDate").press("Enter")
    expect(admin.locator(".entry").first).to_contain_text("400")

    admin.get_by_role("textbox", name="Status").fill("400")
    admin.get_by_role("textbox", name="Status").press("Enter")

    expect(admin.locator(".entry")).to_have_count(1)


def test_a_space_is_created_changed_reset_and_deleted(admin: Page, mock: MockServer) -> None:
    create_space(admin, "mine", scenario="one")
    expect(answered(admin)).to_have_text("200 OK: 1 conversation")
    switch_outage_on(admin)
    assert mock.spaces.get("mine").faults is not None
    assert mock.space.faults is None

    admin.get_by_role("button", name="Reset").click()
    expect(told(admin)).to_have_text("Space mine is as it was at the start.")
    assert mock.spaces.get("mine").faults is None

    admin.get_by_role("button", name="Delete").click()
    expect(told(admin)).to_have_text("Space mine is gone.")
    expect(admin.get_by_role("combobox", name="Space", exact=True)).to_have_value("default")
    assert mock.spaces.find("mine") is None


def test_a_bug_report_is_copied_and_saved(admin: Page, mock: MockServer) -> None:
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


def test_the_keyboard_alone_reaches_what_matters(admin: Page, mock: MockServer) -> None:
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="To the conversations")).to_be_focused()
    admin.keyboard.press("Enter")
    for _ in range(5):
        admin.keyboard.press("Tab")
    expect(admin.get_by_label("afterDate")).to_be_focused()

    admin.keyboard.type(AFTER)
    admin.keyboard.press("Enter")

    left = len(matching_ids(mock.space.world, after=AFTER))
    expect(answered(admin)).to_contain_text(f"{left} conversations")
    expect(admin.get_by_label("afterDate")).to_be_focused()


def test_a_switch_keeps_the_focus_when_it_is_flipped(admin: Page) -> None:
    switch = section(admin, "Faults").get_by_role("switch", name="hang")
    switch.focus()
    admin.keyboard.press("Space")

    expect(switch).to_be_checked()
    expect(switch).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    width: int, admin: Page, node_modules: Path
) -> None:
    admin.set_viewport_size({"width": width, "height": 800})
    admin.get_by_role("switch", name="latency").check()
    admin.locator("details:not(.entry) > summary").evaluate_all(
        "all => all.map(one => one.click())"
    )
    admin.locator(".entry summary").first.click()
    expect(admin.get_by_text("How the query was read")).to_be_visible()

    assert serious_findings(admin, node_modules) == []
    assert admin.evaluate("document.documentElement.scrollWidth") == width


def test_a_token_is_asked_for_where_there_is_one(context: BrowserContext, mock: MockServer) -> None:
    admin = build_admin(mock.spaces, token="let-me-in")
    server = BackgroundServer(App(mock.spaces, admin=admin))
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


def create_space(page: Page, name: str, *, scenario: str) -> None:
    page.get_by_text("New space", exact=True).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Scenario").select_option(scenario)
    page.get_by_role("button", name="Create").click()
    expect(told(page)).to_have_text(f"Space {name} is made.")
