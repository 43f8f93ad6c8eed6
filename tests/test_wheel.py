"""Build what users install: it holds all that it needs, and says of which version it is."""

import re
import subprocess
import tarfile
import tomllib
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from mockserver import __version__
from tests.built import build, install

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
# What a person looks for first stands first.
KINDS = ["Contract", "Removed", "Deprecated", "Added", "Changed", "Fixed"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, kind="wheel", into=tmp_path_factory.mktemp("wheel"))


def package_files() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mockserver").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    assert package_files() - set(ZipFile(wheel).namelist()) == set()
    assert "mockserver/server/pages/templates/style.css" in package_files()


def test_the_sdist_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    sdist = build(ROOT, kind="sdist", into=tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")

    from_sdist = build(
        tmp_path / sdist.name.removesuffix(".tar.gz"), kind="wheel", into=tmp_path / "wheel"
    )

    assert from_sdist.name == wheel.name
    assert from_sdist.read_bytes() == wheel.read_bytes()


def test_wheel_program_and_changelog_are_of_one_version(wheel: Path, tmp_path: Path) -> None:
    variables = install(wheel, into=tmp_path / "lib")
    program = [str(tmp_path / "lib" / "bin" / "mockserver"), "--version"]
    said = subprocess.run(program, env=variables, capture_output=True, text=True, check=True)
    (metadata,) = [name for name in ZipFile(wheel).namelist() if name.endswith("/METADATA")]

    versions = {
        "wheel": Parser().parsestr(ZipFile(wheel).read(metadata).decode())["Version"],
        "program": said.stdout.split()[1],
        "changelog": re.findall(r"(?m)^## \[(\d.*?)\]", CHANGELOG)[0],
    }

    assert versions == dict.fromkeys(versions, __version__)


def test_each_version_of_the_changelog_has_its_day_and_the_newest_is_the_first() -> None:
    headings = re.findall(r"(?m)^## (.*)$", CHANGELOG.replace("## [Unreleased]\n", "", 1))
    versions = re.findall(r"(?m)^## \[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)$", CHANGELOG)
    ordered = sorted(versions, key=lambda found: (*map(int, found[:3]), found[3]), reverse=True)

    assert len(versions) == len(headings)
    assert versions == ordered
    assert [found[3] for found in versions] == sorted((v[3] for v in versions), reverse=True)


def test_each_version_of_the_changelog_tells_each_thing_once() -> None:
    _, *sections = re.split(r"(?m)^## .*$", CHANGELOG)
    kinds = [re.findall(r"(?m)^### (.*)$", section) for section in sections]
    lines = re.findall(r"(?m)^- .*$", CHANGELOG)

    assert kinds == [[kind for kind in KINDS if kind in found] for found in kinds]
    assert len(lines) == len(set(lines))


def test_a_change_of_any_file_of_the_package_makes_uv_build_anew() -> None:
    keys = [key["file"] for key in PROJECT["tool"]["uv"]["cache-keys"]]
    forced = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    inputs = {path for name in forced for path in [ROOT / name, *(ROOT / name).glob("*")]}

    watched = {path for key in keys for path in ROOT.glob(key)}

    assert {path for path in inputs if path.is_file()} <= watched
    assert package_files() <= {path.relative_to(ROOT).as_posix() for path in watched}
