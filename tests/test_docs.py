"""Compare the README with the code: `python -m tests.test_docs` writes its generated tables."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from mockserver.bugs.table import BUGS
from mockserver.checks.laws.table import LAWS
from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.options.declaration import Option
from mockserver.options.option_table import COMMANDS
from mockserver.resources import find_resource
from mockserver.wire.formats.encode import FORMATS
from mockserver.world.scenario import load_scenario

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")


def table(*rows: Sequence[str]) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body]) + "\n"


def option_row(option: Option) -> tuple[str, ...]:
    metavar = f" {option.metavar}" if option.metavar else ""
    flag = f"`{option.flag}{metavar}`" + (f", `{option.short}`" if option.short else "")
    default = "" if option.default is None or option.is_flag else f"`{option.default}`"
    return tuple(c.replace("|", r"\|") for c in (flag, f"`{option.environment}`", default)) + (
        str(option.help),
    )


def option_tables() -> str:
    head = ("flag", "variable", "default", "what it does")
    return "\n".join(
        f"### {name}\n\n{table(head, *map(option_row, command.options))}"
        for name, command in COMMANDS.items()
    )


def point_table() -> str:
    rows = [
        (
            f"`{point.name}`",
            ", ".join(f"`{choice}`" for choice in point.choices)
            + (f", or `{point.pattern}`".replace("|", r"\|") if point.pattern else ""),
            f"`{point.default}`",
            point.description,
        )
        for point in load_contract().points.values()
    ]
    return table(("point", "choices", "default", "what it settles"), *rows)


def scenario_table() -> str:
    rows = [
        (f"`{path.stem}`", path.read_text().splitlines()[1].removeprefix("# "))
        for path in sorted(find_resource("scenarios").glob("*.yaml"))
    ]
    return table(("scenario", "what it holds"), *rows)


def format_table() -> str:
    rows = [(f"`{row.name}`", f"`{row.content_type}`", row.help) for row in FORMATS.values()]
    return table(("format", "media type", "what it is"), *rows)


def bug_table() -> str:
    categories = dict.fromkeys(bug.category for bug in BUGS.values())
    rows = [
        (category, ", ".join(f"`{b.name}`" for b in BUGS.values() if b.category == category))
        for category in categories
    ]
    return table(("category", "bugs"), *rows)


def law_table() -> str:
    rows = [(f"`{law.id}`", law.tier, law.statement) for law in LAWS]
    return table(("law", "tier", "what holds"), *rows)


def command_table() -> str:
    rows = [(f"`mockserver {name}`", command.help) for name, command in COMMANDS.items()]
    return table(("command", "for"), *rows)


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(command_table(), id="commands"),
        pytest.param(option_tables(), id="options"),
        pytest.param(point_table(), id="points"),
        pytest.param(scenario_table(), id="scenarios"),
        pytest.param(format_table(), id="formats"),
        pytest.param(bug_table(), id="bugs"),
        pytest.param(law_table(), id="laws"),
    ],
)
def test_a_table_of_the_readme_says_what_the_code_says(expected: str) -> None:
    assert expected in TEXT


def test_the_readme_names_every_folder_of_the_package() -> None:
    inits = (ROOT / "mockserver").glob("*/**/__init__.py")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in inits}

    assert set(re.findall(r"(?m)^\| `(mockserver/[\w/]+)/` \|", TEXT)) == folders


def test_the_users_of_the_readme_are_those_of_the_default_scenario() -> None:
    users = [(user.username, user.password.reveal()) for user in load_scenario().users]

    found = re.findall(r"(?m)^\| `(\w+)` \| `(\w{12,})` \| [A-Z]\w+ \|", TEXT)
    assert found == users


RECIPE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
RECIPE_FILES = ("*.js", "*.html", "*.py")


@pytest.mark.parametrize(("path", "shown"), RECIPE.findall(TEXT))
def test_a_recipe_of_the_readme_is_the_file_that_is_tested(path: str, shown: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == shown


def test_every_recipe_is_shown() -> None:
    folder = ROOT / "tests" / "recipes"
    files = [path for pattern in RECIPE_FILES for path in folder.glob(f"*/{pattern}")]

    assert {path for path, _ in RECIPE.findall(TEXT)} == {
        path.relative_to(ROOT).as_posix() for path in files
    }


@pytest.mark.parametrize(
    "line", sorted(set(re.findall(r"(?m)^(?:\.venv/bin/)?mockserver (.*?)(?: >.*)?$", TEXT)))
)
def test_a_command_of_the_readme_is_known(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*shlex.split(line), "--help"]) == 0
    assert capsys.readouterr().err == ""


def test_the_scenario_of_the_readme_loads(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(re.findall(r"```yaml\n(name: mine.*?)```", TEXT, re.DOTALL)[0])

    assert load_scenario(path=path).name == "mine"


def _rewrite() -> None:
    """Put the generated tables in the place of the README's own."""
    text = re.sub(
        r"(compares this table with the contract -->\n)(?:POINTS\n|(?:\|.*\n)+)",
        lambda match: match[1] + point_table(),
        TEXT,
    )
    text = re.sub(r"(?:\| category \| bugs \|\n(?:\|.*\n)+|BUGS\n)", lambda _: bug_table(), text)
    text = RECIPE.sub(_show_file, text)
    text = re.sub(r"\| command \| for \|\n(?:\|.*\n)+", lambda _: command_table(), text)
    text = re.sub(
        r"(a test compares it with the code -->\n)(?:LAWS\n|(?:\|.*\n)+)",
        lambda match: match[1] + law_table(),
        text,
    )
    text = re.sub(
        r"(?:OPTIONS\n|### serve\n(?:.*\n)*?)(?=\n## Limits)", lambda _: option_tables(), text
    )
    README.write_text(text, encoding="utf-8")


def _show_file(match: re.Match[str]) -> str:
    return match[0].replace(match[2], (ROOT / match[1]).read_text(encoding="utf-8"))


if __name__ == "__main__":
    _rewrite()
