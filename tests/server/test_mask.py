import base64
import json
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.cli.log_lines import JsonLines, TextLines, Told
from mockserver.server.admin.explain import entry_to_json, explain_entry
from mockserver.server.mask import MASK, mask_header, mask_path, mask_query
from mockserver.server.mask_body import mask_body
from mockserver.space.beginning import build_start
from mockserver.space.spaces import Spaces
from mockserver.wire.http_request import Request
from mockserver.wire.quirks import QUIRKS
from mockserver.world.scenario import load_scenario
from tests.asking import ask_spaces

_SPACES = Spaces(build_start(load_scenario("empty", clock="frozen", now_ticks=0), unix_seconds=0))
_XML = "http://schemas.datacontract.org/2004/07/ServiceStack"


def shown(request: Request) -> str:
    """Return all that people see of a request: journal, explanation, curl, log."""
    x = ask_spaces(_SPACES, request)
    assert x.entry is not None
    told = Told(x.space, x.entry, x.sent)
    return json.dumps(
        [
            entry_to_json(x.space, x.entry),
            explain_entry(x.space, x.entry, origin="http://localhost"),
            TextLines(is_verbose=True)(told, has_spaces=True),
            JsonLines(is_verbose=True)(told, has_spaces=True),
        ],
        ensure_ascii=False,
    )


# A secret begins with a digit between letters, so that no word of the tests is one.
SECRETS = st.text("abcdefghjkmnpqrstuvwxyz23456789", min_size=9, max_size=30).map(
    lambda text: f"k7q9{text}"
)
# Names that a client may give to a secret, or to what holds one.
NAMES = st.sampled_from(
    ["password", "Password", "PASSWORD", "pass", "apiKey", "token", "x", "page", "note", "userName"]
    + ["state", "continue", "redirect", "format", "callback", "jsconfig", "provider", "ss-id"]
)


@st.composite
def escaped(draw: st.DrawFn, text: str) -> str:
    """Return a text with some of its characters percent-encoded, up to twice, in either case."""
    for _ in range(draw(st.integers(0, 2))):
        flags = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
        form = draw(st.sampled_from(["%{:02x}", "%{:02X}"]))
        text = "".join(
            "".join(form.format(byte) for byte in char.encode()) if flag or char in "&%#" else char
            for char, flag in zip(text, flags, strict=True)
        )
    return text


def _multipart(name: str, value: str) -> str:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--x--\r\n'


def _xml(name: str, value: str) -> str:
    return f'<Authenticate xmlns="{_XML}"><{name}>{value}</{name}></Authenticate>'


# A busy machine is no failure, and every kind of place is a test of its own.
_FEW = settings(deadline=None, max_examples=25)
BODIES: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "json": ("application/json", lambda n, v: json.dumps({n: v, "userName": "ann"})),
    "json-escaped": (
        "application/json",
        lambda n, v: "".join(['{"', *(f"\\u{ord(c):04x}" for c in n), f'":"{v}"}}']),
    ),
    "json-list": ("application/json", lambda n, v: json.dumps([{n: v}])),
    "json-nested": ("application/json", lambda n, v: json.dumps({"afterDate": {n: [v]}})),
    "json-in-json": ("application/json", lambda n, v: json.dumps({"meta": json.dumps({n: v})})),
    "json-cut": ("application/json", lambda n, v: json.dumps({"userName": "ann", n: v})[:-2]),
    "json-as-form": ("application/x-www-form-urlencoded", lambda n, v: json.dumps({n: v})),
    "form": (
        "application/x-www-form-urlencoded",
        lambda n, v: f"userName=ann&{urllib.parse.quote(n)}={v}",
    ),
    "form-as-json": ("application/json", lambda n, v: f"{n}={v}"),
    "no-type": ("", lambda n, v: f"{n}={v}"),
    "bare": ("application/x-www-form-urlencoded", lambda n, v: v),
    "jsv": ("application/jsv", lambda n, v: f"{{{n}:{v},x:{{{n}:[{v}]}}}}"),
    "csv": ("text/csv", lambda n, v: f"userName,{n}\r\nann,{v}\r\n"),
    "jsonl": ("text/jsonl", lambda n, v: json.dumps({n: v})),
    "xml": ("application/xml", _xml),
    "xml-attribute": ("text/xml", lambda n, v: f'<Authenticate {n}="{v}"/>'),
    "multipart": ("multipart/form-data; boundary=x", _multipart),
    "long": ("application/json", lambda n, v: json.dumps({n: "x" * 9_990 + v})),
}
PATHS = (
    b"/auth/credentials",
    b"/auth",
    b"/conversations",
    b"/json/reply/Authenticate",
    b"/json/reply/ListConversations",
    b"/json/reply/ListConversations[]",
    b"/api/Authenticate",
    b"/nowhere",
)


