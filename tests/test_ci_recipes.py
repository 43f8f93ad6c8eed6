"""Validate the recipes for CI by the systems' own schemas, and run their shell parts."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from mockserver.server import MockServer
from tests.depth import deep_only, sampled
from tests.few_rows import few_rows
from tests.programs import require_program, run_program

RECIPES = Path(__file__).parent / "recipes" / "ci"
SCHEMAS = {"github.yml": "vendor.github-workflows", "gitlab.yml": "vendor.gitlab-ci"}
INSTALL = "pip install 'evovoice-mockserver[check]'"
JOBS = ("mock", "service", "staging")
# What makes a run short, by the variables that every option has.
SHORT = {"MOCKSERVER_LAW": "L05", "MOCKSERVER_ALLOW_EMPTY": "1", "MOCKSERVER_BUDGET": "8"}


def jobs_of(name: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load((RECIPES / name).read_text())
    jobs: Mapping[str, Any] = document.get("jobs", document)
    return jobs


def commands_of(name: str, job: str) -> list[str]:
    """Return the lines of shell that a job runs."""
    row = jobs_of(name)[job]
    steps = [step["run"] for step in row.get("steps", ()) if "run" in step]
    return steps or [*jobs_of(name)["default"]["before_script"], *row["script"]]


def variables_of(name: str, job: str) -> set[str]:
    row = jobs_of(name)[job]
    values: Mapping[str, str] = row.get("env") or row.get("variables") or {}
    return set(values) | set(re.findall(r"\bSTAGING_\w+", " ".join(values.values())))


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(few_rows()) as running:
        yield running


def environment(server: MockServer, **more: str) -> dict[str, str]:
    """Return what CI would set, for a server of this machine."""
    user = server.space.find_user("ada")
    assert user is not None
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MOCKSERVER_", "PYTEST_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {
        **kept,
        "PATH": path,
        "MOCKSERVER_USER": "ada",
        "MOCKSERVER_PASSWORD": user.password.reveal(),
        "STAGING_URL": server.url,
        "STAGING_ACCOUNTS": server.space.world.directory.accounts[0].id,
        **SHORT,
        **more,
    }


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_a_recipe_fits_the_schema_of_its_system(name: str, schema: str) -> None:
    words = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema)

    ended = run_program(*words, str(RECIPES / name), folder=RECIPES)

    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_the_schema_would_find_a_mistake(name: str, schema: str, tmp_path: Path) -> None:
    text = (RECIPES / name).read_text()
    (tmp_path / name).write_text(text.replace("      - ", "      + ").replace("script:", "scrip:"))
    words = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema)

    assert run_program(*words, str(tmp_path / name), folder=RECIPES).returncode != 0


@sampled(3)
@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("job", JOBS)
def test_the_shell_of_a_job_runs_and_leaves_its_reports(
    name: str, job: str, server: MockServer, tmp_path: Path
) -> None:
    shutil.copytree(RECIPES, tmp_path / "ci")
    summary = tmp_path / "summary.md"
    first, *commands = commands_of(name, job)
    line = "\n".join(commands).replace("http://api:4011", server.url)

    ended = run_program(
        *(require_program("bash"), "-e", "-c", line),
        folder=tmp_path,
        env=environment(server, GITHUB_STEP_SUMMARY=str(summary)),
    )

    assert first == INSTALL
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert summary.read_text() == (tmp_path / "report.md").read_text() != ""
    assert [
        case.name for suite in JUnitXml.fromfile(str(tmp_path / "report.xml")) for case in suite
    ]
    assert (tmp_path / "report.json").exists()


@deep_only
def test_a_job_fails_where_the_server_is_wrong_and_publishes_all_the_same(tmp_path: Path) -> None:
    shutil.copytree(RECIPES, tmp_path / "ci")
    summary = tmp_path / "summary.md"
    with MockServer(few_rows(), bugs=["endpoint-ignored"]) as server:
        short = {"MOCKSERVER_LAW": "L06", "MOCKSERVER_BUDGET": "60"}
        ended = run_program(
            *("sh", "ci/check.sh", "own", server.url),
            folder=tmp_path,
            env=environment(server, GITHUB_STEP_SUMMARY=str(summary), **short),
        )

    assert ended.returncode == 1
    assert "`endpointIds` is not applied" in summary.read_text()


def test_check_sh_tells_what_it_takes(server: MockServer, tmp_path: Path) -> None:
    script = str(RECIPES / "check.sh")

    ended = run_program("sh", script, "other", folder=tmp_path, env=environment(server))

    assert (ended.returncode, ended.stderr) == (2, "check.sh mock | own URL | live\n")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_job_names_the_variables_that_its_script_reads(name: str) -> None:
    assert variables_of(name, "staging") >= {"MOCKSERVER_USER", "MOCKSERVER_PASSWORD"}
    assert variables_of(name, "service") >= {"MOCKSERVER_USER", "MOCKSERVER_PASSWORD"}


@pytest.mark.parametrize("path", sorted(RECIPES.iterdir()), ids=lambda path: path.name)
def test_a_recipe_holds_no_secret(path: Path) -> None:
    passwords = re.findall(r"PASSWORD[=:] *(\S.*)", path.read_text())

    assert all(value.startswith("$") for value in passwords)
