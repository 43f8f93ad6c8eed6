"""Search every byte that the commands leave behind for what the target holds."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from mockserver.checks.report_files import REPORT_KINDS
from mockserver.models import ListConversations, conversation_to_wire
from mockserver.server import MockServer
from mockserver.world.index import select
from tests.depth import deep_only, sampled
from tests.few_rows import few_rows
from tests.waiting import PATIENCE_SECONDS

# A shorter text may be a word of ours by chance.
SHORTEST = 6
FORMS = {
    "json": "r.json",
    "junit": "r.xml",
    "text": "r.txt",
    "markdown": "r.md",
    "html": "r.html",
}
OUTPUTS = ["--report", ",".join(map("=".join, FORMS.items())), "--audit", "audit"]
ENDLESS = ["--max-examples", "40", "--examples", "plans"]


def texts_of(value: object) -> Iterator[str]:
    """Yield every text in a row but those of the contract itself: dates and directions."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in ("date", "direction"):
                yield from texts_of(item)


def secrets_of(server: MockServer) -> set[str]:
    """Return what no output may hold: credentials, cookies, and the texts of every row."""
    space = server.space
    rows = select(
        space.world,
        ListConversations(),
        space.profile,
        account_ids=None,
        now_ticks=space.now_ticks(),
    )
    found = {text for row in rows for text in texts_of(conversation_to_wire(space.world.row(row)))}
    found |= {
        text for account in space.world.directory.accounts for text in (account.id, account.name)
    }
    for user in space.scenario.users:
        password = user.password.reveal()
        found |= {password, password[::-1]}
        found.add(base64.b64encode(f"{user.username}:{password}".encode()).decode())
    found |= set(space.sessions)
    return {text for text in found if len(text) >= SHORTEST}


def spellings(text: str) -> tuple[bytes, ...]:
    """Return the bytes that a text may be written as."""
    escaped = json.dumps(text)[1:-1]
    forms = {text, text.lower(), text.lstrip("+"), quote(text, safe=""), escaped}
    return tuple(form.encode() for form in forms)


def leaks(found: Iterable[str], left: bytes) -> list[str]:
    lower = left.lower()
    return sorted(t for t in found if any(form in left or form in lower for form in spellings(t)))


def run(server: MockServer, folder: Path, words: Sequence[str]) -> bytes:
    """Run a command in an empty folder and home, and return every byte that it left behind."""
    users = server.space.scenario.users
    ada = next(user for user in users if user.username == "ada")
    other = next(user for user in users if user.account_ids is not None)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "MOCKSERVER_PASSWORD": ada.password.reveal(),
        "MOCKSERVER_OTHER_PASSWORD": other.password.reveal(),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "mockserver", *words, "--user", "ada", "--other-user"]
        + [other.username],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=5 * PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {path.name for path in folder.iterdir()} >= set(FORMS.values())
    assert files != []
    assert not (folder / ".hypothesis").exists()
    return b"\n".join([ended.stdout, ended.stderr, *files])


@sampled(5)
@pytest.mark.parametrize(
    ("bugs", "words"),
    [
        pytest.param([], ["check", *OUTPUTS, "--learn", "learned.yaml"], id="check"),
        pytest.param([], ["check", "--auth", "cookie", *OUTPUTS], id="cookie"),
        pytest.param(
            ["endpoint-ignored", "bad-date-shows-stack", "id-repeated", "csv-quotes-single"],
            ["check", *OUTPUTS, "--budget", "300"],
            id="bugs-of-rows",
        ),
        pytest.param(
            ["names-pascal", "rows-in-refusal", "callback-raw", "address-as-number"],
            ["check", *OUTPUTS],
            id="bugs-of-shape",
        ),
        pytest.param(["fourth-id-lost"], ["fuzz", *OUTPUTS, *ENDLESS], id="fuzz"),
    ],
)
def test_nothing_of_the_target_is_left_behind(
    bugs: list[str], words: list[str], tmp_path: Path
) -> None:
    with MockServer(few_rows(), bugs=bugs) as server:
        left = run(server, tmp_path, [words[0], server.url, *words[1:]])

        assert leaks(secrets_of(server), left) == []


@deep_only
def test_drift_leaves_nothing_of_either_target_behind(tmp_path: Path) -> None:
    bugs = ["address-as-number", "seven-digits-nothing"]
    with (
        MockServer(few_rows()) as left_server,
        MockServer(few_rows("nulls"), bugs=bugs) as right_server,
    ):
        left = run(left_server, tmp_path, ["drift", left_server.url, right_server.url, *OUTPUTS])

        assert leaks(secrets_of(left_server) | secrets_of(right_server), left) == []


def test_every_form_of_report_is_searched() -> None:
    assert set(FORMS) == set(REPORT_KINDS)


@deep_only
def test_what_evidence_keeps_is_in_no_report(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as server:
        folder = tmp_path / "reports"
        folder.mkdir()
        left = run(server, folder, ["check", server.url, *OUTPUTS, "--evidence", str(kept)])

        assert leaks(secrets_of(server), left) == []
    # The search would have found what lies in that folder.
    assert leaks(secrets_of(server), (kept / "run.har").read_bytes()) != []


def test_the_search_would_see_a_leak() -> None:
    assert leaks(["+15555550100"], b"... 15555550100 ...") == ["+15555550100"]
    assert leaks(["a b/c d"], b"?x=a%20b%2Fc%20d") == ["a b/c d"]
