"""Let axe-core look at a page, in a colour scheme and a width."""

from typing import Any

from playwright.sync_api import Page

__all__ = ["look_at"]

# Rows and choices are drawn alike; axe takes seconds for hundreds of them.
ALIKE = {
    "exclude": [
        ["tbody tr:nth-child(n+6)"],
        ["option:nth-child(n+6)"],
        ["optgroup:nth-of-type(n+3)"],
    ]
}
# Without it axe describes what it found right, too.
OPTIONS = {"resultTypes": ["violations"]}


def look_at(page: Page, scheme: Any, width: int) -> tuple[list[str], int]:
    """Return what axe finds in a page that holds it, and how wide the page is."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found: Any = page.evaluate("([alike, options]) => axe.run(alike, options)", [ALIKE, OPTIONS])
    return (
        [one["id"] for one in found["violations"]],
        page.evaluate("document.documentElement.scrollWidth"),
    )