@pytest.mark.parametrize("kind", BODIES)
@_FEW
@given(data=st.data(), secret=SECRETS, name=NAMES, path=st.sampled_from(PATHS))
def test_a_secret_in_a_body_is_never_shown(
    kind: str, data: st.DataObject, secret: str, name: str, path: bytes
) -> None:
    """Whatever the format, the name and the operation, the value is nowhere to be seen."""
    content_type, write = BODIES[kind]
    text = write(name, secret)
    body = text[: data.draw(st.integers(len(text) - 4, len(text)))].encode()
    headers = ((b"content-type", content_type.encode()), (b"content-length", b"%d" % len(body)))

    request = Request(method="POST", raw_path=path, headers=headers, body=body)

    assert secret[:8] not in shown(request)


@_FEW
@given(data=st.data(), secret=SECRETS, name=NAMES, path=st.sampled_from(PATHS))
def test_a_secret_in_a_query_is_never_shown(
    data: st.DataObject, secret: str, name: str, path: bytes
) -> None:
    """However its name and itself are escaped, alone or inside another address."""
    pair = data.draw(
        st.sampled_from(
            [
                f"{name}={secret}",
                f"{name}[]={secret}",
                f"{name};{secret}",
                f"{name}:{secret}",
                secret,
                f"{secret}={name}",
                f"redirect=/x?{name}={secret}",
                f"continue=http://{name}:{secret}@localhost/",
                f"afterDate={name}:{secret}",
                f"accountIds=a&{name}={secret}",
                f"accountIds={{{name}:{secret}}}",
                f"accountIds=a%26{name}%3D{secret}",
                f"{name}={secret}&{name}=",
            ]
        )
    )
    query = "&".join(data.draw(escaped(part)) for part in pair.split("&"))

    request = Request(method="GET", raw_path=path, query=query.encode())

    assert secret not in shown(request)


@pytest.mark.parametrize(
    "header",
    "accept accept-language authorization cache-control connection content-type cookie expect "
    "forwarded from host if-match if-none-match if-modified-since link origin pragma prefer "
    "proxy-authorization range referer sec-websocket-protocol sec-fetch-mode set-cookie te "
    "user-agent via x-api-key x-forwarded-for x-http-method-override x-mock-space x-ss-id "
    "x-requested-with warning".split(),
)
@_FEW
@given(data=st.data(), secret=SECRETS, name=NAMES)
def test_a_secret_in_a_header_is_never_shown(
    header: str, data: st.DataObject, secret: str, name: str
) -> None:
    """Whichever header, and whatever else is in it."""
    basic = base64.b64encode(f"ann:{secret}".encode()).decode()
    value = data.draw(
        st.sampled_from(
            [
                secret,
                f"Basic {basic}",
                f"{secret} {name}",
                f"{name}={secret}",
                f"theme=dark; {name}={secret}; path=/",
                f"{secret}=1; {name}",
                f"application/json; {name}={secret}",
                f"http://localhost/x?{name}={secret}#{secret}",
                f"http://{name}:{secret}@localhost/{secret}?a=1",
                f'"{secret}", {name}/1.0 ({secret})',
            ]
        )
    )
    request = Request(
        method="GET",
        raw_path=b"/conversations",
        headers=((header.encode(), value.encode()), (secret.encode(), b"1")),
    )

    text = shown(request)

    assert secret not in text
    assert basic not in text


