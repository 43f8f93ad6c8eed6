import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.server import MockServer

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, arguments) of each line, comments and continuations resolved."""
    text = re.sub(r"(?m)^#.*\n", "", TEXT).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def arguments(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def health_check() -> list[str]:
    words: list[str] = json.loads(arguments("HEALTHCHECK")[0].partition("CMD ")[2])
    return words


def test_two_stages_of_one_image() -> None:
    assert arguments("FROM") == ["python:3.13-slim AS build", "python:3.13-slim"]


def test_the_last_stage_runs_as_nobody_in_particular() -> None:
    last = max(i for i, (word, _) in enumerate(instructions()) if word == "FROM")
    users = [rest for word, rest in instructions()[last:] if word == "USER"]

    assert users == ["10001:10001"]


def test_programs_are_started_without_a_shell() -> None:
    assert json.loads(arguments("ENTRYPOINT")[0]) == ["/opt/mockserver/bin/mockserver"]
    assert json.loads(arguments("CMD")[0])[0] == "serve"
    assert health_check()[0] == "/opt/mockserver/bin/python"


def test_sigterm_stops_the_program_itself() -> None:
    assert arguments("STOPSIGNAL") == ["SIGTERM"]


def test_nothing_comes_from_another_host() -> None:
    assert arguments("ADD") == []
    assert re.findall(r"\b\w+://\S+|apt-get|curl|wget|# syntax", TEXT) == []


def test_every_file_is_of_the_project() -> None:
    own = [rest.split()[:-1] for rest in arguments("COPY") if "--from=build" not in rest]

    assert [name for names in own for name in names if not (ROOT / name).exists()] == []


def test_the_port_is_one_everywhere() -> None:
    words = json.loads(arguments("CMD")[0])

    assert words[words.index("--port") + 1] == "4011"
    assert arguments("EXPOSE") == ["4011"]
    assert "4011" in health_check()[-1]


@pytest.mark.parametrize("is_running", [True, False])
def test_the_health_check_tells_whether_the_server_answers(is_running: bool) -> None:
    with MockServer() as server:
        port = server.port if is_running else 1
        script = health_check()[-1].replace("4011", str(port))
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert (ended.returncode == 0) is is_running
