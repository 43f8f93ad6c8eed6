import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mockserver.resources import find_resource
from tests.checks.counting_server import Handler, counting_server
from tests.programs import run_schemathesis

MESSAGE = {
    "id": "65e1f4a2c2d4b7a90e1f2001",
    "accountId": "acc1",
    "direction": "Incoming",
    "isUnread": False,
}


def run_st(url: str, checks: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run_schemathesis(
        *("run", str(find_resource("openapi.yaml")), f"--url={url}", f"--checks={checks}"),
        "--include-path=/conversations",
        "--max-examples=25",
        "--phases=fuzzing",
        "--mode=positive",
        "--seed=1",
        folder=folder,
        env={"SCHEMATHESIS_HOOKS": "mockserver.checks.st_hooks"},
    )


def answer_rows(handler: Handler, *rows: Mapping[str, object]) -> None:
    body = json.dumps({"conversations": rows}).encode()
    handler.reply(200, body, Content_Type="application/json")


def test_st_draws_the_ids_that_answers_show(tmp_path: Path) -> None:
    row = {"id": "65e1f4a2c2d4b7a90e1f1001", "endpointId": "end1", "mostRecentMessage": MESSAGE}
    with counting_server(lambda handler: answer_rows(handler, row)) as server:
        run = run_st(server.url, "remember_ids", tmp_path)

        assert run.returncode == 0, run.stdout
        assert any("endpointIds=end1" in seen.target for seen in server.seen)


def test_st_reports_a_law_that_an_answer_breaks(tmp_path: Path) -> None:
    row = {"id": "65e1f4a2c2d4b7a90e1f1001", "endpointId": "end1", "mostRecentMessage": MESSAGE}
    with counting_server(lambda handler: answer_rows(handler, row, row)) as server:
        run = run_st(server.url, "law_l05_uniqueness", tmp_path)

    assert run.returncode == 1, run.stdout
    assert "L05-uniqueness" in run.stdout
