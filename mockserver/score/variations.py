"""Hold servers that keep the contract in other ways than the default: no law may complain."""

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.bugs.bug import (
    LISTS,
    Change,
    answer_of,
    asking,
    encoding,
    finishing,
    format_of,
    head_as_get,
    message_of,
    reading,
    run_as,
    showing,
    style_of,
    with_lists,
    with_message,
    writing,
)
from mockserver.contract import load_contract
from mockserver.models import ConversationInfo, ListConversations
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.server.request.path import Steps

__all__ = ["VARIATIONS", "Variation"]

_LONG = 500
_LENGTHS = (b"content-length", b"transfer-encoding")
_EXTRA = {
    "naive-date-zone": ("+02:00", "-08:00"),
    "row-cap": ("100", "250"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """Describe one server that does nothing wrong.

    Attributes:
        choices: of its profile.
        size: its rows; None for the scenario's own number.
        change: what its steps do otherwise.
        wrap: what is around the app.
        move_seconds: between two moves of its data; None where it stands still.
    """

    name: str
    help: str
    scenario: str = "default"
    size: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    change: Change = lambda steps: steps
    wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app
    move_seconds: float | None = None
    user: str = "max"
    other_user: str | None = "uma"


def _choices() -> list[Variation]:
    """Return one variation for each choice of each point that is not its default."""
    return [
        Variation(
            name=f"{point.name}={choice}",
            help=f"{point.name} is {choice}",
            choices={point.name: choice},
        )
        for point in load_contract().points.values()
        for choice in (*point.choices, *_EXTRA.get(point.name, ()))
        if choice != point.default
    ]


def _more_members(x: Exchange, right: Step) -> Answer:
    """Add a member to every message, in every format."""
    texts = {
        "json": (b'"direction":', b'"channel":"sms","direction":'),
        "jsonl": (b'"direction":', b'"channel":"sms","direction":'),
        "jsv": (b",direction:", b",channel:sms,direction:"),
        "csv": (b",direction:", b",channel:sms,direction:"),
        "xml": (b"<Date>", b"<Channel>sms</Channel><Date>"),
    }
    answer = answer_of(x, right)
    before, after = texts.get(format_of(x) or "", (b"", b""))
    return replace(answer, body=answer.body.replace(before, after), parts=None)


def _more_envelope(body: bytes) -> bytes:
    """Add members beside the list."""
    end = body.rindex(b"}")
    return body[:end] + b',"total":null,"responseStatus":null' + body[end:]


class _Packed:
    """Pack long answers for who takes gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        takes = any(b"gzip" in v for k, v in scope.get("headers", ()) if k == b"accept-encoding")
        if scope["type"] != "http" or not takes or scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def pack(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body = message["body"]
            if len(body) > _LONG:
                body = gzip.compress(body, 1)
                kept = [h for h in start["headers"] if h[0] not in _LENGTHS]
                kept += [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(body))]
                start = {**start, "headers": [*kept, (b"vary", b"Accept-Encoding")]}
            await send(start)
            await send({**message, "body": body})

        await self._app(scope, receive, pack)


def _dates(change: Callable[[str], str]) -> Change:
    def show(row: ConversationInfo) -> ConversationInfo:
        date = message_of(row).date
        return row if date is None else with_message(row, date=change(date))

    return showing(show)


def _seven_digits(date: str) -> str:
    return re.sub(r"(\.\d{3})Z", r"\g<1>0000Z", date)


def _to_offset(date: str) -> str:
    return date.replace("Z", "+00:00")


def _lower(request: ListConversations) -> ListConversations:
    """Compare ids in any case."""
    lists = {}
    for name in LISTS:
        ids = getattr(request, name)
        if ids:
            lists[name] = tuple(one and one.lower().strip() for one in ids)
    return with_lists(request, lists)


def _encoded_comma(parts: list[str]) -> list[str]:
    """Split lists at commas that are sent as such, not at encoded ones."""
    return [re.sub("%2[Cc]", "%5F", part) for part in parts]


def _seconds_only(request: ListConversations) -> ListConversations:
    if request.after_date is None:
        return request
    return replace(request, after_date=re.sub(r"(:\d\d)\.\d+", r"\1", request.after_date))


def _problem(x: Exchange, answer: Answer) -> Answer:
    if answer.status < 400 or b"conversations" not in x.request.raw_path:
        return answer
    body = b'{"type":"about:blank","title":"Refused","status":%d}' % answer.status
    return replace(
        answer, body=body, content_type="application/problem+json", is_chunked=False, reason=None
    )


def _no_store(x: Exchange, answer: Answer) -> Answer:
    return replace(answer, headers=[*answer.headers, ("Cache-Control", "private, no-store")])


def _tagged(x: Exchange, answer: Answer) -> Answer:
    """Send honest tags, and 304 where they match."""
    if answer.status != 200:
        return answer
    tag = f'"{abs(hash(answer.body)):x}"'
    headers = [*answer.headers, ("ETag", tag), ("Cache-Control", "private, no-cache")]
    if tag in (x.request.header(b"if-none-match") or ""):
        return replace(answer, status=304, body=b"", content_type=None, headers=headers)
    return replace(answer, headers=headers)


def _closing(x: Exchange, answer: Answer) -> Answer:
    return replace(answer, headers=[*answer.headers, ("Connection", "close")])


def _no_suffix(steps: Steps) -> Steps:
    """Know no path with a suffix."""

    def route(x: Exchange) -> None:
        if not x.request.path.startswith("/conversations."):
            steps.route(x)

    return replace(steps, route=route)


def _of_another_framework(change: Change) -> Change:
    """Return a change on a host that has no route of the framework."""

    def changed(steps: Steps) -> Steps:
        def route(x: Exchange) -> None:
            path = x.request.path
            if not (path.startswith("/api/") or "/reply/" in path):
                steps.route(x)

        return change(replace(steps, route=route))

    return changed


def _indented(x: Exchange, right: Step) -> Answer:
    style = style_of(x)
    if format_of(x) == "json":
        style = replace(style, options=replace(style.options, indent=True))
    return answer_of(x, lambda x: run_as(x, right, style=style))


def _two_sixes(choices: Sequence[str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in choices)


VARIATIONS: Mapping[str, Variation] = {
    v.name: v
    for v in (
        Variation(name="default", help="the mock as it comes"),
        Variation(
            name="sees-all", help="a user who sees every account", user="ada", other_user=None
        ),
        *_choices(),
        Variation(
            name="eight-and-strict",
            help="8.x with several other choices at once",
            choices=_two_sixes(
                [
                    "framework=servicestack-8",
                    "unknown-id=not-found",
                    "order=as-stored",
                    "nulls=write",
                    "after-date-boundary=inclusive",
                ]
            ),
        ),
        Variation(name="empty", help="no conversation", scenario="empty"),
        Variation(name="one", help="one conversation", scenario="one"),
        Variation(name="tiny", help="four conversations", size=4),
        Variation(name="unicode", help="other scripts", scenario="unicode"),
        Variation(name="nulls", help="rows without this or that", scenario="nulls", user="ada"),
        Variation(name="busy", help="messages arrive", scenario="busy"),
        Variation(name="long", help="3,500 conversations", size=3500),
        Variation(name="moving", help="a row moves every 100 ms", move_seconds=0.1),
        Variation(name="moving-fast", help="a row moves every 10 ms", move_seconds=0.01),
        Variation(
            name="moving-eight",
            help="8.x, and a row moves every 50 ms",
            move_seconds=0.05,
            choices={"framework": "servicestack-8", "order": "unstable"},
        ),
        Variation(
            name="more-members", help="rows have more members", change=encoding(_more_members)
        ),
        Variation(
            name="more-envelope",
            help="the answer has more members",
            change=writing(_more_envelope, "json"),
        ),
        Variation(name="indented", help="JSON with white space", change=encoding(_indented)),
        Variation(name="no-suffixes", help="no path has a suffix", change=_no_suffix),
        Variation(
            name="dates-in-seconds",
            help="dates to the second",
            change=_dates(lambda d: re.sub(r"\.\d+Z", "Z", d)),
        ),
        Variation(
            name="dates-in-ticks", help="dates of seven digits", change=_dates(_seven_digits)
        ),
        Variation(name="dates-with-offset", help="dates end in +00:00", change=_dates(_to_offset)),
        Variation(
            name="dates-without-zone", help="dates name no zone", change=_dates(lambda d: d[:-1])
        ),
        Variation(
            name="boundary-in-seconds", help="afterDate to the second", change=asking(_seconds_only)
        ),
        Variation(name="any-case", help="ids in any case and spacing", change=asking(_lower)),
        Variation(
            name="encoded-comma",
            help="%2C does not part ids, on a host without the framework's routes",
            change=_of_another_framework(reading(_encoded_comma)),
        ),
        Variation(name="problem-json", help="errors as problem+json", change=finishing(_problem)),
        Variation(name="no-store", help="nothing may be cached", change=finishing(_no_store)),
        Variation(name="tags", help="honest ETags", change=finishing(_tagged)),
        Variation(name="head", help="HEAD is answered", change=head_as_get),
        Variation(name="gzip", help="long answers are packed", wrap=_Packed),
        Variation(name="no-keep-alive", help="a connection an answer", change=finishing(_closing)),
    )
}
