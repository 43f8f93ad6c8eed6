"""See that `mockserver help` prints the whole of each table, and fits where it is read."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence

import pytest
import yaml

from mockserver.bugs.table import BUGS
from mockserver.checks.laws.law import TIERS
from mockserver.checks.laws.table import LAWS
from mockserver.cli.help_topics import TOPICS
from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.errors import ExitCode
from mockserver.options.config_file import TARGET_KEYS
from mockserver.options.declaration import Option
from mockserver.options.option_table import COMMANDS
from mockserver.profile import CLIENTS
from mockserver.server.admin.admin_document import admin_document
from mockserver.server.admin.admin_routes import OPERATIONS
from mockserver.space.faults import FAULTS, PRESETS
from mockserver.wire.formats.encode import FORMATS
from mockserver.wire.quirks import QUIRKS
from mockserver.world.scenario import describe_scenarios
from mockserver.world.scenario_schema import scenario_schema

ADMIN = yaml.safe_load(admin_document(()))
SCENARIO = scenario_schema(load_contract())["properties"]


def help_of(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    code = main(["help", *words])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def option_text(option: Option) -> str:
    metavar = f" {option.metavar}" if option.metavar else ""
    short = f", {option.short}" if option.short else ""
    has_default = option.default is not None and not option.is_flag
    default = f" (default {option.default})" if has_default else ""
    place = option.environment or "on the command line alone"
    return f"{option.flag}{metavar}{short} {option.help}{default}; {place}"


def admin_text(method: str, path: str) -> str:
    return f"{method} {path} {ADMIN['paths'][path][method.lower()]['summary']}"


# What the page at /__admin/ is made of is no part of the API.
ADMIN_PAGES = ("", "/", "/assets/{name}")
EXPECTED: dict[str, Sequence[str]] = {
    "scenarios": [
        *(f"{name} {help}" for name, help in describe_scenarios()),
        *(f"{name} {member['description']}" for name, member in SCENARIO.items()),
        *(f"users[].{name} " for name in SCENARIO["users"]["items"]["properties"]),
        *(f"size.{name} " for name in SCENARIO["size"]["properties"]),
    ],
    "profile": [
        *(f"{name} {p}={choice}" for name, need in CLIENTS.items() for p, choice in need.items()),
        *(
            text
            for point in load_contract().points.values()
            for text in (
                f"{point.name} (default {point.default}",
                point.description,
                f"Why this default: {point.why}",
                *(f"- {choice} {point.choice_help[choice]}" for choice in point.choices),
                f"matches {point.pattern} {point.choice_help['pattern']}" if point.pattern else "",
            )
        ),
    ],
    "faults": [
        *(f"{name} {fault.help}" for name, fault in FAULTS.items()),
        *(f"{key} (" for f in FAULTS.values() for way in (*f.takes, f.optional) for key in way),
        *PRESETS,
        *("path", "query", "user", "probability", "every", "first", "after"),
    ],
    "bugs": [
        *(f"{bug.name} {bug.help}" for bug in BUGS.values()),
        *(bug.category for bug in BUGS.values()),
    ],
    "laws": [*(f"{law.id} {law.statement}" for law in LAWS), *map(" ".join, TIERS.items())],
    "formats": [
        *(f"{row.name} {row.content_type} {row.help}" for row in FORMATS.values()),
        *(f"{n} {t}" for row in QUIRKS.values() for n, t in row.content_types.items()),
    ],
    "admin": [admin_text(o.method, o.path) for o in OPERATIONS if o.path not in ADMIN_PAGES],
    "exit-codes": [f"{int(code)} {code.help}" for code in ExitCode],
    "config": [
        *(option_text(o) for command in COMMANDS.values() for o in command.options),
        ", ".join(TARGET_KEYS),
    ],
}


def test_every_topic_is_compared_with_its_table() -> None:
    assert EXPECTED.keys() == TOPICS.keys()


@pytest.mark.parametrize("topic", EXPECTED)
def test_a_topic_says_all_that_its_table_says(
    topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = " ".join(help_of(topic, capsys=capsys).split())

    assert EXPECTED[topic]
    assert [part for part in EXPECTED[topic] if part not in text] == []


@pytest.mark.parametrize("topic", ["", *TOPICS])
def test_a_page_that_is_piped_is_plain_and_fits_80_columns(
    topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = help_of(*topic.split(), capsys=capsys).splitlines()

    assert [line for line in lines if len(line) > 80] == []
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in TOPICS])
def test_help_of_a_command_is_what_the_command_prints(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    printed = capsys.readouterr().out

    assert help_of(command, capsys=capsys) == printed


def test_help_lists_topics_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(help_of(capsys=capsys).split())

    topics = [f"{name} {topic.title}" for name, topic in TOPICS.items()]
    commands = [f"{name} {command.help}" for name, command in COMMANDS.items()]
    assert [part for part in topics + commands if part not in text] == []


def test_the_options_of_each_command_are_in_its_section(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = help_of("config", capsys=capsys).splitlines()
    starts = {name: lines.index(name) for name, command in COMMANDS.items() if command.options}
    ends = dict(zip(starts, [*list(starts.values())[1:], len(lines)], strict=True))

    missing = [
        (name, option.flag)
        for name, start in starts.items()
        for option in COMMANDS[name].options
        if option.flag not in " ".join(lines[start : ends[name]]).replace(",", " ").split()
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("word", "nearest"),
    [pytest.param("fualts", "faults", id="topic"), pytest.param("serv", "serve", id="command")],
)
def test_an_unknown_topic_names_the_nearest(
    word: str, nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["help", word])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith(f"mockserver: unknown topic '{word}'; known: admin, bugs, ")
    assert err.endswith(f"; did you mean {nearest}?\n")
    assert err.count("\n") == 1


def test_a_wide_terminal_is_used() -> None:
    leader, follower = pty.openpty()
    words = [sys.executable, "-m", "mockserver", "help", "exit-codes"]
    environment = {**os.environ, "COLUMNS": "110"}
    subprocess.run(words, stdout=follower, env=environment, check=True)

    text = os.read(leader, 4_000).decode()
    os.close(follower)
    os.close(leader)
    assert 80 < max(map(len, text.splitlines())) <= 110
