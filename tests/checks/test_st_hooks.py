import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from mockserver.checks.messages import Request, Response
from mockserver.checks.st_hooks import build_judges
from mockserver.resources import find_resource
from tests.checks.counting_server import Handler, counting_server
from tests.depth import deep_only, sampled
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


@deep_only
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


ROW = {
    "id": "65e1f4a2c2d4b7a90e1f1001",
    "endpointId": "end1",
    "mostRecentMessage": {**MESSAGE, "endpointId": "end1", "date": "2026-01-01T00:00:00.000Z"},
}


def changed(**members: object) -> Mapping[str, object]:
    return {**ROW, "mostRecentMessage": {**MESSAGE, **members}}


def answer(
    *rows: Mapping[str, object],
    text: str = "",
    status: int = 200,
    header: tuple[str, str] = ("vary", "accept"),
    query: str = "",
) -> Response:
    return Response(
        status=status,
        reason="",
        headers=(("content-type", "application/json"), header),
        body=(text or json.dumps({"conversations": rows})).encode(),
        elapsed_seconds=0.0,
        request=Request(query=query),
    )


STACK = '{"responseStatus": {"errorCode": "x", "message": "boom\\n   at App.Rows.Read(String s)"}}'
BROKEN = {
    "law_l03_coherence": answer(changed(endpointId="end2")),
    "law_l05_uniqueness": answer(ROW, ROW),
    "law_l15_plausible_dates": answer(changed(date="01/02/2026")),
    "law_l16_schema": answer(changed(isUnread="yes")),
    "law_l18_jsonp": answer(text="cb(", query="callback=cb"),
    "law_l28_date_sound": answer(ROW, query="afterDate=2026-05-01T00:00:00Z"),
    "law_l53_no_internals": answer(text=STACK, status=500),
    "law_l57_addresses": answer({**ROW, "otherAddress": "(202) 555-0100"}),
    "law_l90_shared_caches": answer(ROW, header=("cache-control", "public, max-age=60")),
    "law_l92_session_cookies": answer(ROW, header=("set-cookie", "ss-id=abcdefghijklmnop; path=/")),
    "law_l94_error_bodies": answer(text='"no"', status=400),
    "law_l97_telling_headers": answer(ROW, header=("x-debug", "/home/app/src/Rows.cs")),
}


def test_every_check_that_st_is_handed_is_tried_here() -> None:
    assert build_judges().keys() == BROKEN.keys()


@sampled(4)
@pytest.mark.parametrize("name", BROKEN)
def test_a_check_that_st_is_handed_fails_on_what_breaks_it_alone(name: str) -> None:
    judge = build_judges()[name]

    assert judge(answer(ROW)) == ""
    assert judge(BROKEN[name]) != ""
