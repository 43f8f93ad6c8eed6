"""Open a page in the user's browser, where there is one that shows it beside the terminal."""

import os
import sys
import threading
import webbrowser

from mockserver.cli.terminal import print_error

__all__ = ["open_page"]

# One of these says where a window, or whatever the user has chosen, can be shown.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
# Set by pytest for the programs of a test.
_TEST = "PYTEST_CURRENT_TEST"


def open_page(url: str) -> None:
    """Open a page, and return at once; say so where nothing can show it."""
    # A browser may take its time, or never return; neither keeps the server from ending.
    threading.Thread(target=_open, args=(url,), daemon=True).start()


def _open(url: str) -> None:
    reason = _reason_against()
    if reason is None and not _show(url):
        reason = "no browser was found"
    if reason is not None:
        print_error(f"--open: {reason}; the page is {url}")


def _reason_against() -> str | None:
    if os.environ.get(_TEST):
        return "this is a test, which has no use for a browser"
    is_shown = sys.platform in ("darwin", "win32") or any(map(os.environ.get, _DISPLAYS))
    return None if is_shown else "there is no display for a browser"


def _show(url: str) -> bool:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):
        # One for the terminal would fight with the log for it.
        return False
    return browser.open(url)
