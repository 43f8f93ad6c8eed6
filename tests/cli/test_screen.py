import pytest

from mockserver.checks.engine import run_laws
from mockserver.checks.messages import Request
from mockserver.checks.verdicts import CheckOptions
from mockserver.cli.screen import build_screen
from tests.depth import deep_only

CHOICES = {"order": "oldest-first", "nulls": "write", "framework": "servicestack-8"}


@deep_only
@pytest.mark.parametrize(
    "choices", [pytest.param({}, id="default"), pytest.param(CHOICES, id="other")]
)
def test_every_law_that_is_screened_holds_on_the_screen(choices: dict[str, str]) -> None:
    outcome = run_laws(build_screen(choices), options=CheckOptions(profile=choices, max_drawn=5))

    assert outcome.findings == []
    assert outcome.laws["L72-session"].verdict == "holds"
    assert outcome.laws["L73-failed-sign-in"].verdict == "holds"


def test_a_path_that_is_nobody_s_is_404() -> None:
    assert build_screen()(Request(path="/nowhere")).status == 404
