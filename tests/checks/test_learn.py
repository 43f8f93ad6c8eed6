from pathlib import Path

import pytest

from mockserver.checks import run_checks
from mockserver.checks.engine import CheckOptions
from mockserver.checks.learn import Learned, merge_points, save_learned
from mockserver.checks.report import Measurement, Report
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.contract import load_contract
from mockserver.profile import Profile, load_profile
from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.depth import deep_only, sampled

CHOICES = [
    (name, choice)
    for name, point in load_contract().points.items()
    if point.observable
    for choice in point.choices
] + [("naive-date-zone", "+02:00"), ("row-cap", "100"), ("row-cap", "7")]
LAWS_OF = {
    "framework": "L76", "default-media-type": "L77", "provider-order": "L75",
    "after-date-boundary": "L35", "invalid-after-date": "L42", "naive-date-zone": "L78",
    "empty-list": "L17", "unknown-id": "L21", "foreign-account": "L55", "order": "L59",
    "nulls": "L58", "row-cap": "L67", "malformed-id": "L85", "repeated-key": "L11",
    "refusal-status": "L08", "jsonp": "L18", "false-members": "L86",
}  # fmt: skip
BORDER = [
    (name, choice)
    for name in ("malformed-id", "repeated-key", "refusal-status", "jsonp", "false-members")
    for choice in load_contract().points[name].choices
]


def judge(profile: Profile, *laws: str) -> Report:
    """Run laws, all of them without names, on a mock with a profile."""
    scenario = load_scenario("default")
    ada, _, uma, *_ = scenario.users
    schemas = SchemaJudge.of(load_contract(), {})
    with MockServer(scenario, profile=profile) as mock:
        options = TargetOptions(
            url=mock.url,
            user=ada.username,
            password=Secret(ada.password.reveal()),
            other_user=uma.username,
            other_password=Secret(uma.password.reveal()),
        )
        chosen = CheckOptions(only=laws, max_drawn=0)
        return schemas.apply(run_checks(options, options=chosen, on_page=schemas.observe))


def learn(profile: Profile, *laws: str) -> dict[str, Measurement]:
    return dict(judge(profile, *laws).profile)


@sampled(12)
@pytest.mark.parametrize(("point", "choice"), CHOICES)
def test_a_choice_of_the_mock_is_learned(point: str, choice: str) -> None:
    profile = Profile.default(load_contract()).with_choices({point: choice})

    learned = learn(profile, LAWS_OF[point])

    assert learned[point].choice == choice


@deep_only
@pytest.mark.parametrize(("point", "choice"), BORDER)
def test_no_law_complains_of_a_choice_and_a_whole_run_learns_it(point: str, choice: str) -> None:
    profile = Profile.default(load_contract()).with_choices({point: choice})

    report = judge(profile)

    assert (report.findings, report.exit_code) == ((), 0)
    assert report.profile[point].choice == choice
    assert LAWS_OF[point] in report.profile[point].evidence


def test_every_choice_that_is_not_the_default_is_learned_together() -> None:
    choices = {
        "malformed-id": "error", "repeated-key": "last", "refusal-status": "403", "jsonp": "off",
        "false-members": "omit", "nulls": "write", "unknown-id": "not-found",
        "after-date-boundary": "inclusive",
    }  # fmt: skip
    profile = Profile.default(load_contract()).with_choices(choices)

    report = judge(profile)

    assert report.findings == ()
    assert {point: report.profile[point].choice for point in choices} == choices


@sampled(2)
def test_what_was_learned_is_served_and_learned_again(tmp_path: Path) -> None:
    odd = {"order": "oldest-first", "unknown-id": "not-found", "nulls": "write"}
    profile = Profile.default(load_contract()).with_choices(odd)

    save_learned(tmp_path / "learned.yaml", learn(profile, *LAWS_OF.values()))

    assert load_profile(tmp_path / "learned.yaml") == profile


def test_a_point_that_nothing_showed_is_unknown() -> None:
    assert merge_points([])["verbs"] == Measurement(choice="unknown")


def test_measurements_narrow_each_other() -> None:
    items = [
        Learned(point="naive-date-zone", choices=("utc", "+01:00"), law="L78-x", plan="p"),
        Learned(point="naive-date-zone", choices=("+01:00",), law="L78-x", plan="q"),
    ]

    assert merge_points(items)["naive-date-zone"].choice == "+01:00"


def test_measurements_that_contradict_each_other_are_unknown() -> None:
    items = [
        Learned(point="nulls", choices=("omit",), law="L58-x", plan="p"),
        Learned(point="nulls", choices=("write",), law="L58-x", plan="q"),
    ]

    assert merge_points(items)["nulls"].choice == "unknown"
