"""Decide what a fault does to an exchange, and carry it out in the answer.

broken_sending.py does what happens on the connection; faults.py holds the table.
"""

from dataclasses import replace

from mockserver.errors import FrameworkError, NotSignedInError, RequestError, ServiceError
from mockserver.server.pages.html_pages import login_page
from mockserver.server.pages.rendering import HTML, render
from mockserver.server.request.authenticate import claim_user
from mockserver.server.request.exchange import Answer, Exchange
from mockserver.wire.route import match_route

__all__ = ["break_answer", "decide_fault", "refuse_by_fault"]

# Status → title and line of the page that a proxy in front of the host would send.
_PROXY_PAGES = {
    502: ("502 Bad Gateway", "The server behind this proxy gave an answer that it cannot pass on."),
    503: ("503 Service Unavailable", "The server behind this proxy takes no requests right now."),
    504: ("504 Gateway Timeout", "The server behind this proxy did not answer in time."),
}
_ERRORS = {
    400: ("Bad Request", "ArgumentException"),
    403: ("Forbidden", "Forbidden"),
    404: ("Not Found", "NotFound"),
    500: ("Internal Server Error", "Exception"),
}
_RETRY_AFTER_SECONDS = 1


def decide_fault(x: Exchange, *, is_counted: bool = True) -> None:
    """Find out what the space's faults do to a request of the API; pages are never broken."""
    plan, request = x.space.faults, x.request
    if x.fault is None and plan is not None:
        if match_route(request.method, request.path, x.quirks) is not None:
            x.fault = plan.decide(
                request.path, request.pairs, lambda: claim_user(x), is_counted=is_counted
            )
    if x.fault is not None and x.entry is not None:
        x.entry.fault = "; ".join(x.fault.names)


def refuse_by_fault(x: Exchange) -> None:
    """Refuse in the host's own dialect where the fault is a status of the host.

    Raises:
        RequestError: it is.
    """
    fault = x.fault
    if fault is None or fault.fault != "status" or fault.parameters["code"] in _PROXY_PAGES:
        return
    assert x.route is not None
    assert x.style is not None
    if x.route.operation == "ApiIndex":
        return
    # The body of a refusal is the list's, whatever was asked for.
    x.style = replace(x.style, operation="ListConversations")
    code = int(fault.parameters["code"])
    if code == 401:
        x.jar.set_ids_of_a_stranger(x.space.name, x.request.head.ids)
        raise NotSignedInError
    raise _error(code)


def break_answer(x: Exchange) -> None:
    """Put what the fault sends in the place of the answer."""
    fault, answer = x.fault, x.answer
    assert answer is not None
    if fault is None:
        return
    match fault.fault:
        case "status":
            code = int(fault.parameters["code"])
            if code in _PROXY_PAGES:
                x.answer = answer = _page(code, _proxy_page(x, code))
            if code in (429, 503):
                seconds = fault.parameters.get("retry_after", _RETRY_AFTER_SECONDS)
                answer.headers = [*answer.headers, ("Retry-After", str(seconds))]
        case "broken-json":
            body = answer.body[: max(1, len(answer.body) // 2)].rstrip(b"]} \n") or b"{"
            if not body.startswith((b"{", b"[")):
                body = b'{"conversations":[{"id":"'
            x.answer = replace(
                answer,
                status=200,
                reason=None,
                content_type="application/json; charset=utf-8",
                body=body,
                parts=None,
            )
        case "sign-in-page":
            x.answer = _page(200, login_page(None, base_url=x.request.base_url, site=x.site))


def _error(code: int) -> RequestError:
    if code == 429:
        message = "Too Many Requests"
        return FrameworkError(message, status=429, error_code="TooManyRequests", reason=message)
    message, error_code = _ERRORS[code]
    return ServiceError(message, status=code, error_code=error_code, reason=message)


def _page(status: int, body: bytes) -> Answer:
    return Answer(
        status=status,
        content_type=HTML,
        body=body,
        is_framework=False,
        is_chunked=False,
        keeps_cookies=False,
        # A proxy may well add none; then a browser would tell an app of nothing but CORS.
        has_cors=True,
    )


def _proxy_page(x: Exchange, code: int) -> bytes:
    title, line = _PROXY_PAGES[code]
    return render("proxy_error.html", x.site, {"title": title, "line": line})
