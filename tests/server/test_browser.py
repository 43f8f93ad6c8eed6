from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from mockserver.server import MockServer
from tests.rows import matching_ids

AFTER = "2026-02-20T00:00:00Z"
# What an app on another port would write by hand.
CALL = """async ([url, options]) => {
  const answer = await fetch(url, {
    credentials: 'include', headers: {Accept: 'application/json'}, ...options })
  const text = await answer.text()
  return [answer.status, text && JSON.parse(text)]
}"""
SCRIPT = """url => new Promise((resolve, reject) => {
  window.received = resolve
  const script = document.createElement('script')
  script.onerror = () => reject(new Error('the script did not load'))
  script.src = url
  document.head.append(script)
})"""


@pytest.fixture
def app(page: Page, app_url: str) -> Page:
    page.goto(f"{app_url}/page.html")
    return page


@pytest.fixture
def signed_in(app: Page, server: MockServer) -> Page:
    body = f"userName=ada&password={_password(server)}"
    form = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    status, answer = app.evaluate(
        CALL, [f"{server.url}/auth/credentials", {"method": "POST", "headers": form, "body": body}]
    )
    assert (status, answer["userName"]) == (200, "ada")
    return app


def test_page_of_another_port_lists_and_filters(server: MockServer, signed_in: Page) -> None:
    everything = signed_in.evaluate(CALL, [f"{server.url}/conversations", {}])
    newest = signed_in.evaluate(CALL, [f"{server.url}/conversations?afterDate={AFTER}", {}])

    assert _ids(everything) == matching_ids(server.space.world)
    assert _ids(newest) == matching_ids(server.space.world, after=AFTER)


def test_page_of_another_port_signs_out(server: MockServer, signed_in: Page) -> None:
    signed_in.evaluate(CALL, [f"{server.url}/auth/logout", {}])

    assert signed_in.evaluate(CALL, [f"{server.url}/conversations", {}]) == [401, ""]


def test_script_element_receives_rows(server: MockServer, signed_in: Page) -> None:
    url = f"{server.url}/conversations?callback=received&afterDate={AFTER}"

    answer = signed_in.evaluate(SCRIPT, url)

    assert _ids([200, answer]) == matching_ids(server.space.world, after=AFTER)


def test_script_element_is_told_that_nobody_is_signed_in(server: MockServer, app: Page) -> None:
    answer = app.evaluate(SCRIPT, f"{server.url}/conversations?callback=received")

    assert answer["responseStatus"]["errorCode"] == "Unauthorized"


def test_keyboard_alone_signs_in(server: MockServer, page: Page) -> None:
    page.goto(f"{server.url}/conversations?afterDate={AFTER}")
    assert page.url.startswith(f"{server.url}/login?redirect=")
    expect(page.get_by_label("User name")).to_be_focused()

    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(_password(server))
    page.keyboard.press("Enter")

    count = len(matching_ids(server.space.world, after=AFTER))
    expect(page.get_by_role("heading")).to_have_text(f"{count} conversations")
    assert unquote(page.url) == f"{server.url}/conversations?afterDate={AFTER}"


def test_a_made_up_user_signs_in_by_one_button(server: MockServer, page: Page) -> None:
    page.goto(f"{server.url}/conversations?afterDate={AFTER}")

    page.get_by_role("button", name="uma").click()

    expect(page.get_by_text("Signed in as uma")).to_be_visible()
    assert unquote(page.url) == f"{server.url}/conversations?afterDate={AFTER}"


def test_a_filter_is_chosen_by_name_and_leaves_a_short_address(
    server: MockServer, signed_in: Page
) -> None:
    account = server.space.world.directory.accounts[0]
    count = len(matching_ids(server.space.world, accounts=[account.id]))
    signed_in.goto(f"{server.url}/conversations?__page=3")

    signed_in.get_by_role("combobox", name="Account").select_option(label=account.name)
    signed_in.get_by_role("button", name="Filter").click()

    expect(signed_in).to_have_url(f"{server.url}/conversations?accountIds={account.id}")
    expect(signed_in.get_by_role("heading")).to_have_text(f"{count} conversations")
    signed_in.get_by_role("link", name="Clear").click()
    expect(signed_in).to_have_url(f"{server.url}/conversations")


def test_pages_are_turned_by_links_and_by_number(server: MockServer, signed_in: Page) -> None:
    ids = matching_ids(server.space.world, after=AFTER)
    signed_in.goto(f"{server.url}/conversations?afterDate={AFTER}")

    signed_in.get_by_role("link", name="Next").click()
    expect(signed_in.locator("td.ids").first).to_contain_text(str(ids[50]))

    signed_in.get_by_role("spinbutton", name="Page").fill("3")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("td.ids").first).to_contain_text(str(ids[100]))
    signed_in.get_by_role("link", name="Previous").click()
    expect(signed_in.locator("td.ids").first).to_contain_text(str(ids[50]))


def test_keyboard_is_told_of_a_wrong_password(server: MockServer, page: Page) -> None:
    page.goto(f"{server.url}/login")
    expect(page.get_by_label("User name")).to_be_focused()

    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("no such password")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("Invalid Username or Password")
    expect(page.get_by_label("User name")).to_be_focused()


def _password(server: MockServer) -> str:
    user = server.space.find_user("ada")
    assert user is not None
    return user.password.reveal()


def _ids(answer: list[object]) -> list[str | None]:
    status, body = answer
    assert status == 200
    assert isinstance(body, dict)
    return [row["id"] for row in body["conversations"]]


def test_page_links_to_every_format(server: MockServer, signed_in: Page) -> None:
    signed_in.goto(f"{server.url}/conversations?afterDate={AFTER}")

    signed_in.get_by_role("link", name="JSON", exact=True).click()

    expect(signed_in).to_have_url(f"{server.url}/conversations.json?afterDate={AFTER}")
