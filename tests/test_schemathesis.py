import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.resources import find_resource
from mockserver.server import MockServer

ROOT = Path(__file__).parent.parent
CONFIGURATION = "tests/schemathesis.toml"


@pytest.mark.parametrize(
    ("media_type", "examples"),
    [
        ("application/json", 250),
        ("application/xml", 40),
        ("application/jsv", 40),
        ("text/csv", 40),
        ("text/jsonl", 40),
        ("text/html", 20),
    ],
)
def test_no_phase_finds_a_failure(media_type: str, examples: int, server: MockServer) -> None:
    ended = _run_schemathesis(server, media_type, examples=examples)

    assert ended.returncode == 0, ended.stdout
    # A media type that it cannot parse is no failure, only a warning.
    assert "deserializer" not in ended.stdout
    counted = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert counted is not None, ended.stdout
    assert counted[1] == counted[2]
    assert int(counted[1]) >= examples


def _run_schemathesis(
    server: MockServer, media_type: str, *, examples: int
) -> subprocess.CompletedProcess[str]:
    """Run its command, signed in by Basic, on the one operation of the contract."""
    user = server.space.scenario.users[0]
    command = [
        str(Path(sys.executable).with_name("st")),
        f"--config-file={CONFIGURATION}",
        "run",
        str(find_resource("openapi.yaml")),
        f"--url={server.url}",
        "--include-operation-id=ListConversations",
        f"--auth={user.username}:{user.password.reveal()}",
        f"--header=Accept: {media_type}",
        f"--max-examples={examples}",
        "--continue-on-failure",
        "--no-color",
    ]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
