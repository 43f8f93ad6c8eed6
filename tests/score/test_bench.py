from mockserver.bugs.table import BUGS
from mockserver.score.bench import (
    Score,
    bug_trials,
    describe,
    has_failed,
    kill_rates,
    run_trials,
    score_to_json,
    variation_trials,
)
from mockserver.score.trial import Result, Trial
from mockserver.score.variations import VARIATIONS
from tests.depth import deep_only


def result(trial: Trial, *laws: str, first: int | None = None) -> Result:
    return Result(
        trial=trial,
        laws=laws,
        plans=tuple(f"{law} x: wrong" for law in laws),
        first=first,
        requests=200,
        seconds=1.5,
    )


FOUND = result(Trial(bug="list-bare"), "L16-schema", "L06-union", first=1)
LOST = result(Trial(bug="id-missing"))
QUIET = result(Trial(variation="gzip"))


def test_every_bug_is_tried_unless_some_are_named() -> None:
    assert [trial.bug for trial in bug_trials()] == list(BUGS)
    assert bug_trials(["list-bare"], variation="moving") == [
        Trial(variation="moving", bug="list-bare")
    ]


def test_each_round_of_the_variations_has_its_seed() -> None:
    asked = variation_trials(rounds=2, names=["gzip"])

    assert asked == [Trial(variation="gzip", seed=0), Trial(variation="gzip", seed=1)]
    assert len(variation_trials()) == len(VARIATIONS)


def test_the_kill_rate_is_by_category() -> None:
    assert kill_rates([FOUND, LOST]) == {"schema": (1, 2), "all": (1, 2)}


def test_the_lines_name_survivors_laws_and_cost() -> None:
    assert describe(Score(still=(FOUND, LOST), variations=(QUIET,))) == [
        "bugs:",
        "     1 of    2  schema",
        "     1 of    2  all",
        "  survivors, not known: id-missing",
        "  caught by: L16-schema 1, L06-union 1",
        "  requests to the first catch: median 1, most 1",
        "  a run: at most 200 requests and 1.5 s",
        "servers without a bug: 0 alarms in 1 runs",
        "  a run: at most 200 requests and 1.5 s",
    ]


def test_an_alarm_is_shown_with_what_raised_it() -> None:
    alarm = result(Trial(variation="gzip", seed=3), "L12-xml")

    lines = describe(Score(variations=(alarm,)))

    assert lines[:2] == [
        "servers without a bug: 1 alarms in 1 runs",
        "  gzip (seed 3): L12-xml x: wrong",
    ]


def test_a_survivor_or_an_alarm_fails_the_score() -> None:
    assert not has_failed(Score(still=(FOUND,), variations=(QUIET,)))
    assert has_failed(Score(still=(LOST,)))
    assert has_failed(Score(variations=(result(Trial(), "L12-xml"),)))


def test_the_report_holds_every_result() -> None:
    written = score_to_json(Score(still=(FOUND,), variations=(QUIET,)))

    assert written["kills"]["still"] == {"schema": (1, 1), "all": (1, 1)}
    assert written["still"][0]["laws"] == ["L16-schema", "L06-union"]
    assert written["variations"][0]["variation"] == "gzip"


@deep_only
def test_trials_run_in_worker_processes_in_order() -> None:
    asked = [Trial(variation="one"), Trial(variation="empty")]

    found = list(run_trials(asked, jobs=2))

    assert [one.trial for one in found] == asked
    assert [one.laws for one in found] == [(), ()]
