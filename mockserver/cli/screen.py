"""Answer the checker's requests from a mock in this process, without a socket.

A law that fails here is our own fault, not the target's; checks/ gets this as a function.
"""

import time
from collections.abc import Callable, Mapping

from mockserver.checks.messages import Request, Response
from mockserver.checks.sending.guards import SIGN_IN
from mockserver.checks.sending.identity import Identities
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.contract import load_contract
from mockserver.profile import Profile
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.path import STEPS, Steps, answer, arrive, close_entry
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request as ServerRequest
from mockserver.world.scenario import Scenario, load_scenario

__all__ = ["build_screen"]


def build_screen(
    choices: Mapping[str, str] | None = None,
    *,
    scenario: Scenario | None = None,
    steps: Steps = STEPS,
    unix_seconds: float | None = None,
) -> Callable[[Request], Response]:
    """Return a function that answers as a mock with those choices does.

    It asks as the first user who sees every account.

    Args:
        choices: point → choice; the contract's defaults stand for the rest.
        scenario: what it serves; `default`, its clock stopped, when absent.
        steps: the steps of the operations.
        unix_seconds: when it starts; now when absent.
    """
    chosen = scenario or load_scenario(clock="frozen")
    profile = Profile.default(load_contract()).with_choices(chosen.profile)
    profile = profile.with_choices(choices or {})
    began = time.time() if unix_seconds is None else unix_seconds
    spaces = Spaces(build_start(chosen, unix_seconds=began, profile=profile))
    identities = _identities(chosen)

    def screen(request: Request) -> Response:
        x = Exchange(_asked(request, identities), spaces, time.perf_counter())
        arrive(x)
        answer(x, steps)
        close_entry(x)
        assert x.answer is not None
        if request.path == SIGN_IN:
            identities.keep(x.jar.values, is_own=False)
        return Response(
            status=x.answer.status,
            reason="",
            headers=tuple((name.decode(), value.decode("latin-1")) for name, value in x.sent),
            body=b"" if request.method == "HEAD" else x.answer.body,
            elapsed_seconds=time.perf_counter() - x.started,
            request=request,
            typed_name=identities.name(request.auth),
        )

    return screen


def _identities(scenario: Scenario) -> Identities:
    users = [user for user in scenario.users if user.account_ids is None]
    password = Secret(users[0].password.reveal())
    options = TargetOptions(url="http://localhost", user=users[0].username, password=password)
    return Identities(options, options.resolve())


def _asked(request: Request, identities: Identities) -> ServerRequest:
    """Return what the client would have sent for a request."""
    headers = [("host", "localhost"), *request.headers]
    body = request.body or b""
    if request.path == SIGN_IN:
        headers += identities.sign_in_headers(request)
        body = identities.body(request)
    else:
        headers += identities.headers(request.auth)
    if "accept" not in {name.lower() for name, _ in headers}:
        headers.append(("accept", "application/json"))
    return ServerRequest(
        method=request.method,
        raw_path=request.path.encode(),
        query=identities.query(request).encode(),
        headers=tuple(
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in headers
            if value or name.lower() != "accept"
        ),
        body=body,
    )
