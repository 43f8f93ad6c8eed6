import re
import subprocess

import pytest

from mockserver.resources import find_resource
from mockserver.server import MockServer
from tests.depth import deep_only, deep_or
from tests.programs import run_schemathesis

EXAMPLES = deep_or(60, deep=250)
EXAMPLES_OF_OTHERS = deep_or(15, deep=40)
# Other tests hold every format to the recordings.
OTHERS = deep_or(
    ("application/xml", "text/csv"),
    deep=("application/xml", "application/jsv", "text/csv", "text/jsonl", "text/html"),
)
CONFIGURATION = "tests/schemathesis.toml"


def test_no_phase_finds_a_failure(server: MockServer) -> None:
    ended = _run_schemathesis(server, "application/json", examples=EXAMPLES)

    assert ended.returncode == 0, ended.stdout
    assert re.findall(r"^  (.+) (Examples|Coverage|Fuzzing|Stateful)$", ended.stdout, re.M) == [
        ("✅", phase) for phase in ("Examples", "Coverage", "Fuzzing", "Stateful")
    ]
    assert _count_passed(ended.stdout) >= EXAMPLES


@deep_only
@pytest.mark.parametrize("media_type", OTHERS)
def test_no_media_type_breaks_the_schema(media_type: str, server: MockServer) -> None:
    # Not stateful: the next request does not depend on the media type.
    phases = "--phases=examples,coverage,fuzzing"

    ended = _run_schemathesis(server, media_type, phases, examples=EXAMPLES_OF_OTHERS)

    assert ended.returncode == 0, ended.stdout
    # A media type that it cannot parse is no failure, only a warning.
    assert "deserializer" not in ended.stdout
    assert _count_passed(ended.stdout) >= EXAMPLES_OF_OTHERS


def _run_schemathesis(
    server: MockServer, media_type: str, *options: str, examples: int
) -> subprocess.CompletedProcess[str]:
    """Run its command, signed in by Basic, on the one operation of the contract."""
    user = server.space.scenario.users[0]
    return run_schemathesis(
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
        *options,
    )


def _count_passed(report: str) -> int:
    counted = re.search(r"(\d+) generated, (\d+) passed", report)
    assert counted is not None, report
    assert counted[1] == counted[2]
    return int(counted[2])
