import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mockserver import __version__
from mockserver.server import MockServer
from tests.built import build, install
from tests.waiting import PATIENCE_SECONDS

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


def variables() -> dict[str, str]:
    """Return what ENV says."""
    words = [word for line in arguments("ENV") for word in shlex.split(line)]
    return dict(word.split("=", 1) for word in words)


def test_the_port_is_one_everywhere() -> None:
    assert variables()["MOCKSERVER_PORT"] == "4011"
    assert arguments("EXPOSE") == ["4011"]
    assert "4011" in health_check()[-1]


@pytest.mark.parametrize("is_running", [True, False])
def test_the_health_check_tells_whether_the_server_answers(is_running: bool) -> None:
    with MockServer() as server:
        port = server.port if is_running else 1
        ended = run_health_check(health_check()[-1], port=str(port))

    assert (ended.returncode == 0) is is_running


def test_the_health_check_asks_the_usual_port_where_kubernetes_names_none() -> None:
    with MockServer() as server:
        script = health_check()[-1].replace("4011", str(server.port))
        ended = run_health_check(script, port="tcp://10.0.0.7:4011")

    assert ended.returncode == 0


def run_health_check(script: str, *, port: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**variables(), "MOCKSERVER_PORT": port},
        capture_output=True,
        check=False,
    )


@dataclass(frozen=True, kw_only=True)
class Image:
    """Hold what the file builds, as a folder of this machine."""

    programs: Path
    environment: dict[str, str]

    @contextmanager
    def run(self, *words: str, **more: str) -> Iterator[tuple[str, list[str]]]:
        """Run as `docker run -e NAME=VALUE IMAGE WORDS` does; yield the port and the first lines.

        The environment is the file's and nothing of the machine's.
        """
        (entry,) = json.loads(arguments("ENTRYPOINT")[0])
        command = [str(self.programs / Path(entry).name)]
        with subprocess.Popen(
            [*command, *(words or json.loads(arguments("CMD")[0]))],
            env={**variables(), **self.environment, "MOCKSERVER_PORT": "0", **more},
            cwd=self.programs,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                lines = [process.stdout.readline(), process.stdout.readline()]
                yield lines[0].strip().rpartition(":")[2], lines
            finally:
                process.terminate()
        assert process.returncode == 0


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Build what the first stage copies, and install it where Python finds nothing else of it."""
    folder = tmp_path_factory.mktemp("image")
    source = folder / "source"
    source.mkdir()
    for *names, target in (rest.split() for rest in arguments("COPY") if "--from" not in rest):
        for name in names:
            copy(ROOT / name, source / target, is_into=target.endswith("/"))
    wheel = build(source, kind="wheel", into=folder / "wheels")
    environment = install(wheel, into=folder / "lib")
    return Image(programs=folder / "lib" / "bin", environment=environment)


def copy(path: Path, target: Path, *, is_into: bool) -> None:
    """Copy as COPY does: what is in a folder, or a file."""
    if path.is_dir():
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(path, target / path.name if is_into else target)


def get(port: str, path: str) -> int:
    """Ask as through a published port: at an address on which `--host localhost` hears nothing."""
    connection = HTTPConnection("127.0.0.2", int(port), timeout=PATIENCE_SECONDS)
    connection.request("GET", path, headers={"Host": f"localhost:{port}"})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    ("words", "more", "scenario"),
    [
        pytest.param((), {}, "default", id="as-it-is"),
        pytest.param((), {"MOCKSERVER_SCENARIO": "busy"}, "busy", id="by-variable"),
        pytest.param(("serve", "--scenario", "busy"), {}, "busy", id="by-flag"),
        pytest.param(
            ("serve", "--scenario", "one"), {"MOCKSERVER_SCENARIO": "busy"}, "one", id="by-both"
        ),
    ],
)
def test_what_is_run_can_be_reached_and_obeys(
    image: Image, words: tuple[str, ...], more: dict[str, str], scenario: str
) -> None:
    with image.run(*words, **more) as (port, lines):
        assert get(port, "/healthz") == 200
        assert lines[1].startswith(f"scenario {scenario}:")


def test_the_admin_api_asks_for_a_token(image: Image) -> None:
    with image.run() as (port, _):
        assert get(port, "/__admin/spaces") == 401


def test_other_commands_take_the_image_as_well(image: Image) -> None:
    with image.run("--version") as (_, lines):
        assert lines[0] == f"mockserver {__version__}\n"
