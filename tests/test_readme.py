"""Run each command of the README, section by section, as a reader who types them would.

A section is one shell in an empty folder, with the files that the section shows. A `mockserver
serve` of it, or else a plain one before the first command that asks, runs on a free port until the
next one or the end. Lines that follow as `text` are looked for in what was printed.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from mockserver.cli.main import main
from tests.depth import deep_only, sampled
from tests.programs import find_ports, require_program
from tests.readme import README, ROOT, Section, commands_of, read_sections
from tests.waiting import PATIENCE_SECONDS

SECTIONS = {s.title: s for s in read_sections(README) if any(commands_of(s))}
NO_SHELL = "a shell that is left again"
NO_NETWORK = "no test leaves this machine"
NO_ENGINE = "no container engine is at hand"


def installs_this_package(command: str) -> None:
    """See that what pip is told to install is there, with the extras that are named."""
    text = (ROOT / "pyproject.toml").read_text()
    name, _, extra = command.split()[-1].strip("'").partition("[")
    assert (ROOT / name / "pyproject.toml").exists()
    assert not extra or f"\n{extra.removesuffix(']')} = [" in text


def is_a_module_of_python(command: str) -> None:
    assert find_spec(command.split()[2]) is not None


def names_the_folder_that_was_made(command: str) -> None:
    assert f"venv {command.split()[1].removesuffix('/bin/activate')}\n" in README


def builds_the_image_of_the_project(command: str) -> None:
    assert command.split()[-1] == "."
    assert (ROOT / "Dockerfile").exists()


def runs_the_image_that_was_built(command: str) -> None:
    image, port = command.split()[-1], re.findall(r":(\d+)", command)[-1]
    assert f"docker build -t {image} ." in README
    assert f"EXPOSE {port}\n" in (ROOT / "Dockerfile").read_text()


# The command → why no test runs it, and how it is checked instead.
NOT_RUN: Mapping[str, tuple[str, Callable[[str], None]]] = {
    "python3 -m venv .venv": (NO_NETWORK, is_a_module_of_python),
    ". .venv/bin/activate": (NO_SHELL, names_the_folder_that_was_made),
    "pip install .": (NO_NETWORK, installs_this_package),
    "pip install '.[check]'": (NO_NETWORK, installs_this_package),
    "docker build -t mockserver .": (NO_ENGINE, builds_the_image_of_the_project),
    "docker run --rm -p 127.0.0.1:4011:4011 mockserver": (
        NO_ENGINE,
        runs_the_image_that_was_built,
    ),
}
# What takes its time on purpose → what a test waits for.
SHORTENED = {"--max-examples 1000": "--max-examples 5 --law L24"}

PRELUDE = """
set -euo pipefail
stop() {
  if [ -n "${pid:-}" ]; then kill "$pid"; wait "$pid"; wait "$log"; pid=; fi
}
serve() {
  stop
  coproc served { exec mockserver serve "$@" 2>&1; }
  pid=$served_PID
  exec 3<&"${served[0]}"
  read -r line <&3
  case $line in "mockserver listening on http://localhost:$MOCKSERVER_PORT") ;; *) exit 1 ;; esac
  cat <&3 >>served.log & log=$!
}
code_is() { [ "$1" = "$2" ] || { echo "exit code $1 in place of $2" >&2; exit 1; }; }
trap 'code=$?; stop; exit $code' EXIT
"""


def script_of(section: Section) -> str:
    """Return what a shell runs for a section."""
    lines, is_served = [PRELUDE], False
    for command in commands_of(section):
        if command in NOT_RUN:
            continue
        for long, short in SHORTENED.items():
            command = command.replace(long, short)
        if command.startswith("mockserver serve"):
            is_served = True
            command = command.removeprefix("mockserver ").removesuffix(" &")
        elif "localhost:4011" in command and not is_served:
            is_served = True
            lines.append("serve")
        command, _, code = command.partition("  # exit code ")
        if code:
            command = f'code=0; {command} || code=$?; code_is "$code" {code}'
        lines.append(command)
    return "\n".join(lines)


def run_section(section: Section, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a section's commands in a folder, on a free port."""
    port = str(find_ports(1)[0])
    for block in section.blocks:
        if block.file_name:
            (folder / block.file_name).write_text(block.text)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MOCKSERVER_", "PYTEST_"))}
    with subprocess.Popen(
        [require_program("bash"), "-c", script_of(section).replace("4011", port)],
        cwd=folder,
        env={**kept, "PATH": path, "MOCKSERVER_PORT": port},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            out, errors = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    served = folder / "served.log"
    out += served.read_text(encoding="utf-8") if served.exists() else ""
    return subprocess.CompletedProcess([], process.returncode, out.replace(port, "4011"), errors)


def is_among(shown: str, printed: Iterator[str]) -> bool:
    """Look on for a line that is shown; `…` in it stands for anything."""
    pattern = ".*".join(map(re.escape, shown.split("…")))
    return any(re.fullmatch(pattern, line) for line in printed)


# The section on checks starts twenty runs.
@sampled(9)
@pytest.mark.parametrize(
    "title", [pytest.param(t, marks=deep_only if t.startswith("Check") else ()) for t in SECTIONS]
)
def test_the_commands_of_a_section_work(title: str, tmp_path: Path) -> None:
    for program in ("bash", "curl"):
        require_program(program)

    ended = run_section(SECTIONS[title], tmp_path)

    assert ended.returncode == 0, ended.stderr
    shown = "".join(SECTIONS[title].texts("text")).splitlines()
    printed = iter(ended.stdout.splitlines())
    assert [line for line in shown if not is_among(line, printed)] == []


@pytest.mark.parametrize("command", NOT_RUN)
def test_a_command_that_no_test_runs_is_checked_otherwise(command: str) -> None:
    reason, check = NOT_RUN[command]

    assert reason
    check(command)


def test_what_is_not_run_or_shortened_is_in_the_readme() -> None:
    commands = [command for section in SECTIONS.values() for command in commands_of(section)]

    assert [command for command in NOT_RUN if command not in commands] == []
    assert [text for text in SHORTENED if not any(text in command for command in commands)] == []


def test_a_command_that_fails_is_found(tmp_path: Path) -> None:
    section = read_sections("## A\n```sh\nmockserver spec --no-such-flag\nmockserver spec\n```\n")

    assert run_section(section[-1], tmp_path).returncode == 2


def test_another_exit_code_than_the_one_that_is_written_is_found(tmp_path: Path) -> None:
    section = read_sections("## A\n```sh\nmockserver --version  # exit code 1\n```\n")

    ended = run_section(section[-1], tmp_path)
    assert (ended.returncode, ended.stderr) == (1, "exit code 0 in place of 1\n")


@pytest.mark.parametrize(
    "words", sorted(set(re.findall(r"`mockserver ((?:[a-z]+)(?: [^`]*)?)`", README)))
)
def test_a_command_in_a_sentence_is_known(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    capitals = {"NAME": "default", "URL": "http://localhost:4011", "COMMAND": "serve"}
    argv = [capitals.get(word, word) for word in words.split()]

    assert main([*argv, *([] if argv[0] == "help" else ["--help"])]) == 0
    assert capsys.readouterr().err == ""
