"""Answer requests: the request's whole way in one readable function, `answer`.

preflight → route (404 ends here) → negotiate → bind → authenticate → select → encode → finish. Any
step raises; one handler, replies.refuse, writes every error in the server's dialect. The steps are
the fields of one `Steps` value. asgi.py joins this to sockets and pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mockserver.errors import FieldError, FrameworkError, ProblemError, RequestError
from mockserver.models import ListConversations
from mockserver.server import replies, sign_in
from mockserver.server.auth import CookieJar, SessionIds, authenticate, read_session_ids
from mockserver.server.cors import add_cors, answer_preflight
from mockserver.server.exchange import Answer, Request
from mockserver.server.problem import problem_answer
from mockserver.server.replies import Style
from mockserver.server.rows import encode_rows
from mockserver.server.shapes import shape_key
from mockserver.server.sign_in import NotSignedInError
from mockserver.server.space import Space, new_session_id
from mockserver.wire.bind import bind_members, bind_request, split_batch
from mockserver.wire.dto import parse_js_config, user_info_dto
from mockserver.wire.negotiate import EmptyAcceptError, Negotiated, negotiate
from mockserver.wire.quirks import QUIRKS, Quirks
from mockserver.wire.route import Route, find_parameter, match_route, override_method
from mockserver.world.index import select
from mockserver.world.scenario import User
from mockserver.world.ticks import ticks_to_unix

__all__ = ["STEPS", "Steps", "answer", "answer_crash"]


def pass_on(space: Space, request: Request, reply: Answer) -> Answer:
    """Return the answer as it is: nothing is left to do once it is written."""
    return reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Hold the steps of the operation; a bug replaces one of them."""

    route: Callable[..., Route | None] = match_route
    negotiate: Callable[..., Negotiated] = negotiate
    bind: Callable[..., ListConversations] = bind_request
    authenticate: Callable[..., User | None] = authenticate
    select: Callable[..., Sequence[int]] = select
    encode: Callable[..., Answer] = encode_rows
    sign_in: Callable[..., Answer] = sign_in.run_authenticate
    finish: Callable[..., Answer] = pass_on


STEPS = Steps()


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """Hold what is known of a request so far, for whoever writes the answer."""

    space: Space
    request: Request
    quirks: Quirks
    ids: SessionIds
    jar: CookieJar
    style: Style | None = None
    asked: ListConversations | None = None


def answer(space: Space, request: Request, steps: Steps) -> Answer | None:
    """Return the host's answer; None where the path is none of the host's operations.

    A request changes `space` only by commands: sign-in and sign-out.
    """
    exchange = _exchange(space, request)
    try:
        reply = answer_preflight(request, space.scenario.cors_origins) or _answer(exchange, steps)
    except EmptyAcceptError:
        return Answer(is_framework=False, is_chunked=False)
    except NotSignedInError:
        assert exchange.style is not None
        reply = replies.challenge(request, exchange.style)
    except RequestError as error:
        assert exchange.style is not None
        reply = replies.refuse(error, request, exchange.style)
        reply.asked = exchange.asked
    if reply is not None:
        reply = steps.finish(space, request, reply)
        reply.cookies = exchange.jar.values
        add_cors(reply, request, space.scenario.cors_origins)
    return reply


def answer_crash(space: Space, request: Request) -> Answer:
    """Return the 500 for a fault of the mock's own, in the negotiated format where that is known."""
    message = "The mock failed at this request; its output says where."
    error = FrameworkError(message, status=500, error_code="InternalServerError")
    try:
        found = _shape(_exchange(space, request), STEPS)
        if found is not None:
            reply = replies.refuse(error, request, found[1])
            add_cors(reply, request, space.scenario.cors_origins)
            return reply
    except Exception as again:
        # What failed first may fail here too, and has been told.
        error.add_note(str(again))
    problem = ProblemError(message, status=500)
    return problem_answer(problem, request, space.scenario.cors_origins)


def _exchange(space: Space, request: Request) -> _Exchange:
    return _Exchange(
        space=space,
        request=request,
        quirks=QUIRKS[space.profile["framework"]],
        ids=read_session_ids(request),
        jar=CookieJar(request, ticks_to_unix(space.now_ticks())),
    )


def _answer(exchange: _Exchange, steps: Steps) -> Answer | None:
    space, request = exchange.space, exchange.request
    # A bug may break any rule that a cache rests on.
    shape = shape_key(request) if steps is STEPS else None
    found = space.shapes.find(shape, space.profile) or _shape(exchange, steps)
    if found is None:
        return None
    route, style = found
    exchange.style = style
    if route.operation != "ListConversations" or route.is_batch:
        return _answer_otherwise(exchange, route, style, steps)
    if shape is not None and style.page is None:
        space.shapes.keep(shape, route, style)
    asked = _bind(exchange, route, steps)
    user = _demand_user(exchange, route, steps)
    exchange.asked = asked
    reply = steps.encode(space, _select(exchange, asked, user, steps), style)
    reply.asked = asked
    session = space.sessions.get(exchange.ids.in_force or "")
    reply.until_ticks = None if session is None else session.expires_ticks
    return reply


def _shape(exchange: _Exchange, steps: Steps) -> tuple[Route, Style] | None:
    """Return the route and the style of the answer; None where the path is no operation's."""
    request, quirks = exchange.request, exchange.quirks
    override = request.header(b"x-http-method-override")
    method = override_method(request.method, override, request.pairs, request.form)
    route = steps.route(method, request.path, quirks)
    return None if route is None else (route, _settle(exchange, route, steps))


