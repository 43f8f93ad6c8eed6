import random
from pathlib import Path
from typing import Any

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import filter_fields
from mockserver.checks.messages import Request, Response
from mockserver.contract import load_contract
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, sampled


def run(toy: Toy, **options: Any) -> Outcome:
    return run_laws(toy, options=CheckOptions(max_drawn=1, **options))


@sampled(2)
@pytest.mark.parametrize(
    ("count", "verdict"), [pytest.param(120, "holds"), pytest.param(1, "inconclusive")]
)
def test_a_run_says_whether_its_data_could_tell(count: int, verdict: str) -> None:
    assert run(Toy(rows=build_rows(count))).laws["L69-telling-data"].verdict == verdict


@deep_only
def test_a_run_says_that_every_point_is_as_expected() -> None:
    learned = run(Toy()).profile
    profile = {name: m.choice for name, m in learned.items() if m.choice != "unknown"}

    assert run(Toy(), profile=profile).laws["L70-profile"].verdict == "holds"


def test_a_point_that_was_seen_otherwise_is_named() -> None:
    result = run(Toy(), profile={"order": "oldest-first"}).laws["L70-profile"]

    assert (result.verdict, result.reason) == ("inconclusive", "seen otherwise: order")


@deep_only
def test_a_message_that_turns_unread_is_told_and_no_finding() -> None:
    rng = random.Random(4)

    def send(request: Request) -> Response:
        toy = Toy(rows=build_rows(40))
        for row in toy.rows:
            row["mostRecentMessage"]["isUnread"] = rng.random() < 0.5
        return toy(request)

    outcome = run_laws(send, options=CheckOptions(only=("L51", "L15")))

    assert outcome.findings == []
    assert "turned unread" in outcome.laws["L51-unread"].reason


def test_what_a_parameter_filters_is_read_from_the_contract(tmp_path: Path) -> None:
    text = Path("openapi.yaml").read_text()
    path = tmp_path / "other.yaml"
    path.write_text(text.replace("field: /endpointId", "field: /id"))

    fields = filter_fields(load_contract(path))
    outcome = run(Toy(), only=("L06",), fields=fields)

    assert fields["endpointIds"] == "/id"
    assert outcome.laws["L06-union"].verdict == "violated"


@deep_only
def test_a_list_that_is_empty_at_first_alone_is_found() -> None:
    asked: list[Request] = []

    def send(request: Request) -> Response:
        asked.append(request)
        return Toy(rows=[] if len(asked) == 1 else build_rows(40))(request)

    outcome = run_laws(send, options=CheckOptions(only=("L84",)))

    assert outcome.laws["L84-first-answer"].verdict == "violated"
    assert run(Toy(), only=("L84",)).laws["L84-first-answer"].verdict == "holds"
