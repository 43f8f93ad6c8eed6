import ast
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.checks.report import Report
from mockserver.checks.report_files import summarise
from mockserver.cli import terminal
from mockserver.cli.main import main
from mockserver.printable import printable

_PACKAGE = Path(terminal.__file__).parent.parent
_MODULES = sorted(_PACKAGE.rglob("*.py"))
# What writes to a terminal, by its own name and as somebody's attribute.
_NAMES = {"print", "breakpoint", "input"}
_ATTRIBUTES = {"stdout", "stderr", "__stdout__", "__stderr__"}
_CALLS = {"echo", "secho", "prompt", "confirm", "pager", "echo_via_pager", "getpass", "print_exc"}
_MODULES_THAT_PRINT = {"rich", "getpass", "pprint", "curses", "tqdm"}
# The one that prints; and who only takes the streams in hand, for their encoding and their end.
_ALLOWED = {"cli/terminal.py": {"print", "stdout", "stderr", "prompt", "rich"}}
_STREAMS_IN_HAND = {
    "cli/main.py": {"stdout", "stderr"},
    "cli/output.py": {"stdout", "stderr"},
}

HOSTILE = {
    "C0": "a\x1b[2Jb\x07\b",
    "C1": "a\x9b2Jb",
    "DEL": "a\x7fb",
    "lines": "a\nb\rc\x0bd\x0ce\x1cf\x85g\u2028h\u2029i",
    "directions": "a\u202eb\u202ac\u2066d\u2069e\u200ff\u061cg",
    "surrogates": "a\ud800b\udc80c",
    "invisible": "a\u200bb\ufeffc\u2060d\U000e0041e",
}


def _writes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) if name in _NAMES:
                yield name
            case ast.Attribute(attr=name) if name in _ATTRIBUTES | _CALLS:
                yield name
            case ast.ImportFrom(module=module) if module:
                yield from {module.split(".")[0]} & _MODULES_THAT_PRINT
                yield from {a.name for a in node.names} & (_CALLS | _ATTRIBUTES)
            case ast.Import():
                yield from {a.name.split(".")[0] for a in node.names} & _MODULES_THAT_PRINT


def test_only_one_module_writes_to_the_terminal() -> None:
    writes = {str(path.relative_to(_PACKAGE)): set(_writes(path)) for path in _MODULES}
    allowed = _ALLOWED | _STREAMS_IN_HAND

    assert {
        (name, word) for name, words in writes.items() for word in words - allowed.get(name, set())
    } == set()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_but_letters_is_left_of_a_hostile_text(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(text).isascii()


def test_letters_of_all_scripts_are_left_alone() -> None:
    text = "Zoë, Ünsal & 李小龍: مرحبا 😀 \\ 'x'"

    assert printable(text) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_each_item_is_one_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_lines([text, "next"])
    terminal.print_error(text)

    shown = capsys.readouterr()
    assert shown.out == f"{printable(text)}\nnext\n"
    assert shown.err.startswith("mockserver: a")
    assert shown.err.removesuffix("\n").isprintable()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_target_says_begins_no_line_of_a_report(text: str) -> None:
    report = Report(target={}, requests=1, seconds=0.0, trouble=text, notes=(text,))

    lines = summarise(report).split("\n")

    assert [line for line in lines if not line.isprintable()] == []
    assert len(lines) == 3


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_log_line_is_harmless(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    terminal.log_to_terminal()

    logging.getLogger("uvicorn.error").warning("said %s", text)

    assert all(line.isprintable() for line in stream.getvalue().split("\n"))


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("text", ["\x7f", "\x9b", "\u202e", "\u2028", "\u200b"])
def test_data_on_a_terminal_is_the_same_json(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", _Terminal(raw))

    terminal.print_data([json.dumps({"a": text}, ensure_ascii=False), "\n"])

    written = raw.getvalue().decode()
    assert written.removesuffix("\n").isprintable()
    assert json.loads(written) == {"a": text}


def test_a_hostile_key_in_a_dataset_is_told_harmlessly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([{"id": "1", "\x1b[2Jkey\u202e\nmockserver: fine": 1}]))

    code = main(["dataset", "--dataset", str(path)])

    shown = capsys.readouterr().err
    assert code == 0
    assert "key" in shown
    assert all(line.isprintable() for line in shown.split("\n"))


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("output", "environment", "expected"),
    [
        pytest.param(_Screen(), {}, True, id="terminal"),
        pytest.param(_Screen(), {"NO_COLOR": "1"}, False, id="not-wanted"),
        pytest.param(_Screen(), {"NO_COLOR": ""}, True, id="says-nothing"),
        pytest.param(_Screen(), {"TERM": "dumb"}, False, id="dumb"),
        pytest.param(_Screen(), {"FORCE_COLOR": "0"}, False, id="forced-off"),
        pytest.param(io.StringIO(), {}, False, id="pipe"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1"}, True, id="forced"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="both"),
    ],
)
def test_colour_is_for_terminals_unless_somebody_says_otherwise(
    output: io.StringIO,
    environment: dict[str, str],
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", output)

    assert terminal.has_colour(environment) is expected
