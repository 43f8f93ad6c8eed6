"""Run the checks on targets whose answers are wrong in every way: a report always comes of it."""

import gzip
import json
import random
import socket
import struct
import threading
import time
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.checks import run_checks
from mockserver.checks.engine import CheckOptions, Outcome, run_laws
from mockserver.checks.laws.table import LAWS
from mockserver.checks.messages import Response
from mockserver.checks.report import Report
from mockserver.checks.report_files import encode_json, encode_junit, summarise
from mockserver.checks.schema_judge import SchemaJudge
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.contract import load_contract
from tests.checks.raw_server import BODY, Raw, drip, flood, raw_server, say
from tests.checks.strange import JSON, PLACES, SAMPLES, TYPES, Strange, put
from tests.depth import deep_only, sampled

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ENDLESS = [
    pytest.param(drip(b"H", b"T"), id="status-line"),
    pytest.param(drip(b"HTTP/1.1 200 ", b"O"), id="reason"),
    pytest.param(drip(OK, b"X: y\r\n"), id="headers"),
    pytest.param(drip(OK + b"X: ", b"y"), id="one-header"),
    pytest.param(drip(CONTINUE, CONTINUE), id="continue"),
    pytest.param(flood(CONTINUE, CONTINUE * 1000), id="continue-at-full-speed"),
    pytest.param(flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 1000), id="hints"),
    pytest.param(drip(CHUNKED, b"0"), id="chunk-size"),
    pytest.param(drip(CHUNKED + b"1;", b"x"), id="chunk-extension"),
    pytest.param(drip(CHUNKED, b"1\r\n \r\n"), id="chunks"),
    pytest.param(drip(CHUNKED + b"0\r\n", b"X: y\r\n"), id="trailers"),
    pytest.param(drip(OK + b"Content-Length: 1000000\r\n\r\n", b" "), id="body"),
    pytest.param(drip(OK + b"\r\n", b" "), id="body-until-close"),
    pytest.param(flood(OK + b"\r\n", b" " * 65_536), id="body-at-full-speed"),
    pytest.param(drip(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:12], b""),
                 id="silent-in-gzip"),
    pytest.param(drip(b"", b""), id="silence"),
]  # fmt: skip
WRONG = {
    "nothing": b"",
    "not-http": b"220 mail ready\r\n",
    "http-0.9": BODY,
    "http-2": b"HTTP/2 200\r\n\r\n",
    "status-of-two-digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "status-0": b"HTTP/1.1 000 OK\r\n\r\n",
    "status-999": b"HTTP/1.1 999 OK\r\n" + LENGTH + BODY,
    "switching": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n\x00\x01",
    "no-content-with-body": b"HTTP/1.1 204 No\r\n" + LENGTH + BODY,
    "redirect-to-itself": b"HTTP/1.1 302 Found\r\nLocation: /conversations\r\n" + LENGTH + BODY,
    "many-headers": OK + b"X: y\r\n" * 30_000 + LENGTH + BODY,
    "long-header": OK + b"X: " + b"y" * 300_000 + b"\r\n" + LENGTH + BODY,
    "header-bytes": OK + b"X: \xff\x00\x01\r\n" + LENGTH + BODY,
    "header-high-bytes": OK + b"X: \xff\xfe\r\nSet-Cookie: \xe9=\xff\r\n" + LENGTH + BODY,
    "header-without-colon": OK + b"nonsense\r\n" + LENGTH + BODY,
    "header-with-blank-name": OK + b" : y\r\n" + LENGTH + BODY,
    "two-lengths": OK + b"Content-Length: 1\r\n" + LENGTH + BODY,
    "length-text": OK + b"Content-Length: many\r\n\r\n" + BODY,
    "length-negative": OK + b"Content-Length: -1\r\n\r\n" + BODY,
    "length-huge": OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "length-too-long": OK + b"Content-Length: 999999999999\r\n\r\n" + BODY,
    "length-too-short": OK + b"Content-Length: 3\r\n\r\n" + BODY,
    "chunk-size-text": CHUNKED + b"zz\r\n" + BODY,
    "chunk-size-huge": CHUNKED + b"f" * 40 + b"\r\n" + BODY,
    "chunk-cut": CHUNKED + b"ff\r\n" + BODY,
    "unknown-transfer": OK + b"Transfer-Encoding: rot13\r\n\r\n" + BODY,
    "unknown-encoding": OK + b"Content-Encoding: br\r\n" + LENGTH + BODY,
    "gzip-cut": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY * 99)[:20],
    "gzip-not": OK + b"Content-Encoding: gzip\r\n" + LENGTH + BODY,
    "gzip-twice": OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(BODY),
    "gzip-bomb": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b" " * 90_000_000, 1),
    "row-bomb": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}," * 2_000_000, 1),
    "charset": b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=x\r\n" + LENGTH + BODY,
    "latin-1": OK + b'Content-Length: 30\r\n\r\n{"conversations":[{"id":"\xe9"}]}\n'[:30 + 22],
    "deep": OK + b"\r\n" + b"[" * 100_000,
    "deep-member": OK + b'\r\n{"conversations":[{"id":' + b"[" * 500 + b"]" * 500 + b"}]}",
    "long-number": OK + b'\r\n{"conversations":[{"id":' + b"9" * 5000 + b"}]}",
    "not-a-number": OK + b'\r\n{"conversations":[{"id":NaN}]}',
    "twice": OK + b'\r\n{"conversations":[],"conversations":[]}',
    "surrogate": OK + b'\r\n{"conversations":[{"id":"\\ud800","endpointId":"\\udfff"}]}',
    "wait-for-ever": b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"9" * 5000 + b"\r\n" + LENGTH + BODY,
    "wait-until-never": b"HTTP/1.1 429 Busy\r\nRetry-After: Fri, 99 Foo 99999 99:99 X\r\n" + LENGTH,
}  # fmt: skip
FULL = {law.id for law in LAWS}


