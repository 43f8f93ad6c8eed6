"""Run the recipes of the README as their users do: with commands, on ports of their own."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mockserver.server import MockServer
from tests.conftest import serve_folder
from tests.depth import deep_only
from tests.programs import find_ports, install_packages, require_program, run_program, running

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


@pytest.fixture
def vite(environment: dict[str, str]) -> Iterator[str]:
    serve = ("mockserver", "serve", "--for", "browser", "--quiet")
    dev = ("node", "node_modules/vite/bin/vite.js")
    with (
        running(*serve, folder=APP, environment=environment, until="listening"),
        running(*dev, folder=APP, environment=environment, until="Local"),
    ):
        yield f"http://localhost:{environment['PORT']}"


@deep_only
def test_vite_passes_the_paths_of_the_api_and_cookies(vite: str, page: Page) -> None:
    page.goto(vite)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("fdTQrKNXqvbJjMt7")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("status")).to_have_text("500 conversations")
    assert {c["domain"] for c in page.context.cookies()} == {"localhost"}
    assert page.evaluate("fetch('/metadata').then(answer => answer.text())").startswith("<!DOCTYPE")
    reset = "fetch('/__admin/spaces/default/reset', {method: 'POST'}).then(answer => answer.status)"
    assert page.evaluate(reset) == 200


@deep_only
def test_msw_in_node_passes_through_to_the_mock() -> None:
    install_packages(RECIPES / "msw")
    with MockServer("default") as server:
        ended = run_program(
            "node",
            "--test",
            folder=RECIPES / "msw",
            env=os.environ | {"MOCKSERVER_PORT": str(server.port)},
        )

    assert ended.returncode == 0, ended.stdout
    assert "# pass 3" in ended.stdout


def test_msw_in_a_browser_passes_through_to_the_mock(page: Page) -> None:
    modules = install_packages(RECIPES / "msw")
    command = ("node", "node_modules/msw/cli/index.js", "init", "public", "--no-save")
    assert run_program(*command, folder=RECIPES / "msw").returncode == 0
    dev = ("node", str(modules / "vite" / "bin" / "vite.js"))
    (port,) = find_ports(1)

    with MockServer("default") as server:
        environment = os.environ | {"MOCKSERVER_PORT": str(server.port), "PORT": str(port)}
        with running(*dev, folder=RECIPES / "msw", environment=environment, until="Local"):
            page.goto(f"http://localhost:{port}")

            expect(page.get_by_role("status")).to_have_text("500 conversations, 21°")


@deep_only
def test_playwright_test_gives_each_worker_a_space(environment: dict[str, str]) -> None:
    # Each worker has a browser of its own: two are enough to meet.
    words = ("node", "node_modules/@playwright/test/cli.js", "test", "--workers=2")
    ended = run_program(*words, folder=APP, env=environment)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "using 2 workers" in ended.stdout
    assert "4 passed" in ended.stdout


@deep_only
def test_the_app_and_its_tests_fit_the_types_of_the_mock(environment: dict[str, str]) -> None:
    scripts = json.loads((APP / "package.json").read_text())["scripts"]
    tools = os.pathsep.join([str(APP / "node_modules" / ".bin"), environment["PATH"]])

    with MockServer("default") as server:
        line = f"{scripts['types']} && {scripts['check']}".replace("4011", str(server.port))
        ended = run_program("sh", "-c", line, folder=APP, env=environment | {"PATH": tools})

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_page_on_another_port_signs_in_with_credentials(page: Page, recipes_url: str) -> None:
    with MockServer("default") as server:
        page.goto(f"{recipes_url}/page/#{server.url}")

        expect(page.get_by_role("status")).to_have_text("500 conversations")
        expect(page.get_by_role("listitem")).to_have_count(500)


def test_pytest_runs_in_parallel(tmp_path: Path) -> None:
    shutil.copytree(RECIPES / "python", tmp_path, dirs_exist_ok=True)

    ended = run_program(
        *(sys.executable, "-m", "pytest", "-n", "2", "-W", "error", *ALONE), folder=tmp_path
    )

    assert ended.returncode == 0, ended.stdout
    assert "4 passed" in ended.stdout
