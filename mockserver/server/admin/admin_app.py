"""Serve the admin API under `/__admin`: guards, routes, and problem details for every error.

It is described by admin_openapi.yaml. admin_routes.py lists the routes, and the modules whose
names end in `handlers` do the work; here is who may ask, and how a request becomes arguments.
"""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from mockserver.documents.json_schema import Schema
from mockserver.documents.places import split_pointer
from mockserver.documents.plain_data import parse_json
from mockserver.errors import ProblemError, UsageError, describe_crash
from mockserver.server.mask import mask_path
from mockserver.server.problem import PROBLEM_TYPE, problem_body
from mockserver.server.request.cors import is_allowed_origin
from mockserver.server.request.path import STEPS, Steps
from mockserver.server.request.site_guard import is_known_host
from mockserver.space.space import Space
from mockserver.space.spaces import Spaces

__all__ = ["Admin", "Asked", "Handler", "Operation", "Reply", "contradiction"]

_T = TypeVar("_T")
_LOG = logging.getLogger("mockserver")
_PAGE = re.compile(r"/__admin(?:/|/assets/[a-z.]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold a request to the admin API as its handlers see it."""

    spaces: Spaces
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    origin: str
    receive: Receive
    schema: Schema | None = None
    steps_in: Callable[[Space], Steps] = lambda _space: STEPS

    async def while_there(self, waiting: Coroutine[Any, Any, _T]) -> _T:
        """Return what a client waits for.

        Raises:
            ClientDisconnect: it is gone; nobody waits any more.
        """
        task, gone = asyncio.ensure_future(waiting), asyncio.ensure_future(self._leave())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientDisconnect
            return await task
        finally:
            task.cancel()
            gone.cancel()

    async def _leave(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    @property
    def space(self) -> Space:
        """Return the space that the path names."""
        return self.spaces.get(self.path["space"])

    def json(self) -> Any:
        """Return the body as JSON, as the operation's schema says.

        Raises:
            ProblemError: it is no JSON, or does not fit (400, 422).
        """
        try:
            value = parse_json(self.body)
        except UsageError as exc:
            raise ProblemError(f"the body cannot be read: {exc}", status=400) from exc
        wrong = None if self.schema is None else self.schema.find_wrong(value)
        if wrong is not None:
            raise ProblemError(wrong.text, status=422, pointer=wrong.member_pointer)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Hold what a handler answers; `value` is JSON unless it is bytes."""

    value: Any = None
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Asked], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Say how one path and method are answered.

    Attributes:
        query: the parameters it takes.
        body: the media types of its body; empty for none.
        schema: of its body where that is JSON.
        max_bytes: of its body.
    """

    method: str
    path: str
    handler: Handler
    max_bytes: int
    query: Sequence[str] = ()
    body: Sequence[str] = ()
    schema: Schema | None = None


class Admin:
    """Answer what is under `/__admin`, for whoever may ask.

    Args:
        token: what `Authorization: Bearer` must hold; None where everybody on this machine may.
        hosts: the names under which the server is reached, besides those of this machine.
        steps_in: gives the steps of a space, as the app has them.
    """

    def __init__(
        self,
        spaces: Spaces,
        operations: Sequence[Operation],
        *,
        token: str | None = None,
        hosts: Sequence[str] = (),
        steps_in: Callable[[Space], Steps] = lambda _space: STEPS,
    ) -> None:
        self._spaces = spaces
        self._steps_in = steps_in
        self._token = token
        self._hosts = tuple(hosts)
        paths = dict.fromkeys(operation.path for operation in operations)
        self._routes = [
            Route(f"/__admin{path}", self._endpoint([o for o in operations if o.path == path]))
            for path in paths
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            self._guard(request)
            response = await self._route(scope, receive, request)
        except ProblemError as error:
            response = _refusal(error)
        except ClientDisconnect:
            return
        except Exception as error:
            # A fault of the mock is told as every other error is.
            path = mask_path(request.url.path)[:200]
            _LOG.error("%s %r: %s", request.method, path, describe_crash(error))
            response = _refusal(
                ProblemError("the mock failed at this; its output says where", status=500)
            )
        response.headers["cache-control"] = "no-store"
        response.headers["x-content-type-options"] = "nosniff"
        await response(scope, receive, send)

    def _guard(self, request: Request) -> None:
        """Refuse who may not ask: a foreign name for this machine, another site, no token."""
        host = request.headers.get("host", "")
        if not host or not is_known_host(host, self._hosts):
            raise ProblemError(
                f"the Host {host[:80]!r} is none of this server's; add it by --allowed-host",
                status=403,
            )
        self._demand_own_page(request, host)
        if self._token is None:
            return
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogatepass")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token.encode()):
            # The page and its files only ask for the token.
            if request.method == "GET" and _PAGE.fullmatch(request.url.path):
                return
            raise ProblemError("send the token: Authorization: Bearer TOKEN", status=401)

    def _demand_own_page(self, request: Request, host: str) -> None:
        """Refuse the page of another site; a dev server passes on what its own page asks.

        Some proxies leave Host as it is, so that it agrees with Origin, and some write ours. What
        the browser says of the two sites arrives in any case, and no page can change it.
        """
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            if not is_allowed_origin(origin, self._spaces.start.scenario.cors_origins):
                raise ProblemError(
                    f"a page of {origin[:80]!r} may not ask here; allow it by --cors-origin",
                    status=403,
                )
        site = request.headers.get("sec-fetch-site", "none")
        if site not in ("none", "same-origin") and request.method != "GET":
            raise ProblemError(
                "a page of another site may not ask here; pass its requests on by a dev server",
                status=403,
            )

    async def _route(self, scope: Scope, receive: Receive, request: Request) -> Response:
        for route in self._routes:
            # The methods are the endpoint's matter: it answers 405 with problem details.
            match, child = route.matches(scope)
            if match is not Match.NONE:
                scope.update(child)
                response: Response = await route.endpoint(Request(scope, receive))
                return response
        raise ProblemError(f"there is no {request.url.path[:80]!r} here", status=404)

    def _endpoint(
        self, operations: Sequence[Operation]
    ) -> Callable[[Request], Awaitable[Response]]:
        by_method = {operation.method: operation for operation in operations}
        allowed = ", ".join(sorted(by_method))

        async def answer(request: Request) -> Response:
            operation = by_method.get(request.method)
            if operation is None:
                error = ProblemError(f"{request.method} is not for this path", status=405)
                response = _refusal(error)
                response.headers["allow"] = allowed
                return response
            asked = Asked(
                spaces=self._spaces,
                path=request.path_params,
                query=_read_query(request, operation),
                body=await _read_body(request, operation),
                origin=f"{request.url.scheme}://{request.headers['host']}",
                receive=request.receive,
                schema=operation.schema,
                steps_in=self._steps_in,
            )
            try:
                return _respond(await operation.handler(asked))
            except UsageError as exc:
                raise _as_problem(exc) from exc

        return answer


def _read_query(request: Request, operation: Operation) -> Mapping[str, str]:
    for name in request.query_params:
        if name not in operation.query:
            known = ", ".join(operation.query) or "none"
            raise ProblemError(f"unknown parameter {name[:80]!r}; known: {known}", status=422)
    for name, value in request.query_params.multi_items():
        if len(request.query_params.getlist(name)) > 1:
            raise ProblemError(f"{name}={value[:80]!r} is there more than once", status=422)
    return dict(request.query_params)


async def _read_body(request: Request, operation: Operation) -> bytes:
    too_large = ProblemError(f"the body is over {operation.max_bytes} bytes", status=413)
    if int(request.headers.get("content-length", "0")) > operation.max_bytes:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > operation.max_bytes:
            raise too_large
    if operation.body:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in operation.body:
            wanted = " or ".join(operation.body)
            raise ProblemError(f"the content type is {given[:80]!r}, not {wanted}", status=415)
    return bytes(body)


def _respond(reply: Reply) -> Response:
    if reply.value is None:
        body = b""
    elif isinstance(reply.value, bytes):
        body = reply.value
    else:
        body = json.dumps(reply.value).encode()
    has_body = reply.value is not None
    response = Response(
        body, status_code=reply.status, media_type=reply.content_type if has_body else None
    )
    for name, value in reply.headers:
        response.headers[name] = value
    return response


def _refusal(error: ProblemError) -> Response:
    response = Response(problem_body(error), status_code=error.status, media_type=PROBLEM_TYPE)
    if error.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    return response


def contradiction(text: str, *, below: str = "") -> ProblemError:
    """Refuse a body whose parts are fine alone, as its schema says, and not together (409).

    Args:
        text: the sentence, which a JSON pointer may lead.
        below: the pointer to what the sentence is about.
    """
    pointer, said = split_pointer(text)
    return ProblemError(said, status=409, pointer=f"{below}{pointer or ''}")


def _as_problem(error: UsageError) -> ProblemError:
    """Return what is wrong with a body; a JSON pointer may lead its sentence."""
    pointer, text = split_pointer(str(error))
    return ProblemError(text, status=422, pointer="" if pointer == "/" else pointer)
