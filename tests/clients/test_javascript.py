import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.clients.conftest import CLIENTS, RENEWAL, Seen
from tests.programs import run_program

JOURNEYS = ["servicestack", "axios", "fetcher"]


@pytest.mark.parametrize(
    ("name", "differences"),
    [("servicestack", {"gone": RENEWAL}), ("axios", {}), ("fetcher", {})],
    ids=JOURNEYS,
)
def test_client_in_node_sees_what_the_world_holds(
    name: str, differences: dict[str, object], seen: Seen, node_modules: Path
) -> None:
    ended = run_program("node", str(CLIENTS / "run.mjs"), name, text=json.dumps(seen.plan()))

    assert ended.stderr == ""
    assert json.loads(ended.stdout) == seen.journey() | differences


@pytest.mark.parametrize("name", JOURNEYS)
def test_client_in_chromium_sees_what_the_world_holds(
    name: str, seen: Seen, node_modules: Path, page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/page.html")

    journey: Any = page.evaluate("([name, plan]) => window.travel(name, plan)", [name, seen.plan()])

    assert journey == seen.journey()
