"""Render the templates in `templates/`; every value is escaped unless its template is source code.

Jinja2 is imported when the first page is asked for: a server that only answers JSON needs none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.server.pages.links import ADMIN, CONVERSATIONS, NAVIGATION, Link

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["HTML", "HTML_UTF8", "STYLE_SHEET", "Site", "render", "render_text"]

HTML = "text/html"
HTML_UTF8 = "text/html; charset=utf-8"

_TEMPLATES = Path(__file__).with_name("templates")
STYLE_SHEET = _TEMPLATES / "style.css"
# What UTF-8 or HTML cannot carry.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Say where the links of a page lead.

    Attributes:
        home: what stands before the API's paths, without the slash.
        admin: the admin page; None where there is none.
        space: the space, where it has a name.
    """

    home: str = ""
    admin: str | None = ADMIN
    space: str | None = None

    @property
    def rows(self) -> str:
        """Return where the conversations are."""
        return self.home + CONVERSATIONS

    def shown(self, links: Sequence[Link]) -> list[tuple[Link, str]]:
        """Return the links that lead somewhere here, each with its address."""
        return [(link, self._address(link)) for link in links if self.admin or not link.is_admin]

    def _address(self, link: Link) -> str:
        if link.path == ADMIN:
            return self.admin or ""
        return link.path if link.is_admin else self.home + link.path


def render(template: str, site: Site, values: Mapping[str, object]) -> bytes:
    """Return the page that a template makes of the values."""
    return render_text(template, {**values, "site": site}).encode()


def render_text(template: str, values: Mapping[str, object]) -> str:
    """Return the text that a template makes of the values."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("source",), default=True),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Not escaped: it is a file of our own, inside an element that takes no escapes.
    environment.globals["style"] = Markup(STYLE_SHEET.read_text(encoding="utf-8"))
    environment.globals["navigation"] = NAVIGATION
    environment.filters["prose"] = _prose
    return environment


def _prose(text: str) -> "Markup":
    """Return a text in which `code` stands between backticks."""
    from markupsafe import Markup

    parts = [
        Markup("<code>{}</code>").format(part) if number % 2 else Markup.escape(part)
        for number, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


def _printable(value: object) -> object:
    """Return a value as a page can carry it: U+FFFD for what it cannot."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _UNPRINTABLE.sub("\ufffd", value)
    return value
