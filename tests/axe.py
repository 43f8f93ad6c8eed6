"""Let axe-core look at a page, in both colour schemes."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

__all__ = ["serious_findings"]

_SERIOUS = ("serious", "critical")
# Only colours differ between the schemes. Without `resultTypes` axe describes what it found right.
_LIGHT: dict[str, Any] = {"resultTypes": ["violations"]}
_COLOUR_RULES = ("color-contrast", "link-in-text-block")
_DARK: dict[str, Any] = {**_LIGHT, "runOnly": {"type": "rule", "values": _COLOUR_RULES}}


def serious_findings(page: Page, node_modules: Path) -> list[str]:
    """Return what axe-core finds serious or worse, as `light: rule`; leaves the page dark."""
    # Evaluated by the debugger, which a page's policy does not bind.
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text())
    page.emulate_media(color_scheme="light")
    light: Any = page.evaluate("options => axe.run(options)", _LIGHT)
    page.emulate_media(color_scheme="dark")
    dark: Any = page.evaluate("options => axe.run(options)", _DARK)
    return [
        f"{scheme}: {one['id']}"
        for scheme, found in (("light", light), ("dark", dark))
        for one in found["violations"]
        if one["impact"] in _SERIOUS
    ]