@_FEW
@given(data=st.data(), secret=SECRETS)
def test_a_secret_in_a_path_is_never_shown(data: st.DataObject, secret: str) -> None:
    """As a part, as a path's parameter, escaped or not."""
    path = data.draw(
        st.sampled_from(
            [
                f"/auth/{secret}",
                f"/{secret}/conversations",
                f"/conversations;password={secret}",
                f"/conversations%3fpassword={secret}",
                f"/json/reply/{secret}",
                f"/api/{secret}.json",
                f"/conversations.{secret}",
            ]
        )
    )

    request = Request(method="GET", raw_path=data.draw(escaped(path)).encode())

    assert secret not in shown(request)


@pytest.mark.parametrize(
    "query",
    [
        "accountIds=5f0c9a7be4b0d9a1c8f2e301,acct-2&afterDate=2026-03-01T12:00:00.000%2B02:00",
        "accountIds%5B%5D=a&endpointIds=[%22b%22,c]&customerIds=",
        "AfterDate=March 1, 2026 10:00 PM&format=json&callback=handleRows&jsconfig=edv,tc:cc",
        "page=2&limit=50&debug",
    ],
)
def test_what_is_harmless_is_shown_as_it_was_sent(query: str) -> None:
    assert mask_query(query) == query.replace("debug", MASK)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("%70assword=hunter", "%70assword=***"),
        ("%2570assword=hunter", "%2570assword=***"),
        ("pass%77ord=1", "pass%77ord=***"),
        ("note=hunter", "note=***"),
        ("hunter", "***"),
        ("accountIds=a;password=hunter", "accountIds=***"),
        ("redirect=%2Fx%3Fpassword%3Dhunter%26page%3D2", "redirect=/x?password=***&page=2"),
    ],
)
def test_a_parameter_is_judged_by_what_it_means(query: str, expected: str) -> None:
    assert mask_query(query) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Accept", "text/html,application/xml;q=0.9,*/*;q=0.8", None),
        ("Content-Type", "multipart/form-data; boundary=k7q9", "multipart/form-data; ***"),
        ("Accept-Language", "en-GB,en;q=0.5", None),
        ("Authorization", "Basic YTpi", "Basic ***"),
        ("Authorization", "k7q9", "***"),
        ("Cookie", "ss-id=k7q9; k7q9; theme=dark", "ss-id=***; ***; theme=***"),
        ("User-Agent", "python-requests/2.31.0", None),
        ("If-None-Match", '"k7q9"', "***"),
        ("Prefer", "code=503, delay=250", None),
        ("Referer", "http://ann:k7q9@localhost:4011/login?a=1", "http://***/login?a=1"),
        ("Sec-WebSocket-Protocol", "bearer, k7q9", "***"),
    ],
)
def test_a_header_is_judged_by_what_it_means(name: str, value: str, expected: str | None) -> None:
    assert mask_header(name, value) == (value if expected is None else expected)


@pytest.mark.parametrize(
    "path",
    ["/conversations.json", "/json/reply/ListConversations[]", "/auth/credentials", "/v1/%63onv"],
)
def test_a_path_of_words_is_shown(path: str) -> None:
    assert mask_path(path) == path


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (
            "application/json",
            '{"userName":"ann","passWord":"hunter","meta":{"x":"hunter"}}',
            '{"userName": "ann", "password": "***"}',
        ),
        (
            "application/x-www-form-urlencoded",
            "userName=ann&%70assword=hunter&rememberMe=true",
            "userName=ann&rememberMe=true&password=***",
        ),
        ("application/xml", _xml("Password", "hunter"), "***"),
        ("application/json", '{"password":"hun', "***"),
    ],
    ids=["json", "form", "xml", "cut"],
)
def test_of_a_body_the_known_members_are_shown(content_type: str, body: str, expected: str) -> None:
    request = Request(
        method="POST",
        raw_path=b"/auth/credentials",
        headers=((b"content-type", content_type.encode()),),
        body=body.encode(),
    )

    assert mask_body(request, QUIRKS["servicestack-6"]) == expected
