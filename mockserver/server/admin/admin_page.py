"""Serve the admin page: one file, under a policy that lets it run and load nothing but itself."""

import base64
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from mockserver.server.admin.admin_app import Asked, Reply

__all__ = ["get_page", "redirect_to_page"]

_FILE = Path(__file__).with_name("admin.html")


async def get_page(_asked: Asked) -> Reply:
    """Return the page."""
    body, policy = _page()
    headers = (("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"))
    return Reply(value=body, content_type="text/html; charset=utf-8", headers=headers)


async def redirect_to_page(_asked: Asked) -> Reply:
    """Lead to the page; its links are relative to the slash at the end."""
    return Reply(status=308, headers=(("Location", "/__admin/"),))


@cache
def _page() -> tuple[bytes, str]:
    text = _FILE.read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'none'; script-src {_hash(text, 'script')}; "
        f"style-src {_hash(text, 'style')}"
    )
    return text.encode(), policy


def _hash(text: str, tag: str) -> str:
    """Return what allows the page's one element of that tag."""
    (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return f"'sha256-{base64.b64encode(sha256(inside.encode()).digest()).decode()}'"
