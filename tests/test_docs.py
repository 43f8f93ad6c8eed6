"""Compare the README with the code and the files that it names; test_readme.py runs its commands.

Reference tables are no part of it: tests/cli/test_help.py compares them in what `help` prints.
"""

import re
import textwrap
from pathlib import Path

import pytest

from mockserver.cli.help_topics import TOPICS
from mockserver.contract import load_contract
from mockserver.options.option_table import COMMANDS
from mockserver.world.scenario import load_scenario
from tests.readme import README, ROOT, Block, read_sections

MOST_LINES = 350
SECTIONS = read_sections(README)
BLOCKS = [block for section in SECTIONS for block in section.blocks]
EXCERPTS = [block for block in BLOCKS if block.source]
LINKS = re.findall(r"\]\(([^)\s]+)\)", README)
# The flags of other programs.
OTHER_FLAGS = {
    "--mockserver-target": "mockserver/testing/plugin.py",
    # Of click, docker and uvx.
    **dict.fromkeys(("--help", "--rm", "--from"), "README.md"),
}


def anchor_of(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return "#" + re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_the_readme_names_every_folder_of_the_package() -> None:
    inits = (ROOT / "mockserver").glob("*/**/__init__.py")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in inits}

    rows = re.findall(r"(?m)^\| `(mockserver/\w+)/` \| (.*) \|$", README)
    inner = {f"{row}/{name}" for row, text in rows for name in re.findall(r"`(\w+)/`", text)}
    assert {row for row, _ in rows} | inner == folders


def test_the_users_of_the_readme_are_those_of_the_default_scenario() -> None:
    users = [(user.username, user.password.reveal()) for user in load_scenario().users]

    found = re.findall(r"(?m)^\| `(\w+)` \| `(\w{12,})` \| [A-Z]\w+ \|", README)
    assert found == users


def test_the_filters_of_the_readme_are_those_of_the_contract() -> None:
    table = README.partition("| parameter | keeps a conversation when |\n|---|---|\n")[2]

    rows = re.findall(r"(?m)^\| `(\w+)` \| .+ \|$", table.partition("\n\n")[0])
    assert rows == [parameter.name for parameter in load_contract().parameters]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_readme_sends_to_every_topic_of_help(topic: str) -> None:
    assert f"`mockserver help {topic}`" in README


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"mockserver {name}" not in README] == []


def test_every_flag_of_the_readme_is_one_of_a_command() -> None:
    known = {option.flag for command in COMMANDS.values() for option in command.options}

    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README))
    assert named - known == OTHER_FLAGS.keys()
    assert [f for f, place in OTHER_FLAGS.items() if f not in (ROOT / place).read_text()] == []


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()

    named = set(re.findall(r"`make ([a-z-]+)", README))
    assert named >= {"serve", "test", "lint"}
    assert [name for name in named if f"\n{name}:" not in makefile] == []


@pytest.mark.parametrize("link", sorted({link for link in LINKS if "://" not in link}))
def test_a_link_of_the_readme_leads_somewhere(link: str) -> None:
    anchors = {anchor_of(section.title) for section in SECTIONS}

    assert link in anchors or (ROOT / link).is_file()


def test_every_folder_of_recipes_is_linked() -> None:
    folders = [path for path in (ROOT / "tests" / "recipes").iterdir() if path.is_dir()]

    assert [
        path.name
        for path in folders
        if not any(link.startswith(f"{path.relative_to(ROOT).as_posix()}/") for link in LINKS)
    ] == []


@pytest.mark.parametrize("block", EXCERPTS, ids=lambda block: Path(block.source).name)
def test_a_part_of_a_recipe_is_as_in_the_file_that_is_tested(block: Block) -> None:
    lines = (ROOT / block.source).read_text(encoding="utf-8").splitlines()
    shown = block.text.splitlines()

    parts = [lines[start : start + len(shown)] for start in range(len(lines))]
    assert shown in [textwrap.dedent("\n".join(part)).splitlines() for part in parts]
    assert block.source in LINKS


def test_code_in_the_readme_is_run_as_part_of_a_file_or_as_a_command() -> None:
    # A file that a command of the same section reads; lines that a command prints.
    tested = {"sh", "text"}

    assert [
        block
        for section in SECTIONS
        for block in section.blocks
        if not block.source
        and block.language not in tested
        and not (block.file_name and any(block.file_name in sh for sh in section.texts("sh")))
    ] == []