def _answer_otherwise(exchange: _Exchange, route: Route, style: Style, steps: Steps) -> Answer:
    """Answer what is not one plain request to list conversations."""
    match route.operation:
        case "ListConversations":
            return _batch(exchange, route, steps)
        case "Authenticate":
            return _authenticate(exchange, route, style, steps)
        case "GetAuthStatus":
            return _auth_status(exchange, style)
        case "ApiIndex":
            return replies.api_index(exchange.request, exchange.quirks)
    raise _unknown_operation(route, exchange.quirks)


def _bind(exchange: _Exchange, route: Route, steps: Steps) -> ListConversations:
    request = exchange.request
    content_type = request.header(b"content-type")
    return steps.bind(route, request.query, request.body, content_type, quirks=exchange.quirks)


def _demand_user(exchange: _Exchange, route: Route, steps: Steps) -> User:
    """Return who asks; refuse a stranger, and a verb that the service does not have."""
    space = exchange.space
    user = steps.authenticate(space, exchange.request, exchange.ids, exchange.jar, exchange.quirks)
    if user is None:
        _set_ids_of_a_stranger(exchange)
        raise NotSignedInError
    if route.method != "GET" and (not route.method or space.profile["verbs"] == "get"):
        raise _no_such_method(route.method)
    return user


def _select(
    exchange: _Exchange, asked: ListConversations, user: User, steps: Steps
) -> Sequence[int]:
    space = exchange.space
    return steps.select(
        space.world,
        asked,
        space.profile,
        account_ids=user.account_ids,
        now_ticks=space.now_ticks(),
        space=space.name,
        request_number=space.requests,
    )


def _batch(exchange: _Exchange, route: Route, steps: Steps) -> Answer:
    """Answer a list of requests by a list of answers."""
    assert exchange.style is not None
    bodies = split_batch(route, exchange.request.body)
    requests = [replace(exchange.request, body=body) for body in bodies]
    asked = [_bind(replace(exchange, request=one), route, steps) for one in requests]
    if not asked:
        return replies.empty_batch()
    user = _demand_user(exchange, route, steps)
    return replies.join_batch(
        [
            steps.encode(exchange.space, _select(exchange, one, user, steps), exchange.style)
            for one in asked
        ]
    )


def _settle(exchange: _Exchange, route: Route, steps: Steps) -> Style:
    """Return the style of every answer to this request, refusals included."""
    space, request, quirks = exchange.space, exchange.request, exchange.quirks
    negotiated = steps.negotiate(
        route,
        request.pairs,
        request.lines(b"accept"),
        request.header(b"content-type"),
        default=space.profile["default-media-type"],
        quirks=quirks,
    )
    query = request.query.decode("latin-1")
    options = parse_js_config(
        find_parameter(request.pairs, "jsconfig") or "",
        include_nulls=space.profile["nulls"] == "write",
        knows_type_info=quirks.knows_type_info,
    )
    return Style(
        negotiated=negotiated,
        quirks=quirks,
        options=options,
        operation=route.operation,
        challenge=space.profile["provider-order"],
        page=(_way_up(request.path), query) if negotiated.format == "html" else None,
    )


def _way_up(path: str) -> str:
    """Return the relative way from a page to the folder in which the API's paths are.

    It is relative because a space's prefix stands before the path.
    """
    return "/".join([".."] * (path.count("/") - 1)) or "."


def _authenticate(exchange: _Exchange, route: Route, style: Style, steps: Steps) -> Answer:
    request = exchange.request
    members = bind_members(
        route,
        request.query,
        request.body,
        request.header(b"content-type"),
        quirks=exchange.quirks,
    )
    if route.provider is not None:
        members["provider"] = route.provider
    return steps.sign_in(
        exchange.space,
        request,
        verb=route.method,
        ids=exchange.ids,
        jar=exchange.jar,
        style=style,
        members=members,
    )


def _auth_status(exchange: _Exchange, style: Style) -> Answer:
    """Answer the vendor's GetAuthStatus, which nobody is refused."""
    try:
        user = authenticate(
            exchange.space, exchange.request, exchange.ids, exchange.jar, exchange.quirks
        )
    except RequestError:
        user = None
    return replies.dto_answer(style, user_info_dto(sign_in.auth_status(exchange.space, user)))


def _set_ids_of_a_stranger(exchange: _Exchange) -> None:
    """Give a client without a session id both cookies; here the permanent one comes first."""
    if exchange.ids.in_force is None:
        exchange.jar.set_for_years("ss-pid", new_session_id(exchange.space.name))
        exchange.jar.set("ss-id", new_session_id(exchange.space.name))


def _unknown_operation(route: Route, quirks: Quirks) -> FrameworkError:
    if route.name is None:
        return FrameworkError(
            "Object reference not set to an instance of an object.",
            status=500,
            error_code="NullReferenceException",
        )
    message = quirks.unknown_operation.format(name=route.name)
    return FrameworkError(message, status=405, error_code="NotImplementedException")


def _no_such_method(method: str) -> FrameworkError:
    if not method:
        code = "ArgumentOutOfRangeException"
        message = "Index and length must refer to a location within the string."
        field = FieldError(error_code=code, field_name="length", message=message)
        message += " (Parameter 'length')"
        return FrameworkError(message, status=400, error_code=code, field_errors=(field,))
    name = method.capitalize()
    message = (
        f"Could not find method named {name}(ListConversations) or Any(ListConversations) on "
        "Service ConversationsService"
    )
    return FrameworkError(message, status=405, error_code="NotImplementedException")
