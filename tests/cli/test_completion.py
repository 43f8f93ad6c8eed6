"""Complete command lines as shells do: by click's own scripts, which ask the program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.contract import load_contract
from mockserver.options.option_table import COMMANDS
from mockserver.world.scenario import scenario_names
from tests.programs import require_program, run_program

PROGRAMS = Path(sys.executable).parent
# In bash as it is installed: the script is sourced, and its function is called as for a Tab.
IN_BASH = """PATH="$1:$PATH"
eval "$(_MOCKSERVER_COMPLETE=bash_source mockserver)"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
complete -p mockserver | grep -o -- '-F .* '
_mockserver_completion mockserver
printf '%s\\n' "${COMPREPLY[@]}"
"""


def ask(shell: str, *words: str) -> list[str]:
    """Ask the program as a shell's script does, with the last of the words unfinished."""
    # fish gives the unfinished word itself, the others its number.
    last = words[-1] if shell == "fish" else str(len(words))
    ended = subprocess.run(
        [sys.executable, "-m", "mockserver"],
        env={
            **os.environ,
            "_MOCKSERVER_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": " ".join(["mockserver", *words]),
            "COMP_CWORD": last,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if line]


def plain(shell: str, answer: list[str]) -> list[str]:
    """Return the words of an answer, which each shell is given in a form of its own."""
    match shell:
        case "bash":
            return [line.removeprefix("plain,") for line in answer]
        case "zsh":
            return answer[1::3]
        case _:
            return [line.removeprefix("plain,").partition("\t")[0] for line in answer]


SHELLS = ["bash", "zsh", "fish"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_help_tells_how_a_shell_learns_it(shell: str) -> None:
    by_help = subprocess.run(
        [sys.executable, "-m", "mockserver", "--help"], capture_output=True, text=True, check=True
    )
    script = subprocess.run(
        [sys.executable, "-m", "mockserver"],
        env={**os.environ, "_MOCKSERVER_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"_MOCKSERVER_COMPLETE={shell}_source mockserver" in by_help.stdout
    assert f"_MOCKSERVER_COMPLETE={shell}_complete" in script.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_commands_flags_and_values(shell: str) -> None:
    assert plain(shell, ask(shell, "")) == sorted(COMMANDS)
    assert plain(shell, ask(shell, "serve", "--sc")) == ["--scenario", "--scenario-file"]
    assert plain(shell, ask(shell, "serve", "--scenario", "")) == list(scenario_names())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("serve", "--clock", ""), ["live", "frozen"], id="values"),
        pytest.param(("serve", "--for", "b"), ["browser"], id="value"),
        pytest.param(
            ("serve", "--set", "provider"),
            ["provider-order=basic", "provider-order=credentials"],
            id="points",
        ),
        pytest.param(("serve", "--host", ""), [], id="any-text"),
        pytest.param(("check", "--report", ""), [], id="no-words"),
    ],
)
def test_a_value_is_completed_where_its_words_are_known(
    words: tuple[str, ...], expected: list[str]
) -> None:
    assert plain("bash", ask("bash", *words)) == expected


def test_every_point_can_be_completed() -> None:
    found = {line.partition("=")[0] for line in plain("bash", ask("bash", "serve", "--set", ""))}

    assert found == set(load_contract().points)


def test_a_path_is_left_to_the_shell() -> None:
    assert ask("bash", "serve", "--dataset", "ro") == ["file,ro"]


def test_bash_itself_completes() -> None:
    require_program("bash")

    ended = run_program(
        "bash", "--norc", "-c", IN_BASH, "-", str(PROGRAMS), "mockserver", "serve", "--sc"
    )

    assert ended.stderr == ""
    assert ended.stdout.split() == ["-F", "_mockserver_completion", "--scenario", "--scenario-file"]
