from pathlib import Path

import pytest

from mockserver.documents.plain_data import load_yaml
from mockserver.errors import UsageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        ("+10:00", "+10:00"),
        ("on", "on"),
        ("true", True),
        ("-7", -7),
        ("0.5", 0.5),
        ("null", None),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ("[a, 1]", ["a", 1]),
        ("\ufeffa: {b: 1}", {"a": {"b": 1}}),
    ],
)
def test_plain_scalars_are_those_of_yaml_1_2(path: Path, text: str, value: object) -> None:
    path.write_text(text, encoding="utf-8")

    assert load_yaml(path, kind="profile") == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: 1\na: 2\n", "a.yaml, line 2: the key 'a' is there twice"),
        (b"a: [\n", "a.yaml, line 2: "),
        (b"a: !!python/name:os.system x\n", "line 1: could not determine a constructor"),
        (b"\xff", r"is no UTF-8 \(byte 0\)"),
        (b"a: \x01", "is no YAML"),
        (b"? [1]\n: 2\n", "is no YAML|line 1"),
        (b"a: 1\n---\nb: 2\n", "line 2"),
    ],
)
def test_bad_file_is_refused_in_one_sentence(path: Path, data: bytes, message: str) -> None:
    path.write_bytes(data)

    with pytest.raises(UsageError, match=message) as caught:
        load_yaml(path, kind="profile")

    assert "\n" not in str(caught.value)


def test_missing_file_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read profile file .*: No such file"):
        load_yaml(path, kind="profile")
