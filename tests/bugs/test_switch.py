import json
import subprocess
import sys

import pytest

from mockserver.bugs.switch import BugSwitch, check_bugs
from mockserver.errors import UsageError
from mockserver.server.request.path import STEPS
from mockserver.space.commands import SetBugs
from mockserver.space.space import build_space
from mockserver.world.scenario import load_scenario

# What `serve` imports, and a mock that answers one request.
PROGRAM = """\
import json, sys, urllib.request
import mockserver.cli.run_serve
from mockserver.testing.mock_server import MockServer
with MockServer("one", bugs=sys.argv[1:]) as server:
    urllib.request.urlopen(server.url + "/openapi.yaml").close()
print(json.dumps(sorted(sys.modules)))
"""
UNUSED_LIBRARIES = {
    *("jsonschema", "jsonschema_rs", "fastjsonschema", "referencing", "rpds"),
    *("jinja2", "markupsafe"),
}


def modules_of_a_start(*bugs: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *bugs], capture_output=True, text=True, check=True
    )
    return set(json.loads(ended.stdout))


def test_a_start_without_bugs_loads_no_bug_no_schema_library_and_no_templates() -> None:
    loaded = modules_of_a_start()

    assert {name for name in loaded if name.startswith("mockserver.bugs.")} == {
        "mockserver.bugs.switch"
    }
    assert loaded & UNUSED_LIBRARIES == set()


def test_a_start_with_a_bug_loads_the_table() -> None:
    assert "mockserver.bugs.table" in modules_of_a_start("list-bare")


def test_a_space_keeps_its_wrong_steps_until_its_bugs_change() -> None:
    space, switch = build_space(load_scenario("one")), BugSwitch()
    assert switch.steps_in(space) is STEPS

    space.apply(SetBugs(names=("first-empty",)))
    first = switch.steps_in(space)

    assert first is not STEPS
    assert switch.steps_in(space) is first
    space.apply(SetBugs(names=("first-empty", "list-bare")))
    assert switch.steps_in(space) is not first
    space.apply(SetBugs(names=()))
    assert switch.steps_in(space) is STEPS


def test_only_names_that_no_bug_has_are_refused() -> None:
    check_bugs([])
    check_bugs(["list-bare"])

    with pytest.raises(UsageError, match="did you mean list-bare"):
        check_bugs(["list-bear"])
