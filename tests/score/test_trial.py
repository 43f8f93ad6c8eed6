import pytest

from mockserver.bugs.table import BUGS
from mockserver.score.bench import Score, describe, exit_code_of
from mockserver.score.trial import Trial, run_trial
from mockserver.score.variations import VARIATIONS
from tests.depth import deep_only, sampled

# One bug of each category; `mockserver score` runs them all.
SAMPLE = (
    "list-renamed",
    "empty-is-404",
    "open-without-header",
    "or-across-filters",
    "third-id-lost",
    "zone-ignored",
    "csv-unread-flipped",
    "cache-without-date",
    "second-empty",
    "account-opens",
    "unicode-is-500",
)
# Those of the shipped scenarios are tried by test_verdicts.py, and all of them by `make soak`.
QUIET = ("more-members", "gzip", "moving", "problem-json")
# Most bugs show in few requests; a run that has found one need not go on.
BUDGETS = (60, 120, 250)
EXTRA_REQUESTS = 100


def test_the_sample_has_one_bug_of_each_category() -> None:
    categories = [BUGS[name].category for name in SAMPLE]

    assert sorted(categories) == sorted({bug.category for bug in BUGS.values()})


@sampled(8)
@pytest.mark.parametrize("name", SAMPLE)
def test_a_bug_is_found(name: str) -> None:
    results = (run_trial(Trial(bug=name, budget=budget)) for budget in BUDGETS)

    result = next(result for result in results if result.laws)

    assert result.first is not None
    # Whatever confirms a finding and makes it small comes out of a purse of its own.
    assert result.first <= BUDGETS[-1] + EXTRA_REQUESTS
    assert result.first <= result.requests <= BUDGETS[-1] + EXTRA_REQUESTS


@deep_only
@pytest.mark.parametrize("name", ["endpoint-ignored", "xml-seconds"])
def test_a_bug_is_found_while_the_data_moves(name: str) -> None:
    trials = (Trial(variation="moving", bug=name, budget=budget) for budget in BUDGETS)

    assert any(run_trial(trial).laws for trial in trials)


@sampled(6)
@pytest.mark.parametrize("name", QUIET)
def test_a_server_that_does_nothing_wrong_raises_no_alarm(name: str) -> None:
    result = run_trial(Trial(variation=name))

    assert (result.plans, result.ended_by) == ((), "")


def test_there_are_at_least_twenty_variations() -> None:
    assert len(VARIATIONS) >= 20


def test_a_trial_that_fails_itself_is_no_verdict() -> None:
    result = run_trial(Trial(variation="no-such-server"))

    assert (result.laws, result.is_alarm) == ((), True)
    assert result.crashes[0].startswith("trial: KeyError at mockserver/score/trial.py:")


def test_a_score_with_a_crash_is_exit_6() -> None:
    crashed = run_trial(Trial(variation="no-such-server"))

    score = Score(variations=(crashed,))

    assert exit_code_of(score) == 6
    assert "the checker itself failed: trial: KeyError" in "\n".join(describe(score))