def target(url: str, seconds: float) -> TargetOptions:
    return TargetOptions(
        url=url, user="alice", password=Secret("wonder:Land1"), budget=60, max_seconds=seconds
    )


def reset(connection: socket.socket, over: threading.Event) -> None:
    """Close the connection with a reset in the middle of the head."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_whole(report: Report) -> bool:
    """Say whether a report can be written in every form, and has a verdict for each law."""
    json.loads(encode_json(report))
    return (
        bool(encode_junit(report) and summarise(report)) and {law.id for law in report.laws} == FULL
    )


@cache
def schema_judge() -> SchemaJudge:
    return SchemaJudge.of(load_contract(), {})


def judge(strange: Strange, *, seed: int = 0) -> Outcome:
    """Run the laws and Schemathesis on a host."""
    schemas = SchemaJudge(judge=schema_judge().judge)
    return run_laws(
        strange,
        options=CheckOptions(max_drawn=1, seed=seed),
        send_together=lambda requests: [strange(request) for request in requests],
        remaining=lambda: strange.remaining,
        has_other=True,
        on_page=schemas.observe,
    )


@sampled(4)
@pytest.mark.parametrize("answer", ENDLESS)
def test_an_answer_that_never_ends_ends_with_the_run(answer: Raw) -> None:
    started = time.monotonic()

    with raw_server(answer) as url:
        report = run_checks(target(url, 0.5))

    # The last exchange and the sign-out may take a second more; the machine may be busy.
    assert time.monotonic() - started < 30
    assert report.crashes == ()
    assert report.stopped_by in ("the run's time is over", "an answer is larger than 64 MiB")
    assert (report.exit_code, is_whole(report)) == (5, True)


@sampled(4)
@pytest.mark.parametrize("answer", [say(raw) for raw in WRONG.values()] + [reset],
                         ids=[*WRONG, "reset"])  # fmt: skip
def test_a_wrong_answer_makes_a_report(answer: Raw) -> None:
    with raw_server(answer) as url:
        report = run_checks(target(url, 20.0))

    assert report.crashes == ()
    assert report.exit_code in (0, 1, 4, 5)
    assert is_whole(report)


def test_a_wrong_answer_to_the_sign_in_makes_a_report() -> None:
    with raw_server(drip(OK, b"X: y\r\n")) as url:
        report = run_checks(replace(target(url, 1.0), auth="cookie"))

    assert (report.exit_code, report.crashes) == (5, ())


@sampled(8)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place or "row")
@pytest.mark.parametrize("name", ["list", "members"])
def test_a_member_of_a_wrong_type_makes_a_report(place: str, name: str) -> None:
    strange = Strange(change=lambda row, _: put(row, place, SAMPLES[name]), budget=60)

    outcome = judge(strange)

    assert outcome.crashes == []
    assert set(outcome.laws) == FULL


@deep_only
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), value=JSON, every=st.integers(1, 5))
def test_any_json_at_any_place_makes_a_report(place: str, value: object, every: int) -> None:
    """Whatever JSON a target's rows hold, no law breaks and each has a verdict."""
    strange = Strange(change=lambda row, n: row if n % every else put(row, place, value), budget=60)

    outcome = judge(strange)

    assert outcome.crashes == []
    assert set(outcome.laws) == FULL


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    bodies=st.lists(st.binary() | JSON.map(lambda v: json.dumps(v).encode()), min_size=1),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["date", "etag", "vary", "cache-control", "www-authenticate",
                             "set-cookie", "x-powered-by", "retry-after", "content-type"]),
            st.text(st.characters(max_codepoint=255), max_size=40),
        ),
        max_size=4,
    ),
)  # fmt: skip
def test_any_answers_make_a_report(
    seed: int, bodies: list[bytes], headers: list[tuple[str, str]]
) -> None:
    """Whatever status, headers and body come now and then, no law breaks."""
    rng = random.Random(seed)

    def spoil(response: Response) -> Response:
        return rng.choice(
            (
                response,
                response,
                replace(response, body=rng.choice(bodies)),
                replace(response, status=rng.choice((0, 204, 206, 304, 401, 403, 404, 500, 999))),
                replace(response, headers=(*headers, *response.headers)),
                replace(response, headers=(("content-type", rng.choice(TYPES)),)),
            )
        )

    outcome = judge(Strange(spoil=spoil, budget=60), seed=seed)

    assert outcome.crashes == []
    assert set(outcome.laws) == FULL
