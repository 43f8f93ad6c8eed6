"""Answer requests: the whole way of a request, from its bytes to the headers and body.

    guard                                            before the body is read
    find_space → open_entry → decide_fault           `arrive`; then whoever sends waits, if it must
    route → negotiate → bind → authenticate → admit → select → encode → finish →
    headers                                          `answer`
    close_entry                                      once it is sent, or never will be

The order is ServiceStack's own. Each step takes the exchange, changes it, and raises what the host
refuses; `write_refusal` alone writes errors. A path that is no operation's gets a page, or 404.
A question like an earlier one but for its date enters at `select`; polls.py knows it.
A bug is another `Steps` value: `replace(steps, select=wrong(steps.select))`.
"""

from dataclasses import dataclass

from mockserver.errors import MockServerError, ProblemError
from mockserver.server.pages.page_table import answer_page
from mockserver.server.request.answer_head import write_answer_head
from mockserver.server.request.answers import api_index, empty_batch, join_batch
from mockserver.server.request.authenticate import admit, authenticate
from mockserver.server.request.binding import bind_conversations, bind_sign_in
from mockserver.server.request.body_limits import refuse_unread_body
from mockserver.server.request.breaking import break_answer, decide_fault, refuse_by_fault
from mockserver.server.request.cors import answer_preflight, is_from_allowed_origin
from mockserver.server.request.encoding import encode_rows
from mockserver.server.request.entry import close_entry, fill_entry, note_crash, open_entry
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.find_space import find_space
from mockserver.server.request.preferences import read_preferences
from mockserver.server.request.refusal import (
    answer_crash,
    cut_unsendable,
    edge_answer,
    write_refusal,
)
from mockserver.server.request.routing import find_route, negotiate_style, unknown_operation
from mockserver.server.request.selecting import select_rows
from mockserver.server.request.sign_in import sign_in, tell_status
from mockserver.server.request.site_guard import demand_known_host, demand_same_site

__all__ = [
    "STEPS",
    "Steps",
    "guard",
    "answer",
    "answer_poll",
    "arrive",
    "close_entry",
    "crash",
    "foresee",
    "refuse_at_the_edge",
]


def pass_on(x: Exchange) -> None:
    """Leave the answer as it is: nothing is left to do once it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Hold the steps of the operations; a bug replaces one of them."""

    route: Step = find_route
    negotiate: Step = negotiate_style
    bind: Step = bind_conversations
    authenticate: Step = authenticate
    select: Step = select_rows
    encode: Step = encode_rows
    sign_in: Step = sign_in
    finish: Step = pass_on


STEPS = Steps()


def guard(x: Exchange) -> None:
    """Refuse what a page of another site sends, before the body is read."""
    try:
        demand_same_site(x)
    except ProblemError as error:
        write_refusal(x, error)


def refuse_at_the_edge(x: Exchange, status: int, *, allow: str | None = None) -> None:
    """Answer what Kestrel refuses before anybody behind it sees the request."""
    x.enter(x.spaces.default, x.request)
    x.answer = edge_answer(status, allow=allow)
    open_entry(x)
    _write(x)


def arrive(x: Exchange) -> None:
    """Find the space, open the journal's entry, and decide what is broken on purpose."""
    try:
        if x.answer is None:
            find_space(x)
            demand_known_host(x)
            read_preferences(x)
    except ProblemError as error:
        write_refusal(x, error)
    open_entry(x)
    if x.answer is None:
        decide_fault(x)


def foresee(x: Exchange, steps: Steps = STEPS, *, has_faults: bool = True) -> None:
    """Answer a request that nobody sent, in a space that is entered: nothing counts or keeps it."""
    if has_faults:
        decide_fault(x, is_counted=False)
    _take_steps(x, steps)


def answer(x: Exchange, steps: Steps = STEPS) -> None:
    """Answer a request that has arrived; nothing but sign-in and sign-out changes its space."""
    if x.answer is None:
        x.space.requests += 1
        _take_steps(x, steps)
    _write(x)


def answer_poll(x: Exchange) -> bool:
    """Answer an exchange of which all but the rows and the headers is settled by an earlier one.

    Returns:
        False where a step fails: nothing has happened, and another exchange goes the whole way,
        where the same is told.
    """
    try:
        STEPS.select(x)
        STEPS.encode(x)
    except Exception:
        return False
    x.space.requests += 1
    open_entry(x)
    fill_entry(x)
    return True


def crash(x: Exchange, error: Exception) -> None:
    """Answer 500 for a fault of the mock's own; the journal names the place."""
    if x.entry is None:
        open_entry(x)
    answer_crash(x)
    x.sent.clear()
    _write(x)
    note_crash(x, error)


def _take_steps(x: Exchange, steps: Steps) -> None:
    try:
        _answer(x, steps)
    except MockServerError as error:
        write_refusal(x, error)
    cut_unsendable(x)
    steps.finish(x)
    break_answer(x)


def _write(x: Exchange) -> None:
    write_answer_head(x)
    fill_entry(x)


def _answer(x: Exchange, steps: Steps) -> None:
    refuse_unread_body(x)
    if x.answer is None:
        answer_preflight(x)
    if x.answer is not None:
        return
    steps.route(x)
    if x.route is None:
        x.answer = answer_page(x)
        if x.answer is None:
            x.answer = Answer(status=404, is_framework=False, is_chunked=False)
        else:
            x.answer.has_cors = is_from_allowed_origin(x)
        return
    steps.negotiate(x)
    refuse_by_fault(x)
    match x.route.operation:
        case "ListConversations":
            _list_conversations(x, steps)
        case "Authenticate":
            bind_sign_in(x)
            steps.sign_in(x)
        case "GetAuthStatus":
            tell_status(x)
        case "ApiIndex":
            x.answer = api_index(x.request, x.quirks)
        case _:
            raise unknown_operation(x.route, x.quirks)


def _list_conversations(x: Exchange, steps: Steps) -> None:
    assert x.route is not None
    steps.bind(x)
    if not x.bound:
        # Nobody has to sign in for a batch of nothing.
        x.answer = empty_batch()
        return
    steps.authenticate(x)
    admit(x)
    answers = []
    for wanted in x.bound:
        x.wanted = wanted
        steps.select(x)
        steps.encode(x)
        assert x.answer is not None
        answers.append(x.answer)
    if x.route.is_batch:
        x.answer = join_batch(answers)
