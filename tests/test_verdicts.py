"""Hold `mockserver check` to a table: scenario, profile, bug, fault → exit code and laws.

A row without a bug is tried by every law, and so is one whose bug cannot show. Any other is tried
by the laws that it names, those in brackets only to make the requests that the others judge. What
the laws find in all is measured by `mockserver score`.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_instant
from mockserver.profile import Profile, save_profile
from mockserver.server import MockServer
from mockserver.space.faults import PRESETS
from mockserver.world.scenario import load_scenario
from tests.depth import deep_or, sampled
from tests.few_rows import few_rows
from tests.mock_client import NOW

SCENARIOS = ("default", "one", "busy", "unicode", "nulls")
# The large one is read in few requests, for each takes long; too few to be green by themselves.
LARGE_BUDGET = "10"
PROFILES: Mapping[str, Mapping[str, str]] = {
    "other-framework": {
        "framework": "servicestack-8",
        "default-media-type": "json",
        "provider-order": "credentials",
    },
    "inclusive-and-tolerant": {
        "after-date-boundary": "inclusive",
        "invalid-after-date": "no-filter",
        "empty-list": "nothing",
    },
    "other-zone": {
        "invalid-after-date": "nothing",
        "unknown-id": "not-found",
        "naive-date-zone": "+02:00",
    },
    "forbidding": {"unknown-id": "forbidden", "order": "oldest-first", "nulls": "write"},
    "capped": {"order": "by-id", "row-cap": "25"},
    "unstable": {"order": "unstable", "verbs": "any", "foreign-account": "forbidden"},
}
BUGS = (
    # scenario, bug, exit code, laws
    ("default", "endpoint-ignored", 1, "L01 L06 L19"),
    ("default", "or-across-filters", 1, "L02 L10"),
    ("default", "third-id-lost", 1, "L06 (L36)"),
    ("default", "union-repeats-row", 1, "L05 (L06)"),
    ("default", "boundary-wavers", 1, "L35"),
    ("default", "day-means-all", 1, "L07"),
    ("default", "zone-ignored", 1, "L24"),
    ("default", "csv-drops-last", 1, "L13"),
    ("default", "xml-seconds", 1, "L12"),
    ("default", "jsonp-typed-html", 1, "L18"),
    ("default", "date-as-wcf", 1, "L15"),
    ("default", "refusal-is-200", 1, "L08"),
    ("default", "password-prefix", 1, "L71"),
    ("default", "session-outlives-sign-out", 1, "L72"),
    ("default", "head-is-500", 1, "L61"),
    ("default", "tag-constant", 1, "L82"),
    ("default", "burst-mixes", 1, "L74"),
    ("unicode", "xml-no-emoji", 1, "L12"),
    ("nulls", "unread-null", 1, "L16"),
    ("one", "endpoint-ignored", 1, "L19"),
    ("empty", "refusal-is-200", 1, "L08"),
    # Nothing is there to be filtered wrongly, and no green comes of nothing.
    ("empty", "endpoint-ignored", 5, ""),
    ("one", "third-id-lost", 0, ""),
)
# A fault is drawn by the number of the request, and the check asks in a fixed order: each run
# of a row meets the same faults.
FAULTS = (
    # preset, how it signs in, requests, exit code, laws
    # A 500 where 401 or a list belongs.
    ("flaky", "basic", "60", 1, "L16"),
    # Slowness is no violation. The run waits for real, so it is short: too short to be green.
    ("slow", "basic", "2", 5, ""),
    # A proxy's page stands in place of the first list, and of the sign-in: one trouble, no verdict.
    ("outage", "basic", "250", 4, ""),
    ("outage", "cookie", "250", 4, ""),
    # The first list is refused where a sign-in is taken: the contract has Basic, too.
    ("expired-session", "basic", "250", 1, "L100"),
    # It is refused to a session that was just begun: who is not signed in cannot judge.
    ("expired-session", "cookie", "250", 4, ""),
)


def check(server: MockServer, folder: Path, *words: str) -> tuple[int, list[str]]:
    """Return the exit code of `mockserver check` and the numbers of the laws that were violated."""
    user = next(user for user in server.space.scenario.users if user.account_ids is None)
    path = folder / "report.json"
    password = folder / "password"
    password.write_text(user.password.reveal())
    who = ["--user", user.username, "--password-file", str(password)]
    code = main(["check", server.url, *who, "--report", f"json={path}", *words])
    report = json.loads(path.read_text())
    broken = ("violated", "differs")
    return code, [law["id"].split("-")[0] for law in report["laws"] if law["verdict"] in broken]


@sampled(6)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_without_a_bug_is_clean(scenario: str, tmp_path: Path) -> None:
    with MockServer(few_rows(scenario)) as server:
        assert check(server, tmp_path) == (0, [])


def test_the_large_scenario_is_clean(tmp_path: Path) -> None:
    size = deep_or(20_000, deep=100_000)
    with MockServer(load_scenario("large", size=size, now_ticks=parse_instant(NOW))) as server:
        assert check(server, tmp_path, "--budget", LARGE_BUDGET, "--allow-empty") == (0, [])


@pytest.mark.parametrize(("words", "code"), [((), 5), (("--allow-empty",), 0)])
def test_a_list_without_a_row_is_green_only_where_that_is_allowed(
    words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    with MockServer("empty", now=NOW) as server:
        assert check(server, tmp_path, *words) == (code, [])


@sampled(3)
@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_clean_and_its_choices_are_seen(name: str, tmp_path: Path) -> None:
    profile = Profile.default(load_contract()).with_choices(PROFILES[name])
    save_profile(tmp_path / "profile.yaml", profile)

    with MockServer(few_rows(), profile=profile) as server:
        verdict = check(server, tmp_path, "--profile", str(tmp_path / "profile.yaml"))

    assert verdict == (0, [])


@sampled(12)
@pytest.mark.parametrize(
    ("scenario", "bug", "code", "laws"), BUGS, ids=[f"{row[0]}-{row[1]}" for row in BUGS]
)
def test_a_bug_is_found(scenario: str, bug: str, code: int, laws: str, tmp_path: Path) -> None:
    tried = [word for law in laws.split() for word in ("--law", law.strip("()"))]
    found = [law for law in laws.split() if not law.startswith("(")]

    with MockServer(few_rows(scenario), bugs=[bug]) as server:
        assert check(server, tmp_path, *tried) == (code, found)


@sampled(3)
@pytest.mark.parametrize(
    ("preset", "auth", "budget", "code", "laws"),
    FAULTS,
    ids=[f"{row[0]}-{row[1]}" for row in FAULTS],
)
def test_a_preset_of_faults_has_its_verdict(
    preset: str, auth: str, budget: str, code: int, laws: str, tmp_path: Path
) -> None:
    with MockServer(replace(few_rows(), faults=(preset,))) as server:
        verdict = check(server, tmp_path, "--auth", auth, "--budget", budget)

    assert verdict == (code, laws.split())


def test_every_preset_is_in_the_table() -> None:
    assert {row[0] for row in FAULTS} == set(PRESETS)
