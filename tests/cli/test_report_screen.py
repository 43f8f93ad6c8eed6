"""What a report looks like where it is printed: coloured on a terminal, plain elsewhere."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mockserver.checks.forms.text_report import summarise
from mockserver.cli.report_screen import print_report
from mockserver.server import MockServer
from tests.checks.sample_report import FINDINGS, REPORT
from tests.depth import deep_only
from tests.few_rows import few_rows
from tests.waiting import PATIENCE_SECONDS

HOSTILE = "a\x1b[2Jb\u202ec\nd"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as running:
        yield running


def test_a_pipe_gets_the_text_alone(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT)

    assert capsys.readouterr().out == summarise(REPORT)


def test_colours_change_no_letter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)

    print_report(REPORT)

    out = capsys.readouterr().out
    assert out.startswith("\x1b[1;31m1. L20-formats (must): ")
    assert re.sub(r"\x1b\[[\d;]*m", "", out) == summarise(REPORT)


def test_what_a_target_says_brings_no_colours_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    found = replace(FINDINGS[0], received=HOSTILE, waived=HOSTILE)

    print_report(replace(REPORT, findings=(found,), notes=(HOSTILE,), trouble=HOSTILE))

    lines = re.sub(r"\x1b\[(1;31|1;32|33|2|0)m", "", capsys.readouterr().out).split("\n")
    assert [line for line in lines if not line.isprintable()] == []


def on_a_terminal(server: MockServer, **environment: str) -> tuple[str, str]:
    """Run check with a terminal for its output and errors; return what each got."""
    user = server.space.find_user("ada")
    assert user is not None
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "CI")}
    words = ("check", server.url, "--user", "ada", "--law", "L06", "--budget", "40")
    out, err = pty.openpty(), pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", *words],
        stdin=subprocess.DEVNULL,
        stdout=out[1],
        stderr=err[1],
        env={
            **kept,
            "TERM": "xterm",
            "COLUMNS": "120",
            "MOCKSERVER_PASSWORD": user.password.reveal(),
            **environment,
        },
    )
    for pair in (out, err):
        os.close(pair[1])
    found = read_all(out[0], err[0])
    assert process.wait(timeout=PATIENCE_SECONDS) == 1
    return found[0], found[1]


def read_all(*descriptors: int) -> list[str]:
    """Return what comes on each descriptor until all are closed."""
    found = dict.fromkeys(descriptors, b"")
    left = set(descriptors)
    while left:
        for descriptor in select.select(left, [], [], PATIENCE_SECONDS)[0]:
            try:
                piece = os.read(descriptor, 65_536)
            except OSError:
                piece = b""
            found[descriptor] += piece
            left -= set() if piece else {descriptor}
    for descriptor in descriptors:
        os.close(descriptor)
    return [found[descriptor].decode() for descriptor in descriptors]


def test_a_terminal_shows_colours_and_a_bar_with_requests_and_findings(
    server: MockServer,
) -> None:
    out, err = on_a_terminal(server)

    assert "\x1b[1;31m1. L06-union (must): `endpointIds` is not applied" in out
    assert re.search(r"L\d\d-[a-z-]+: \d+ of 40 requests, \d findings?", err)
    assert "\u2501" in err


@deep_only
def test_no_color_is_obeyed(server: MockServer) -> None:
    out, _ = on_a_terminal(server, NO_COLOR="1")

    assert "\x1b" not in out
    assert "1. L06-union (must): `endpointIds` is not applied" in out
