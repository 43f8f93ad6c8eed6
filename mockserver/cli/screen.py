"""Answer the checker's requests from a mock in this process, without a socket.

A law that fails here is our own fault, not the target's; checks/ gets this as a function.
"""

import time
from collections.abc import Callable, Mapping

from mockserver.checks.exchange import Request, Response
from mockserver.checks.guards import SIGN_IN
from mockserver.checks.identity import Identities
from mockserver.checks.target import Secret, TargetOptions
from mockserver.contract import load_contract
from mockserver.profile import Profile
from mockserver.server.app import STEPS, Steps, answer
from mockserver.server.exchange import Answer
from mockserver.server.exchange import Request as ServerRequest
from mockserver.server.space import Space, build_space
from mockserver.world.scenario import Scenario, load_scenario

__all__ = ["build_screen", "build_target_screen"]


def build_screen(
    choices: Mapping[str, str] | None = None,
    *,
    scenario: Scenario | None = None,
    steps: Steps = STEPS,
) -> Callable[[Request], Response]:
    """Return a function that answers as a mock with those choices does.

    Args:
        choices: point → choice; the contract's defaults stand for the rest.
        scenario: what it serves; `default`, its clock stopped, when absent.
        steps: the steps of the operation.
    """
    chosen = scenario or load_scenario(clock="frozen")
    profile = Profile.default(load_contract()).with_choices(chosen.profile)
    space = build_space(chosen, profile=profile.with_choices(choices or {}))
    return build_target_screen(space, steps=steps)


def build_target_screen(space: Space, *, steps: Steps = STEPS) -> Callable[[Request], Response]:
    """Return a function that answers from a space, as its first user who sees every account."""
    users = [user for user in space.scenario.users if user.account_ids is None]
    password = users[0].password.reveal()
    options = TargetOptions(
        url="http://localhost", user=users[0].username, password=Secret(password)
    )
    identities = Identities(options, options.resolve())

    def screen(request: Request) -> Response:
        started = time.perf_counter()
        reply = answer(space, _asked(request, identities), steps)
        if reply is None:
            reply = Answer(status=404, is_framework=False)
        if request.path == SIGN_IN:
            identities.keep(reply.cookies, is_own=False)
        headers = [*reply.headers, *(("set-cookie", line) for line in reply.cookies)]
        if reply.content_type is not None:
            headers.append(("content-type", reply.content_type))
        if reply.is_framework and reply.varies:
            headers.append(("vary", "Accept"))
        return Response(
            status=reply.status,
            reason="",
            headers=tuple(headers),
            body=b"" if request.method == "HEAD" else reply.body,
            elapsed_seconds=time.perf_counter() - started,
            request=request,
        )

    return screen


def _asked(request: Request, identities: Identities) -> ServerRequest:
    """Return what the client would have sent for a request."""
    headers = [("host", "localhost"), *request.headers]
    body = request.body or b""
    if request.path == SIGN_IN:
        headers.append(("content-type", "application/json"))
        body = identities.body(request.auth)
    else:
        headers += identities.headers(request.auth)
    if "accept" not in {name.lower() for name, _ in headers}:
        headers.append(("accept", "application/json"))
    return ServerRequest(
        method=request.method,
        raw_path=request.path.encode(),
        query=request.query.encode(),
        headers=tuple(
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in headers
            if value or name.lower() != "accept"
        ),
        body=body,
    )
