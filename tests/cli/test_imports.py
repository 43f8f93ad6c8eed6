"""See what a command loads before it can do its work: each module costs every start its time."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

# What only some commands need, or only some servers.
HEAVY = re.compile(
    r"(?:mockserver\.(?:bugs\.table|checks|score|testing)|hypothesis|httpcore2|httpx2"
    r"|jinja2|jsonschema|jsonschema_rs|markupsafe|pytest|redis|referencing|rich|rpds|schemathesis)"
    r"(?:\.|$)"
)
ENVIRONMENT = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
NOW = "2026-03-01T12:00:00Z"


def imported(report: str) -> set[str]:
    return set(re.findall(r"(?m)^import time: .*\| +(\S+)$", report))


def test_the_version_needs_the_options_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "--version"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )

    names = imported(done.stderr)
    assert "mockserver.options.settle" in names
    assert {name for name in names if HEAVY.match(name)} == set()
    assert {name.split(".")[1] for name in names if name.startswith("mockserver.")} == {
        "cli",
        "documents",
        "errors",
        "limits",
        "options",
        "printable",
    }


# The topic → what of the heavy parts it is drawn from.
HELP = {
    "": set(),
    "serve": set(),
    "scenarios": set(),
    "profile": set(),
    "faults": set(),
    "bugs": {"mockserver.bugs"},
    "laws": {"mockserver.checks"},
    "formats": set(),
    "admin": set(),
    "exit-codes": set(),
    "config": set(),
}


@pytest.mark.parametrize(("topic", "parts"), HELP.items(), ids=[name or "none" for name in HELP])
def test_help_loads_its_own_tables_and_nothing_heavy(topic: str, parts: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "help", *topic.split()],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )

    heavy = filter(HEAVY.match, imported(done.stderr))
    assert {".".join(name.split(".")[:2]) for name in heavy} == parts


# The options of a start that trusts all it reads.
SERVED = {
    "plain": [],
    "scenario": ["--scenario", "nulls", "--seed", "3"],
    "faults": ["--faults", "slow"],
}


@pytest.mark.parametrize("more", SERVED.values(), ids=SERVED)
def test_serve_loads_no_checks_no_bugs_no_schema_library_and_no_templates(
    more: list[str], tmp_path: Path
) -> None:
    names = imported_by_serve("/conversations.json", tmp_path, *more)

    assert "mockserver.server.asgi" in names
    assert {name for name in names if HEAVY.match(name)} == set()


def test_serve_loads_the_templates_with_the_first_page(tmp_path: Path) -> None:
    assert "jinja2" in imported_by_serve("/login", tmp_path)


def imported_by_serve(path: str, tmp_path: Path, *more: str) -> set[str]:
    """Return what a server has loaded that was asked for one path."""
    words = ["serve", "--port", "0", "--now", NOW, "--user", "ann:pw", "-q", *more]
    errors = tmp_path / "errors"
    with (
        errors.open("w") as file,
        subprocess.Popen(
            [sys.executable, "-m", "mockserver", *words],
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env=ENVIRONMENT,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            asked = Request(f"{url}{path}", headers={"Authorization": "Basic YW5uOnB3"})
            with urlopen(asked, timeout=30) as answer:
                assert answer.status == 200
        finally:
            process.terminate()
    assert process.returncode == 0
    return imported(errors.read_text())
