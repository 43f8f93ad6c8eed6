"""Hold every place that reads a client's or a target's text, and texts that are dear to read.

`find_offenders` tries a place with its texts and tells which cost more than their length does.
`python -m tests.hostile [PLACE…]` tries all texts of all places, which takes half an hour; the
suite tries a fixed share of each place's, `make deep` a larger one.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import _lru_cache_wrapper, partial
from types import MappingProxyType

from mockserver.checks.decoding.decode import DECODERS, unwrap_jsonp
from mockserver.cli.log_lines import JsonLines, TextLines, Told
from mockserver.dotnet.ticks import has_zone, parse_date
from mockserver.errors import MockServerError
from mockserver.server.admin.explain import entry_to_json, explain_entry
from mockserver.server.mask import mask_header, mask_path, mask_query
from mockserver.server.mask_body import mask_body
from mockserver.server.request.exchange import Exchange
from mockserver.server.request.find_space import find_space
from mockserver.server.request.preferences import read_preferences
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.wire.bind import (
    bind_members,
    bind_query,
    bind_request,
    query_pairs,
    split_batch,
)
from mockserver.wire.http_request import Request, parse_basic, read_head
from mockserver.wire.negotiate import negotiate
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import Route, match_route
from mockserver.world.scenario import load_scenario
from tests.asking import ask_spaces
from tests.dear_texts import UNITS, number, repeat
from tests.depth import deep_or

__all__ = ["PLACES", "find_offenders"]

Read = Callable[[bytes], object]

_SMALL, _LARGE, _RUNS = 1_024, 65_536, 5
# What a linear reader costs, and room for a machine that does other things too.
_MOST_TIMES = 4 * _LARGE // _SMALL
# A clock that stands still would make the small one free.
_LEAST_SECONDS = 20e-6
_QUIRKS = QUIRKS["servicestack-8"]
_SPACES = Spaces(build_start(load_scenario("empty", clock="frozen", now_ticks=0), unix_seconds=0))
_FORM = "application/x-www-form-urlencoded"
_XML = (
    b'<ListConversations xmlns="http://schemas.datacontract.org/2004/07/Voice.Api.Messaging" '
    b'xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays">'
)
# How many of a place's texts the suite tries.
_SHARE = deep_or(2, deep=12)


def _texts(place: "_Place") -> Iterator[tuple[str, Callable[[int], bytes]]]:
    for prefix in place.prefixes:
        for unit in (*UNITS, *place.units):
            yield repr(prefix + unit), partial(repeat, prefix, unit, b"")
        for suffix in place.suffixes:
            for unit in (b" ", b"a", b",", b'""', b"[", b")"):
                yield repr(prefix + unit + b"..." + suffix), partial(repeat, prefix, unit, suffix)
        for form in place.forms:
            yield repr(prefix) + form, partial(number, prefix, form)


def _share(place: "_Place") -> Iterator[tuple[str, Callable[[int], bytes]]]:
    """Return some of a place's texts, from all parts of the table."""
    texts = list(_texts(place))
    return iter(texts[:: -(-len(texts) // _SHARE)])


class _Place:
    """Hold one place: how it reads, how its texts begin and end, what they repeat.

    Args:
        limit: how much of a text reaches the place at all.
        forms: parts with a number in them, so that no two are alike.
    """

    def __init__(
        self,
        read: Read,
        *prefixes: bytes,
        units: tuple[bytes, ...] = (),
        suffixes: tuple[bytes, ...] = (b"x",),
        forms: tuple[str, ...] = ("a{}=b&",),
        limit: int = _LARGE,
    ) -> None:
        self.read = read
        self.prefixes = prefixes or (b"",)
        self.units = units
        self.suffixes = suffixes
        self.forms = forms
        self.limit = limit


def find_offenders(name: str, *, tries_all: bool = False) -> list[str]:
    """Return what costs more than linear time, or more memory than eight times its length."""
    place = PLACES[name]
    found: list[str] = []
    for shown, make in _texts(place) if tries_all else _share(place):
        large = make(place.limit)
        most = _MOST_TIMES * place.limit / _LARGE
        times = _times(place.read, make, large, most)
        if times > most:
            found.append(f"{shown}: {times:.0f} times the time")
        # A target is asked by whoever runs the check, once at a time: its rows are kept.
        peak = 0 if name.startswith("target-") else _peak(place.read, large)
        if peak > 8 * place.limit + 1_000_000:
            found.append(f"{shown}: {peak} bytes")
    return found


def _forget() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith(("mockserver.server.", "mockserver.wire.")):
            for value in list(vars(module).values()):
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()


def _times(read: Read, make: Callable[[int], bytes], large: bytes, most: float) -> float:
    """Return how many times the large text's time is the small one's; the least of some runs."""
    times = _seconds(read, large) / _LEAST_SECONDS
    if times <= most:
        return times
    # A text that was read before may be kept: none was, and no two are alike.
    _forget()
    smalls = [make(_SMALL + 64 * run) for run in range(_RUNS)]
    least = max(min(_seconds(read, small) for small in smalls), _LEAST_SECONDS)
    return min(_seconds(read, large) / least for _ in range(_RUNS))


def _seconds(read: Read, text: bytes) -> float:
    started = time.thread_time()
    _try(read, text)
    return time.thread_time() - started


def _peak(read: Read, text: bytes) -> int:
    tracemalloc.start()
    try:
        _try(read, text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _try(read: Read, text: bytes) -> None:
    try:
        read(text)
    except (MockServerError, ValueError):
        pass


def _route(kind: str, content_type: str | None = None, *, is_batch: bool = False) -> Route:
    return Route(
        operation="ListConversations",
        kind=kind,
        method="POST",
        path="/conversations",
        content_type=content_type,
        is_batch=is_batch,
    )


def _bind_body(content_type: str) -> Read:
    route = _route("rest")
    return lambda text: bind_request(route, b"", text, content_type, quirks=_QUIRKS)


def _sign_in_body(content_type: str) -> Read:
    route = Route(operation="Authenticate", kind="rest", method="POST", path="/auth")
    return lambda text: bind_members(route, b"", text, content_type, quirks=_QUIRKS)


def _batch(text: bytes) -> object:
    route = _route("reply", "application/json", is_batch=True)
    return [
        bind_request(route, b"", body, None, quirks=_QUIRKS) for body in split_batch(route, text)
    ]


def _request(**members: object) -> Request:
    return Request(**{"method": "GET", "raw_path": b"/conversations", **members})  # type: ignore[arg-type]  # as the caller says


def _with_header(name: bytes) -> Callable[[bytes], Request]:
    return lambda text: _request(headers=((name, text),))


def _see(request: Request) -> object:
    """Answer a request and show it to people, in all ways that there are."""
    x = ask_spaces(_SPACES, request)
    assert x.entry is not None
    told = Told(x.space, x.entry, x.sent)
    shown = (
        entry_to_json(x.space, x.entry),
        explain_entry(x.space, x.entry, origin="http://localhost"),
        TextLines(is_verbose=True)(told, has_spaces=True),
        JsonLines(is_verbose=True)(told, has_spaces=True),
    )
    x.space.journal.clear()
    return shown


def _find_space(request: Request) -> None:
    find_space(Exchange(request, _SPACES))


def _prefer(request: Request) -> None:
    read_preferences(Exchange(request, _SPACES))


def _seen_with(name: bytes) -> Read:
    return lambda text: _see(_with_header(name)(text))


def _seen_body(path: bytes, content_type: str) -> Read:
    headers = ((b"content-type", content_type.encode()),)
    return lambda text: _see(_request(method="POST", raw_path=path, headers=headers, body=text))


def _negotiate(text: bytes) -> object:
    line = text.decode("latin-1")
    pairs = [("callback", line), ("jsconfig", line), ("format", line)]
    route = _route("rest")
    return [
        negotiate(route, chosen, [line], line, default="json", quirks=_QUIRKS)
        for chosen in (pairs[1:2], pairs)
    ]


def _date(text: bytes) -> object:
    date = text.decode("latin-1")
    return parse_date(date, now_ticks=0), has_zone(date)


def _glob(text: bytes) -> object:
    pattern = "*a" * 99 + "*b"
    return fnmatchcase(text.decode("latin-1"), pattern)


# The longest request line and head that a server takes in.
_LINE, _HEAD = 8_192, 32_768
_JSON_STARTS = (b"", b"{", b'{"accountIds":[', b'{"accountIds":"', b'{"afterDate":', b'{"x":"')
_JSV_STARTS = (b"", b"{", b"{accountIds:[", b'{accountIds:"', b"{afterDate:", b"{x:{")
_QUERY_STARTS = (b"", b"accountIds=", b"accountIds=[", b"afterDate=", b"callback=", b"redirect=")
_QUERYUNITS = (b"accountIds=&", b"accountIds=a&ACCOUNTIDS=b&", b"__code=1&", b"jsconfig=edv,")
_COOKIES = (b"", b"ss-id=", b'ss-id="', b"ss-opt=", b"a=b;")
_COOKIEUNITS = (b"ss-id=a;", b"ss-id=a~b;", b"a=;", b"ab=cd; ")
_PREFERENCES = (b"code= 503, ", b"delay=", b'code="')
_CSV_STARTS = (b"", b"accountIds\n", b'afterDate,accountIds\n"', b"accountIds\n[", b"x,y\n")
_XML_STARTS = (b"", b"<", b"<?xml", _XML, _XML + b"<AccountIds>", _XML + b"<AfterDate>", b"<a b='")
_XML_FORMS = ("<a{}>", "<a{}/>", ' a{}=""', "<!-- {} -->", 'xmlns:a{}="b" ', "&#{};")
_BOUNDARY = 'multipart/form-data; boundary="x"'
_PART = b'--x\r\nContent-Disposition: form-data; name="accountIds"\r\n\r\n'
_JSONP = (b"", b"f(", b"/**/", b"typeof f === 'function' && f(", b"f([1])")
_ROWS = b'{"conversations":['

PLACES: Mapping[str, _Place] = MappingProxyType(
    {
        "query": _Place(
            lambda text: bind_query(query_pairs(text)), *_QUERY_STARTS, units=_QUERYUNITS
        ),
        "json-body": _Place(
            _bind_body("application/json"), *_JSON_STARTS, forms=('"a{}":1,', '"a{}', "a{},")
        ),
        "jsonl-body": _Place(_bind_body("text/jsonl"), b"", b"{", forms=('"a{}":1,\n',)),
        "jsv-body": _Place(_bind_body("text/jsv"), *_JSV_STARTS, forms=("a{}:1,", '"a{}"')),
        "csv-body": _Place(_bind_body("text/csv"), *_CSV_STARTS, forms=("a{},", "a{}\n", "[{},")),
        "xml-body": _Place(_bind_body("text/xml"), *_XML_STARTS, forms=_XML_FORMS),
        "form-body": _Place(_bind_body(_FORM), *_QUERY_STARTS, units=_QUERYUNITS),
        "multipart-body": _Place(
            _bind_body(_BOUNDARY), b"", _PART, units=(_PART, b"\r\n--x", _PART + b"a")
        ),
        "sign-in-json": _Place(_sign_in_body("application/json"), *_JSON_STARTS),
        "sign-in-form": _Place(_sign_in_body(_FORM), b"", b"password=", b"%70assword="),
        "sign-in-xml": _Place(_sign_in_body("application/xml"), *_XML_STARTS, forms=_XML_FORMS),
        "batch": _Place(
            _batch, b"", b"[", b"[{},", b'[{"accountIds":', units=(b"{},",), suffixes=(b"]", b"]]")
        ),
        "path": _Place(
            lambda text: match_route("GET", _request(raw_path=b"/" + text).path, _QUIRKS),
            b"",
            b"conversations.",
            b"json/reply/",
            limit=_LINE,
        ),
        "negotiation": _Place(_negotiate, b"", b"application/json;", b"tc:", limit=_HEAD),
        "date": _Place(
            _date,
            *(b"", b"2026-03-01", b"2026-03-01T00:00:00.", b"10:00", b"10:00:00 ", b"#", b"1 Jan "),
        ),
        "prefer": _Place(lambda text: _prefer(_with_header(b"prefer")(text)), b"", *_PREFERENCES),
        "code-in-query": _Place(
            lambda text: _prefer(_request(query=text)), b"", b"__code=", units=_QUERYUNITS
        ),
        "basic": _Place(
            lambda text: parse_basic(text.decode("latin-1")),
            *(b"Basic ", b"Basic YTpi", b"", b"Basic ="),
        ),
        "cookies": _Place(
            lambda text: read_head(((b"cookie", text),)),
            *_COOKIES,
            units=_COOKIEUNITS,
        ),
        "space-cookie": _Place(
            lambda text: _find_space(_with_header(b"cookie")(text)),
            *_COOKIES,
            units=_COOKIEUNITS,
        ),
        "space-prefix-cookie": _Place(
            lambda text: _find_space(
                _request(raw_path=b"/~default/x", headers=((b"cookie", text),))
            ),
            *_COOKIES,
            units=_COOKIEUNITS,
            forms=("a{}=b;",),
        ),
        "space-header": _Place(
            lambda text: _find_space(_with_header(b"x-ss-id")(text)), b"", b"a~"
        ),
        "space-path": _Place(
            lambda text: _find_space(_request(raw_path=b"/~" + text)), b"", b"default/"
        ),
        "space-sign-in": _Place(
            lambda text: _find_space(
                _request(
                    method="POST",
                    raw_path=b"/auth",
                    body=text,
                    headers=((b"content-type", b"application/json"),),
                ),
            ),
            *_JSON_STARTS,
        ),
        "mask-query": _Place(
            lambda text: mask_query(text.decode("latin-1")), *_QUERY_STARTS, units=_QUERYUNITS
        ),
        "mask-path": _Place(lambda text: mask_path(text.decode("latin-1"))),
        "mask-headers": _Place(
            lambda text: [
                mask_header(name, text.decode("latin-1"))
                for name in ("accept", "cookie", "referer", "host", "user-agent", "prefer")
            ],
            *(b"", b"http://a?", b"http://a/b?redirect=", b"ss-id="),
        ),
        "mask-json-body": _Place(
            lambda text: mask_body(
                _request(body=text, headers=((b"content-type", b"application/json"),)), _QUIRKS
            ),
            *_JSON_STARTS,
        ),
        "path-glob": _Place(_glob, b"", b"a"),
        "whole-query": _Place(
            lambda text: _see(_request(query=text)),
            *_QUERY_STARTS,
            units=_QUERYUNITS,
            limit=_LINE,
        ),
        "whole-page": _Place(
            lambda text: _see(_request(query=text, headers=((b"accept", b"text/html"),))),
            *(b"", b"accountIds=", b"format="),
            limit=_LINE,
        ),
        "whole-path": _Place(
            lambda text: _see(_request(raw_path=b"/" + text)),
            *(b"", b"conversations", b"metadata?", b"types/"),
            limit=_LINE,
        ),
        "whole-cookie": _Place(_seen_with(b"cookie"), *_COOKIES, limit=_HEAD),
        "whole-accept": _Place(_seen_with(b"accept"), b"", b"text/html;", limit=_HEAD),
        "whole-prefer": _Place(_seen_with(b"prefer"), b"", *_PREFERENCES, limit=_HEAD),
        "whole-type": _Place(_seen_with(b"content-type"), b"", b"application/json;", limit=_HEAD),
        "whole-override": _Place(_seen_with(b"x-http-method-override"), b"", limit=_HEAD),
        "whole-option": _Place(_seen_with(b"x-ss-opt"), b"", b"perm,", limit=_HEAD),
        "whole-referer": _Place(_seen_with(b"referer"), b"", b"http://a/?", limit=_HEAD),
        "whole-authorization": _Place(_seen_with(b"authorization"), b"Basic ", b"", limit=_HEAD),
        "whole-origin": _Place(_seen_with(b"origin"), b"", b"http://", limit=_HEAD),
        "whole-json": _Place(
            _seen_body(b"/json/reply/ListConversations", "application/json"), *_JSON_STARTS
        ),
        "whole-batch": _Place(
            _seen_body(b"/json/reply/ListConversations[]", "application/json"), b"", b"[", b"[{}"
        ),
        "whole-sign-in": _Place(_seen_body(b"/auth/credentials", _FORM), b"", b"userName=a&b="),
        "target-json": _Place(DECODERS["json"], b"", _ROWS, forms=('"a{}":1,',)),
        "target-jsonl": _Place(DECODERS["jsonl"], b"", b"{}\n"),
        "target-jsv": _Place(DECODERS["jsv"], b"", b"{conversations:[", b'{"'),
        "target-csv": _Place(DECODERS["csv"], b"", b"id,", b'"', forms=("a{},", "a{}\n")),
        "target-xml": _Place(DECODERS["xml"], b"", b"<a>", b"<a b='", forms=_XML_FORMS),
        "target-jsonp": _Place(
            lambda text: unwrap_jsonp(text.decode("latin-1")), *_JSONP, suffixes=(b"x", b")", b");")
        ),
    }
)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or PLACES:
        offenders = find_offenders(chosen, tries_all=True)
        print(f"{chosen}: {len(offenders)} cost too much", *offenders, sep="\n  ", flush=True)
