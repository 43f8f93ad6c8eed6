import json
from urllib.parse import quote

import pytest

from mockserver.bugs.table import apply_bugs
from mockserver.checks.laws.leaks import shows_internals
from mockserver.score.trial import Trial, run_trial
from tests.bugs.test_bugs import Tour
from tests.depth import deep_only

STACK_LINE = "   at System.DateTimeParse.Parse(String s)"
STACK = f"System.FormatException: Bad date\r\n{STACK_LINE}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(STACK.encode(), id="text"),
        pytest.param(json.dumps({"stackTrace": STACK}).encode(), id="json"),
        pytest.param(json.dumps({"m": json.dumps({"s": STACK})}).encode(), id="json-in-json"),
        pytest.param(b'{"s":"Bad\\u000a   at App.Dates.Parse(s)"}', id="json-numbered-break"),
        pytest.param(b'{"s":"   at App.Dates.Parse(s)"}', id="json-first-line"),
        pytest.param(b"<Error><S>Bad&#xD;&#xA;   at App.Dates.Parse(s)</S></Error>", id="xml"),
        pytest.param(b'{stackTrace:"Bad\r\n   at App.Dates.Parse(s)"}', id="jsv"),
        pytest.param(b'{"s":"Bad\\n\\tat com.app.Dates.parse(Dates.java:12)"}', id="java"),
        pytest.param(b'{"s":"Bad\\n    at parse (/app/dates.js:1:2)"}', id="javascript"),
        pytest.param(b'{"s":"Traceback (most recent call last):\\n"}', id="python"),
        pytest.param(b'{"s":"  File \\"/srv/a.py\\", line 3"}', id="python-line"),
        pytest.param(b'{"s":"C:\\\\inetpub\\\\wwwroot"}', id="windows-path"),
        pytest.param(b'{"s":"SELECT Id FROM Conversation"}', id="statement"),
        pytest.param(b'{"s":"UPDATE Conversation SET Text"}', id="update"),
        pytest.param(b'{"s":"syntax error at or near \\"x\\""}', id="database-error"),
        pytest.param(b'{"s":"D:\\\\apps\\\\voice\\\\Dates.cs"}', id="other-drive"),
        pytest.param(b"E:\\web\\bin", id="other-drive-in-text"),
        pytest.param(b'{"s":"\\\\\\\\files01\\\\share\\\\voice"}', id="share"),
        pytest.param(b'{"s":"in /app/src/Dates.cs:line 12"}', id="container-path"),
        pytest.param(b'{"s":"/etc/voice/db.conf"}', id="settings-path"),
        pytest.param(b'{"s":"Server=db1;Database=voice;Pwd=x"}', id="connection-string"),
        pytest.param(b'{"s":"postgres://voice:x@db1/voice"}', id="connection-address"),
        pytest.param(b'{"s":"System.FormatException: Bad date"}', id="exception-type"),
        pytest.param(STACK.encode("utf-16-le"), id="utf-16"),
        pytest.param(STACK.encode("utf-16"), id="utf-16-marked"),
        pytest.param(STACK.encode("utf-16-be"), id="utf-16-be"),
        pytest.param(quote(STACK).encode(), id="percent-encoded"),
    ],
)
def test_what_an_error_should_not_show_is_seen(body: bytes) -> None:
    assert shows_internals(body)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Look at this (now)", id="sentence"),
        pytest.param("at noon (CET)", id="at-the-start"),
        pytest.param("at most(5)", id="call-at-the-start"),
        pytest.param("selected from values", id="small-letters"),
        pytest.param("C:\\temp", id="other-path"),
        pytest.param("'notadate' is no date\nat all", id="second-line"),
        pytest.param("/app/conversations.json", id="address-of-the-request"),
        pytest.param("See https://example.com/app/docs/dates.html", id="help"),
        pytest.param("Server = the host; Port = 1", id="words-and-equal-signs"),
        pytest.param("100% of a\\b", id="percent-and-backslash"),
        pytest.param("update the date, set a zone", id="update-in-words"),
        pytest.param("FormatException: bad date", id="error-code"),
        pytest.param("a:\\b", id="short-path"),
        pytest.param('<script src="/app/dates.js">', id="page-with-a-script"),
    ],
)
def test_plain_words_are_no_internals(text: str) -> None:
    assert not shows_internals(json.dumps({"message": text}).encode())


def test_the_bug_that_shows_a_stack_sends_the_json_of_a_host() -> None:
    tour = Tour(apply_bugs(("bad-date-shows-stack",)))

    answer = tour.ask("afterDate=notadate").answer

    assert answer is not None
    assert answer.status == 400
    assert json.loads(answer.body)["responseStatus"]["stackTrace"].splitlines()[1] == STACK_LINE
    assert shows_internals(answer.body)


@deep_only
def test_the_law_finds_the_stack_in_a_host_s_json() -> None:
    assert run_trial(Trial(bug="bad-date-shows-stack")).laws == ("L53-no-internals",)
