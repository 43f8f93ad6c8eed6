"""Run the recipes of the README as their users do: with commands, on ports of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mockserver.server import MockServer
from tests.conftest import serve_folder
from tests.programs import find_ports, install_packages, require_program
from tests.waiting import PATIENCE_SECONDS

RECIPES = Path(__file__).parent / "recipes"
APP = RECIPES / "app"
# Plugins of other packages take seconds to load.
ALONE = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:faker")


@pytest.fixture(scope="module")
def packages() -> Path:
    return install_packages(APP)


@pytest.fixture
def environment(packages: Path) -> dict[str, str]:
    """Give the recipes ports that are free, and the commands that they name."""
    ports = iter(find_ports(2))
    return os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "CHROMIUM": require_program("chromium"),
        "MOCKSERVER_PORT": str(next(ports)),
        "PORT": str(next(ports)),
    }


@pytest.fixture(scope="module")
def recipes_url() -> Iterator[str]:
    with serve_folder(RECIPES) as url:
        yield url


def run_in(
    folder: Path, *words: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextmanager
def running(*words: str, folder: Path, environment: dict[str, str], until: str) -> Iterator[None]:
    """Run a program from when it has printed `until` to the end of the block."""
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert any(until in line for line in process.stdout), f"{words[0]} did not start"
            yield
        finally:
            process.terminate()


@pytest.fixture
def vite(environment: dict[str, str]) -> Iterator[str]:
    serve = ("mockserver", "serve", "--for", "browser", "--quiet")
    dev = ("node", "node_modules/vite/bin/vite.js")
    with (
        running(*serve, folder=APP, environment=environment, until="listening"),
        running(*dev, folder=APP, environment=environment, until="Local"),
    ):
        yield f"http://localhost:{environment['PORT']}"


def test_vite_passes_the_paths_of_the_api_and_cookies(vite: str, page: Page) -> None:
    page.goto(vite)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("fdTQrKNXqvbJjMt7")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("status")).to_have_text("500 conversations")
    assert {c["domain"] for c in page.context.cookies()} == {"localhost"}
    assert page.evaluate("fetch('/metadata').then(answer => answer.text())").startswith("<!DOCTYPE")


def test_playwright_test_gives_each_worker_a_space(environment: dict[str, str]) -> None:
    words = ["node", "node_modules/@playwright/test/cli.js", "test"]
    ended = subprocess.run(
        words,
        cwd=APP,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "using 4 workers" in ended.stdout
    assert "4 passed" in ended.stdout


def test_a_page_on_another_port_signs_in_with_credentials(page: Page, recipes_url: str) -> None:
    with MockServer("default") as server:
        page.goto(f"{recipes_url}/page/#{server.url}")

        expect(page.get_by_role("status")).to_have_text("500 conversations")
        expect(page.get_by_role("listitem")).to_have_count(500)


def test_pytest_runs_in_parallel(tmp_path: Path) -> None:
    shutil.copytree(RECIPES / "python", tmp_path, dirs_exist_ok=True)

    ended = run_in(tmp_path, sys.executable, "-m", "pytest", "-n", "2", "-W", "error", *ALONE)

    assert ended.returncode == 0, ended.stdout
    assert "4 passed" in ended.stdout
