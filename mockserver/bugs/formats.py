"""Hold the wrong ways to choose a format and to write it."""

import re
from collections.abc import Callable
from dataclasses import replace

from mockserver.bugs.bug import (
    Change,
    answer_of,
    encoding,
    finishing,
    format_of,
    in_category,
    message_of,
    run_as,
    showing,
    showing_list,
    style_of,
    with_message,
    writing,
)
from mockserver.models import ConversationInfo
from mockserver.server.request.exchange import Answer, Exchange, Step
from mockserver.wire.bind import query_pairs
from mockserver.wire.formats.encode import JSON_TYPE
from mockserver.wire.route import find_parameter

__all__ = ["FORMAT_BUGS"]

_NOT_BMP = re.compile("[\U00010000-\U0010ffff]")
_MAX_BYTES = 40_000


def _typed(format_name: str, content_type: str, *, callback: bool = False) -> Change:
    """Return the change of one format's media type."""

    def encode(x: Exchange, right: Step) -> Answer:
        answer = answer_of(x, right)
        is_call = style_of(x).negotiated.callback is not None
        if format_of(x) != format_name or is_call != callback:
            return answer
        return replace(answer, content_type=content_type)

    return encoding(encode)


def _negotiating(wrong: Callable[[Exchange, Step], None]) -> Change:
    """Return the change of `negotiate` by a function that sets the style."""
    return lambda steps: replace(steps, negotiate=lambda x: wrong(x, steps.negotiate))


def _calling(name_of: Callable[[Exchange, str | None], str | None]) -> Change:
    """Return the change of the function that JSONP calls."""

    def negotiate(x: Exchange, right: Step) -> None:
        right(x)
        style = style_of(x)
        callback = name_of(x, style.negotiated.callback)
        x.style = replace(style, negotiated=replace(style.negotiated, callback=callback))

    return _negotiating(negotiate)


def _raw(x: Exchange, callback: str | None) -> str | None:
    return find_parameter(x.request.pairs, "callback") or callback


def _no_format(x: Exchange, right: Step) -> None:
    parts = [
        part
        for part in x.request.query.split(b"&")
        if not any(name.lower() == "format" for name, _ in query_pairs(part))
    ]
    run_as(x, right, request=replace(x.request, query=b"&".join(parts)))


def _json_first(x: Exchange, right: Step) -> None:
    """Take any Accept header for JSON, and none for a page."""
    accept = b"application/json" if x.request.head.accept else b"text/html"
    others = [pair for pair in x.request.headers if pair[0] != b"accept"]
    run_as(x, right, request=replace(x.request, headers=(*others, (b"accept", accept))))


def _no_suffix(x: Exchange, right: Step) -> None:
    """Read `.xml` and the like as JSON."""
    route = x.route
    if route is not None and route.suffix is not None:
        route = replace(route, suffix="json")
    run_as(x, right, route=route)


def _flip(row: ConversationInfo) -> ConversationInfo:
    return with_message(row, is_unread=not message_of(row).is_unread)


def _has_ampersand(row: ConversationInfo) -> bool:
    message = message_of(row)
    texts = (message.text, message.sender, message.endpoint_display_name)
    return any("&" in (text or "") for text in texts)


def _retexted(change: Callable[[str], str]) -> Callable[[ConversationInfo], ConversationInfo]:
    def retext(row: ConversationInfo) -> ConversationInfo:
        text = message_of(row).text
        return row if text is None else with_message(row, text=change(text))

    return retext


def _to_the_second(row: ConversationInfo) -> ConversationInfo:
    date = message_of(row).date
    return row if date is None else with_message(row, date=re.sub(r"\.\d+", "", date))


def _latin(body: bytes) -> bytes:
    return body.decode().encode("latin-1", "replace")


def _cut(body: bytes) -> bytes:
    return body[:_MAX_BYTES]


def _cut_when_packed(x: Exchange, answer: Answer) -> Answer:
    """Lose the last row where the client takes gzip."""
    takes_gzip = "gzip" in (x.request.header(b"accept-encoding") or "")
    if not takes_gzip or answer.status != 200 or (answer.rows or 0) < 2:
        return answer
    if answer.content_type != JSON_TYPE:
        return answer
    last = answer.body.rindex(b',{"id":')
    return replace(answer, body=answer.body[:last] + b"]}", parts=None)


