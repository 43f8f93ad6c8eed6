"""Let `serve --open` open its console in what stands for a browser; no test opens a real one."""

import os
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import serving
from tests.waiting import wait_until

# Look at the page as a browser does, and say what was there.
BROWSER = """import sys, urllib.request
from pathlib import Path
with urllib.request.urlopen(sys.argv[1]) as answer:
    told = f"{answer.status} {answer.headers.get_content_type()} {sys.argv[1]}"
Path(OUT).with_suffix(".new").write_text(told)
Path(OUT).with_suffix(".new").rename(OUT)
"""
# Of the machine that runs the tests nothing counts but its programs.
BARE = {"PYTEST_CURRENT_TEST": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """Return where the browser writes what it saw."""
    return tmp_path / "seen"


@pytest.fixture
def browser(tmp_path: Path, seen: Path) -> str:
    """Return the command of the browser, as the variable BROWSER holds it."""
    script = tmp_path / "browser.py"
    script.write_text(BROWSER.replace("OUT", repr(str(seen))))
    return f"{sys.executable} {script} %s"


@pytest.mark.parametrize(
    ("args", "path", "kind"),
    [
        pytest.param([], "/__admin/", "text/html", id="console"),
        pytest.param(["--admin", "token"], "/__admin/", "text/html", id="console-with-token"),
        pytest.param(["--quiet"], "/__admin/", "text/html", id="quiet"),
    ],
)
def test_the_console_is_opened_once_the_server_answers(
    args: list[str], path: str, kind: str, tmp_path: Path, browser: str, seen: Path
) -> None:
    with serving(tmp_path, "--open", *args, **{**BARE, "BROWSER": browser}) as server:
        wait_until(seen.exists, "the browser")

        assert seen.read_text() == f"200 {kind} {server.url}{path}"
        assert server.stop() == 0


def test_without_an_admin_api_the_first_page_is_opened(tmp_path: Path, seen: Path) -> None:
    note = tmp_path / "note.py"
    note.write_text(f"import sys; open({str(seen)!r}, 'w').write(sys.argv[1])")
    command = f"{sys.executable} {note} %s"
    options = ("--open", "--admin", "off")

    with serving(tmp_path, *options, **{**BARE, "BROWSER": command}) as server:
        wait_until(lambda: seen.exists() and bool(seen.read_text()), "the browser")

        assert seen.read_text() == f"{server.url}/"


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        pytest.param({}, "there is no display", id="no-display"),
        pytest.param({"DISPLAY": ":9"}, "no browser was found", id="for-the-terminal-alone"),
        pytest.param(
            {"DISPLAY": ":9", "PYTEST_CURRENT_TEST": "test_app"}, "this is a test", id="test"
        ),
    ],
)
def test_where_nothing_can_show_it_one_line_says_so(
    variables: dict[str, str], reason: str, tmp_path: Path, seen: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    lynx = programs / "lynx"
    lynx.write_text(f"#!/bin/sh\n: >{seen}\n")
    lynx.chmod(0o755)
    environment = {**BARE, "TERM": "xterm", "PATH": str(programs), **variables}

    with serving(tmp_path, "--open", **environment) as server:
        line = next(line for line in server.process.stdout or () if "--open" in line)
        code = server.stop()

    assert line.startswith(f"mockserver: --open: {reason}")
    assert line.rstrip().endswith(f"{server.url}/__admin/")
    assert code == 0
    assert not seen.exists()


def test_a_browser_that_stays_keeps_the_server_from_nothing(tmp_path: Path, seen: Path) -> None:
    os.mkfifo(tmp_path / "end")
    script = tmp_path / "stays.sh"
    script.write_text(f"#!/bin/sh\n: >{seen}\nread end <{tmp_path / 'end'}\n")
    script.chmod(0o755)

    with serving(tmp_path, "--open", **{**BARE, "BROWSER": str(script)}) as server:
        wait_until(seen.exists, "the browser")
        answer = server.get("/healthz")
        server.process.terminate()
        code = server.process.wait()
        (tmp_path / "end").write_text("")

    assert answer
    assert code == 0
