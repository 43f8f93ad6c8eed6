"""Find the parts of the admin page that its tests look at."""

from playwright.sync_api import Locator, Page, expect

__all__ = ["SIZE", "answered", "clipboard", "create_space", "first_row", "section", "told"]

SIZE = 60


def answered(page: Page) -> Locator:
    """Return what the app would be answered."""
    return page.locator("#answered")


def told(page: Page) -> Locator:
    """Return what the page says of the last thing that was done."""
    return page.get_by_role("status")


def section(page: Page, name: str) -> Locator:
    """Return a section by its heading."""
    return page.get_by_role("region", name=name, exact=True)


def first_row(page: Page) -> Locator:
    """Return the first conversation."""
    return page.locator("#rows tr").first


def clipboard(page: Page) -> str:
    """Return what was copied."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def create_space(page: Page, name: str, *, scenario: str) -> None:
    """Make a space by the form."""
    page.get_by_text("New space", exact=True).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Scenario").select_option(scenario)
    page.get_by_role("button", name="Create").click()
    expect(told(page)).to_have_text(f"Space {name} is made.")