def _without_customer(rows: list[ConversationInfo]) -> list[ConversationInfo]:
    return [row for row in rows if message_of(row).customer_id is not None]


_bug = in_category("formats")

FORMAT_BUGS = (
    _bug(
        "xml-drops-ampersand",
        "XML leaves out rows with an ampersand",
        showing_list(lambda rows: [row for row in rows if not _has_ampersand(row)], "xml"),
    ),
    _bug(
        "xml-not-escaped",
        "XML writes ampersands as they are",
        writing(lambda b: b.replace(b"&amp;", b"&"), "xml"),
    ),
    _bug(
        "xml-escaped-twice",
        "XML writes &amp;amp;",
        writing(lambda b: b.replace(b"&", b"&amp;"), "xml"),
    ),
    _bug("xml-seconds", "XML writes dates to the second", showing(_to_the_second, "xml")),
    _bug(
        "xml-no-emoji",
        "XML replaces what is beyond 16 bits",
        showing(_retexted(lambda t: _NOT_BMP.sub("??", t)), "xml"),
    ),
    _bug(
        "xml-needs-customer",
        "XML leaves out rows without a customer",
        showing_list(_without_customer, "xml"),
    ),
    _bug("xml-typed-json", "XML says that it is JSON", _typed("xml", JSON_TYPE)),
    _bug("csv-unread-flipped", "CSV has isUnread the wrong way round", showing(_flip, "csv")),
    _bug(
        "csv-quotes-single",
        "CSV does not double its quotes",
        writing(lambda b: b.replace(b'""', b'"'), "csv"),
    ),
    _bug("csv-drops-last", "CSV lacks the last row", showing_list(lambda rows: rows[:-1], "csv")),
    _bug("csv-fifty", "CSV ends after fifty rows", showing_list(lambda rows: rows[:50], "csv")),
    _bug(
        "csv-folds-space",
        "CSV writes runs of white space as one space",
        showing(_retexted(lambda t: " ".join(t.split())), "csv"),
    ),
    _bug("jsv-not-quoted", "JSV quotes nothing", writing(lambda b: b.replace(b'"', b""), "jsv")),
    _bug(
        "jsv-drops-outgoing",
        "JSV lacks outgoing messages",
        showing_list(
            lambda rows: [r for r in rows if message_of(r).direction == "Incoming"], "jsv"
        ),
    ),
    _bug(
        "jsv-text-cut",
        "JSV cuts texts at 40 characters",
        showing(_retexted(lambda t: t[:40]), "jsv"),
    ),
    _bug(
        "jsonp-typed-json", "JSONP says that it is JSON", _typed("json", JSON_TYPE, callback=True)
    ),
    _bug(
        "jsonp-typed-html", "JSONP says that it is HTML", _typed("json", "text/html", callback=True)
    ),
    _bug(
        "callback-ignored",
        "`callback` does nothing where it has a dot",
        _calling(lambda x, name: None if name and "." in name else name),
    ),
    _bug(
        "callback-renamed",
        "JSONP calls the part of the name after the dot",
        _calling(lambda x, name: name and name.rpartition(".")[2]),
    ),
    _bug("callback-raw", "any text is called", _calling(_raw)),
    _bug("suffix-ignored", "a suffix answers JSON", _negotiating(_no_suffix)),
    _bug("format-ignored", "`format` does nothing", _negotiating(_no_format)),
    _bug("accept-ignored", "Accept is always read as JSON", _negotiating(_json_first)),
    _bug("json-typed-text", "JSON says that it is plain text", _typed("json", "text/plain")),
    _bug("json-latin", "JSON is written in Latin-1", writing(_latin, "json")),
    _bug("json-cut", "JSON ends after 40,000 bytes", writing(_cut, "json")),
    _bug("gzip-loses-row", "who takes gzip gets one row less", finishing(_cut_when_packed)),
)
