"""What shows only after something else: found, told as such, and replayed by its plan."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.facts import message_of
from mockserver.checks.forms.wording import certainty_words
from mockserver.checks.messages import Request, Response
from mockserver.checks.plan import parse_plan
from mockserver.score.trial import Trial, run_trial
from tests.checks.toy import Toy, build_rows
from tests.depth import deep_only, sampled

ROWS = build_rows(120)
Send = Callable[[Request], Response]


def remembering() -> Send:
    """Return a host whose cache forgets the case of ids."""
    toy, cache = Toy(rows=ROWS), {}

    def send(request: Request) -> Response:
        accept = dict(request.headers).get("accept")
        key = (request.method, request.path, request.auth, accept, request.query.lower())
        if key not in cache:
            cache[key] = toy(request)
        return replace(cache[key], request=request)

    return send


def shaken() -> Send:
    """Return a host that forgets the date in the list after a refusal."""
    toy, was_refused = Toy(rows=ROWS), [False]

    def send(request: Request) -> Response:
        query = request.query
        if was_refused[0] and query:
            query = "&".join(p for p in query.split("&") if not p.startswith("afterDate="))
        answer = toy(replace(request, query=query))
        was_refused[0] = answer.status == 401
        return replace(answer, request=request)

    return send


def run(send: Send, **options: object) -> Outcome:
    chosen = CheckOptions(**options)  # type: ignore[arg-type]  # each test names real options
    return run_laws(send, options=chosen, remaining=lambda: 250)


@pytest.mark.parametrize("build", [remembering, shaken])
def test_a_fault_that_needs_a_history_is_told_with_it_and_replays(
    build: Callable[[], Send],
) -> None:
    found = run(build(), max_drawn=10).findings

    historic = [f for f in found if f.evidence.certainty == "needs-history"]
    assert historic != []
    plan = historic[0].plan
    assert len(parse_plan(plan).before) >= 1
    assert run(build(), plan=plan).findings != []


def thinning() -> Send:
    """Return a host that loses the rows without a customer from its 40th answer on."""
    rows = [
        {**row, "mostRecentMessage": {**message_of(row), "customerId": None}} if i % 5 == 0 else row
        for i, row in enumerate(build_rows(60))
    ]
    kept = [row for row in rows if message_of(row)["customerId"] is not None]
    toys, numbers = (Toy(rows=rows), Toy(rows=kept)), count(1)
    return lambda request: toys[next(numbers) > 40](request)


def test_what_the_whole_run_shows_alone_is_told_so_and_no_plan_replays_it() -> None:
    found = next(f for f in run(thinning()).findings if f.law == "L102-rows-stay")

    assert found.evidence.certainty == "needs-history"
    assert found.evidence.is_of_run
    assert certainty_words(found) == "needs the whole run before it"


def test_a_callback_that_is_cut_is_found_by_the_long_name_of_a_library() -> None:
    toy = Toy(rows=ROWS)

    def send(request: Request) -> Response:
        answer = toy(request)
        name, call, rest = answer.body.partition(b"(")
        is_call = "callback=" in request.query and call and request.auth == "user"
        return replace(answer, body=name[:32] + call + rest) if is_call else answer

    assert {f.law for f in run(send, max_drawn=0).findings} == {"L18-jsonp"}


@sampled(2)
@pytest.mark.parametrize("bug", ["sign-out-ends-all", "second-poll-sticks"])
def test_what_goes_wrong_between_two_devices_of_a_user_is_found(bug: str) -> None:
    assert run_trial(Trial(bug=bug)).laws != ()


@sampled(1)
@pytest.mark.parametrize("bug", ["dated-list-for-all", "basic-takes-session"])
def test_what_one_user_leaves_to_another_is_found(bug: str) -> None:
    assert run_trial(Trial(bug=bug)).laws in (("L37-interleaved",), ("L87-one-list",))


@deep_only
def test_a_host_that_keeps_the_whole_list_in_its_first_type_is_asked_for_others() -> None:
    assert "L12-xml" in run_trial(Trial(bug="first-format-stays")).laws
