"""Fuzz mocks in this process and, where it matters how a process ends, in one of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.checks.fuzz import (
    FuzzOptions,
    Shared,
    merge_reports,
    open_shared,
    run_fuzz,
    with_findings,
)
from mockserver.checks.report import Finding, LawResult, Measurement, Report
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.verdicts import CheckOptions
from mockserver.errors import StoppedError, UsageError
from mockserver.server import MockServer
from tests.depth import deep_only
from tests.programs import find_ports, require_program
from tests.waiting import PATIENCE_SECONDS, wait_until

PLAN = "L06-union endpointIds=$endpoint[0..2]"
FINDING = Finding(
    fingerprint="f1",
    law="L06-union",
    tier="must",
    symptom="missing rows",
    plan=PLAN,
    received="some rows are missing",
    documented="every row",
)


def target_of(server: MockServer, **limits: float) -> TargetOptions:
    user = next(user for user in server.space.scenario.users if user.account_ids is None)
    password = Secret(user.password.reveal())
    return TargetOptions(url=server.url, user=user.username, password=password, **limits)  # type: ignore[arg-type]  # names of limits


def report(*laws: LawResult, **rest: object) -> Report:
    return Report(target={}, requests=1, seconds=0.1, laws=laws, **rest)  # type: ignore[arg-type]  # names of Report


def law(verdict: str, *, is_reached: bool = True) -> LawResult:
    return LawResult(
        id="L06-union",
        tier="must",
        verdict=verdict,  # type: ignore[arg-type]  # a verdict of the caller's
        is_reached=is_reached,
    )


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = require_program("redis-server")
    (port,) = find_ports(1)
    folder = tmp_path_factory.mktemp("redis")
    words = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    wait_until(lambda: _listens(port), "redis-server")
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(timeout=PATIENCE_SECONDS)
    shutil.rmtree(folder)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_no_two_shards_have_a_seed_in_common() -> None:
    shards = [FuzzOptions(check=CheckOptions(seed=7), shard=(i, 3)) for i in (1, 2, 3)]

    assert sorted(s.seed(n) for s in shards for n in range(4)) == list(range(7, 19))


@deep_only
def test_a_clean_mock_gives_no_finding(server: MockServer) -> None:
    target = target_of(server, budget=2_000)

    with Client(target) as client:
        found = run_fuzz(target, options=FuzzOptions(max_examples=60), client=client)

    assert found.findings == ()
    assert found.exit_code == 0


@deep_only
def test_a_bug_is_told_at_once_and_its_plan_shared(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    with MockServer("default", now="2026-03-01T12:00:00Z", bugs=["fourth-id-lost"]) as server:
        target = target_of(server, budget=2_000)
        with Client(target) as client:
            run_fuzz(
                target,
                options=FuzzOptions(max_examples=30),
                client=client,
                shared=open_shared(str(tmp_path)),
                on_finding=lambda finding, so_far: told.append((finding.plan, so_far.exit_code)),
            )

    assert {code for _, code in told} == {1}
    assert set(open_shared(str(tmp_path)).take_new()) == {plan for plan, _ in told}


def test_shards_share_plans_through_redis(redis_url: str, server: MockServer) -> None:
    open_shared(redis_url).save(PLAN)
    open_shared(redis_url).save("L99-of-another-version endpointIds=$endpoint[0]")
    asked: list[str] = []
    target = target_of(server, budget=600)

    with Client(target) as client:
        found = run_fuzz(
            target,
            options=FuzzOptions(check=CheckOptions(only=("L02",)), max_examples=1),
            client=client,
            shared=open_shared(redis_url),
            on_progress=asked.append,
        )

    assert "L06-union" in asked
    assert found.exit_code == 0


def test_own_plans_do_not_come_back(tmp_path: Path) -> None:
    shared = open_shared(str(tmp_path))

    shared.save(PLAN)

    assert list(shared.take_new()) == []


def test_without_a_place_nothing_is_shared() -> None:
    shared = Shared()

    shared.save(PLAN)

    assert list(shared.take_new()) == []


@pytest.mark.parametrize(
    ("place", "message"),
    [
        pytest.param("redis://:hidden@127.0.0.1:1/0", "does not answer", id="no-redis"),
        pytest.param("http://127.0.0.1", "neither a folder nor redis", id="scheme"),
        pytest.param("/dev/null/x", "is no folder", id="folder"),
    ],
)
def test_a_wrong_place_is_explained_without_its_password(place: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        open_shared(place)

    assert "hidden" not in str(caught.value)


def test_an_order_to_stop_keeps_what_was_found(server: MockServer) -> None:
    target = target_of(server)

    def stop(law: str) -> None:
        raise StoppedError("somebody asked to stop", guard="stop")

    with Client(target) as client:
        found = run_fuzz(target, options=FuzzOptions(), client=client, on_progress=stop)

    assert found.stopped_by == "somebody asked to stop"
    assert found.exit_code == 5


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("holds", "inconclusive", "holds", id="inconclusive-hides-nothing"),
        pytest.param("violated", "holds", "violated", id="a-violation-stays"),
        pytest.param("skipped", "holds", "holds", id="skipped"),
    ],
)
def test_rounds_merge_to_the_verdict_that_says_most(first: str, second: str, expected: str) -> None:
    merged = merge_reports(report(law(first)), report(law(second, is_reached=False)))

    assert [(r.verdict, r.is_reached) for r in merged.laws] == [(expected, True)]


def test_rounds_merge_to_the_first_choice_that_was_seen() -> None:
    rounds = [{"order": Measurement(choice=choice)} for choice in ("unknown", "by-id", "omit")]

    merged = report()
    for profile in rounds:
        merged = merge_reports(merged, report(profile=profile))

    assert merged.profile["order"].choice == "by-id"


def test_a_finding_makes_its_law_violated() -> None:
    found = with_findings(report(law("holds"), findings=(FINDING,)))

    assert [(r.verdict, r.plans) for r in found.laws] == [("violated", (PLAN,))]
