"""Hold the wrong ways to choose a format and to write it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.bugs.bug import (
    Bug,
    Change,
    Encoding,
    Negotiation,
    encoding,
    finishing,
    message_of,
    negotiating,
    showing,
    with_message,
)
from mockserver.models import ConversationInfo
from mockserver.server.app import Steps
from mockserver.server.exchange import Answer, Request
from mockserver.wire.negotiate import Negotiated
from mockserver.wire.route import find_parameter

__all__ = ["FORMAT_BUGS"]

_JSON = "application/json; charset=utf-8"
_NOT_BMP = re.compile("[\U00010000-\U0010ffff]")
_MAX_BYTES = 40_000


def _body(format_name: str, change: Callable[[bytes], bytes]) -> Change:
    """Return the change of one format's text."""

    def encode(e: Encoding) -> Answer:
        return e.change_body(change) if e.format == format_name else e.answer()

    return encoding(encode)


def _rows(
    format_name: str, change: Callable[[list[ConversationInfo]], Sequence[ConversationInfo]]
) -> Change:
    """Return the change of one format's rows."""

    def encode(e: Encoding) -> Answer:
        return e.answer(change(e.rows)) if e.format == format_name else e.answer()

    return encoding(encode)


def _typed(format_name: str, content_type: str, *, callback: bool = False) -> Change:
    """Return the change of one format's media type."""

    def encode(e: Encoding) -> Answer:
        is_call = e.style.negotiated.callback is not None
        if e.format != format_name or is_call != callback:
            return e.answer()
        return replace(e.answer(), content_type=content_type)

    return encoding(encode)


def _settled(change: Callable[[Negotiated], Negotiated]) -> Change:
    return negotiating(lambda n: change(n.settled()))


def _raw_callback(n: Negotiation) -> Negotiated:
    settled = n.settled()
    return replace(settled, callback=find_parameter(n.pairs, "callback") or settled.callback)


def _no_format(n: Negotiation) -> Negotiated:
    pairs = [pair for pair in n.pairs if pair[0].lower() != "format"]
    return replace(n, pairs=pairs).settled()


def _json_first(n: Negotiation) -> Negotiated:
    """Take any list of types that has JSON in it for JSON, and all else as asked."""
    accept = "application/json" if n.accept else "text/html"
    return replace(n, accept=[accept]).settled()


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


def _cut_when_packed(request: Request, answer: Answer) -> Answer:
    """Lose the last row where the client takes gzip."""
    takes_gzip = "gzip" in (request.header(b"accept-encoding") or "")
    if not takes_gzip or answer.status != 200 or (answer.rows or 0) < 2:
        return answer
    if answer.content_type != _JSON:
        return answer
    last = answer.body.rindex(b',{"id":')
    return replace(answer, body=answer.body[:last] + b"]}", parts=None)


def _suffix_needs_slash(steps: Steps) -> Steps:
    """Read `.xml` and the like as JSON."""

    def negotiate(n: Negotiation) -> Negotiated:
        route = replace(n.route, suffix="json") if n.route.suffix is not None else n.route
        return replace(n, route=route).settled()

    return negotiating(negotiate)(steps)


def _without_customer(rows: list[ConversationInfo]) -> list[ConversationInfo]:
    return [row for row in rows if message_of(row).customer_id is not None]


def _bug(name: str, help: str, change: Change) -> Bug:
    return Bug(name=name, category="formats", help=help, change=change)


FORMAT_BUGS = (
    _bug(
        "xml-drops-ampersand",
        "XML leaves out rows with an ampersand",
        _rows("xml", lambda rows: [row for row in rows if not _has_ampersand(row)]),
    ),
    _bug(
        "xml-not-escaped",
        "XML writes ampersands as they are",
        _body("xml", lambda b: b.replace(b"&amp;", b"&")),
    ),
    _bug(
        "xml-escaped-twice",
        "XML writes &amp;amp;",
        _body("xml", lambda b: b.replace(b"&", b"&amp;")),
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
        _rows("xml", _without_customer),
    ),
    _bug("xml-typed-json", "XML says that it is JSON", _typed("xml", _JSON)),
    _bug("csv-unread-flipped", "CSV has isUnread the wrong way round", showing(_flip, "csv")),
    _bug(
        "csv-quotes-single",
        "CSV does not double its quotes",
        _body("csv", lambda b: b.replace(b'""', b'"')),
    ),
    _bug("csv-drops-last", "CSV lacks the last row", _rows("csv", lambda rows: rows[:-1])),
    _bug("csv-fifty", "CSV ends after fifty rows", _rows("csv", lambda rows: rows[:50])),
    _bug(
        "csv-folds-space",
        "CSV writes runs of white space as one space",
        showing(_retexted(lambda t: " ".join(t.split())), "csv"),
    ),
    _bug("jsv-not-quoted", "JSV quotes nothing", _body("jsv", lambda b: b.replace(b'"', b""))),
    _bug(
        "jsv-drops-outgoing",
        "JSV lacks outgoing messages",
        _rows("jsv", lambda rows: [r for r in rows if message_of(r).direction == "Incoming"]),
    ),
    _bug(
        "jsv-text-cut",
        "JSV cuts texts at 40 characters",
        showing(_retexted(lambda t: t[:40]), "jsv"),
    ),
    _bug("jsonp-typed-json", "JSONP says that it is JSON", _typed("json", _JSON, callback=True)),
    _bug(
        "jsonp-typed-html", "JSONP says that it is HTML", _typed("json", "text/html", callback=True)
    ),
    _bug(
        "callback-ignored", "`callback` does nothing", _settled(lambda n: replace(n, callback=None))
    ),
    _bug(
        "callback-renamed",
        "JSONP calls the part of the name after the dot",
        _settled(lambda n: replace(n, callback=n.callback and n.callback.rpartition(".")[2])),
    ),
    _bug("callback-raw", "any text is called", negotiating(_raw_callback)),
    _bug("suffix-ignored", "a suffix answers JSON", _suffix_needs_slash),
    _bug("format-ignored", "`format` does nothing", negotiating(_no_format)),
    _bug("accept-ignored", "Accept is always read as JSON", negotiating(_json_first)),
    _bug("json-typed-text", "JSON says that it is plain text", _typed("json", "text/plain")),
    _bug("json-latin", "JSON is written in Latin-1", _body("json", _latin)),
    _bug("json-cut", "JSON ends after 40,000 bytes", _body("json", _cut)),
    _bug("gzip-loses-row", "who takes gzip gets one row less", finishing(_cut_when_packed)),
)
