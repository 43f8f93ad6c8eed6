import re

import pytest

from mockserver.checks.laws.table import LAWS
from mockserver.checks.report import fingerprint
from mockserver.server import MockServer
from tests.depth import deep_only
from tests.few_rows import few_rows

CALL = """
import json
from urllib.request import Request, urlopen
from base64 import b64encode

def ask(mock, query=""):
    login = b64encode(":".join(mock.auth).encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Accept": "application/json"}
    asked = Request(f"{mock.url}/conversations{query}", headers=headers)
    with urlopen(asked, timeout=120) as answer:
        return json.load(answer)["conversations"]
"""
NOW = "2026-03-01T12:00:00Z"
# One of the causes that the bug `or-across-filters` has.
ONE_CAUSE = fingerprint(
    "L10-intersection", "extra rows", ["customerIds=one id", "endpointIds=one id"]
)


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Hold a project that has a module with `ask` and our plugin; others take seconds to load."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "mockserver.testing.plugin")
    pytester.makepyfile(call=CALL)
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -W error --strict-markers")
    return pytester


def test_each_test_has_conversations_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from call import ask

        @pytest.mark.parametrize("number", [1, 2])
        def test_one_message(mock_conversations, number):
            before = ask(mock_conversations)
            arrived = mock_conversations.add_message(text="Hello?")
            after = ask(mock_conversations)

            assert len(before) == len(after) == 500
            assert after[0]["id"] == arrived["id"]
            assert after[0]["mostRecentMessage"]["text"] == "Hello?"
            assert before[0]["mostRecentMessage"]["text"] != "Hello?"
            assert [entry["path"] for entry in mock_conversations.requests()] == [
                "/conversations", "/conversations"
            ]
    """)

    project.runpytest().assert_outcomes(passed=2)


def test_a_test_may_bring_its_rows(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from call import ask

        ROWS = [
            {"account": "Acme", "text": "Are you open?", "date": "-2h", "isUnread": True},
            {"account": "Acme", "text": "We are.", "direction": "Outgoing", "date": "-3h"},
        ]

        @pytest.mark.mockserver(scenario={"conversations": ROWS}, now="2026-03-01T12:00:00Z")
        def test_rows(mock_conversations):
            messages = [row["mostRecentMessage"] for row in ask(mock_conversations)]
            assert [message["text"] for message in messages] == ["Are you open?", "We are."]
            assert messages[0]["date"] == "2026-03-01T10:00:00.000Z"
            assert len({message["accountId"] for message in messages}) == 1

        def test_rows_from_a_factory(mock_conversations_factory):
            scenario = {"conversations": ROWS, "size": {"conversations": 3}}
            with mock_conversations_factory(scenario=scenario) as mock:
                assert len(ask(mock)) == 5

        @pytest.mark.mockserver(scenario={"conversations": [{"date": "soon"}]})
        def test_bad_rows(mock_conversations):
            pass
    """)

    result = project.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*/scenario/conversations/0/date*'soon' is no date*"])


def test_the_clock_moves_only_when_told(project: pytest.Pytester) -> None:
    project.makepyfile(f"""
        import pytest
        from call import ask

        @pytest.mark.mockserver(scenario="busy", now="{NOW}")
        def test_time(mock_conversations):
            before = ask(mock_conversations)
            assert mock_conversations.advance(seconds=0) == "2026-03-01T12:00:00.000Z"
            assert mock_conversations.advance(seconds=3600) == "2026-03-01T13:00:00.000Z"
            newest = before[0]["mostRecentMessage"]["date"]
            assert len(ask(mock_conversations, f"?afterDate={{newest}}")) > 0
    """)

    project.runpytest().assert_outcomes(passed=1)


def test_markers_of_module_class_and_test_add_up(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest
        from call import ask

        pytestmark = pytest.mark.mockserver(scenario="one", profile={"nulls": "write"})

        def test_module(mock_conversations):
            assert len(ask(mock_conversations)) == 1

        @pytest.mark.mockserver(scenario="empty")
        def test_nearest(mock_conversations):
            assert ask(mock_conversations) == []
            profile = mock_conversations._call("GET", "/profile")
            assert profile["nulls"] == "write"
    """)

    project.runpytest().assert_outcomes(passed=2)


def test_faults_are_a_preset_or_rows(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from urllib.error import HTTPError
        import pytest
        from call import ask

        @pytest.mark.mockserver(faults="outage")
        def test_preset(mock_conversations):
            with pytest.raises(HTTPError, match="503"):
                ask(mock_conversations)
            assert mock_conversations.requests()[0]["fault"] is not None

        @pytest.mark.mockserver(faults=[{"fault": "status", "code": 500, "fire": {"first": 1}}])
        def test_rows(mock_conversations):
            with pytest.raises(HTTPError, match="500"):
                ask(mock_conversations)
            assert len(ask(mock_conversations)) == 500

        def test_none(mock_conversations):
            mock_conversations.set_faults("outage")
            mock_conversations.set_faults([])
            assert len(ask(mock_conversations)) == 500
    """)

    project.runpytest().assert_outcomes(passed=3)


def test_a_scenario_may_be_a_file_beside_the_test(project: pytest.Pytester) -> None:
    project.path.joinpath("mine.yaml").write_text("name: mine\nsize: {conversations: 3}\n")
    project.makepyfile("""
        import pytest
        from call import ask

        @pytest.mark.mockserver(scenario="mine.yaml")
        def test_file(mock_conversations):
            assert len(ask(mock_conversations)) == 3
    """)

    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("scenari='one'", "*the marker mockserver does not take 'scenari'; known: faults, now,*"),
        ("'one'", "*the marker mockserver does not take a value without a name; known: *"),
        ("scenario='bussy'", "*unknown scenario 'bussy'*did you mean busy?*"),
        ("now='noon'", "*noon*"),
        ("faults='outrage'", "*outrage*did you mean outage?*"),
        ("profile={'order': 'random'}", "*random*"),
    ],
    ids=["keyword", "value", "scenario", "now", "faults", "profile"],
)
def test_a_wrong_marker_is_an_error_with_one_sentence(
    marker: str, message: str, project: pytest.Pytester
) -> None:
    project.makepyfile(f"""
        import pytest

        @pytest.mark.mockserver({marker})
        def test_never(mock_conversations):
            pass
    """)

    result = project.runpytest()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_a_failing_test_shows_its_last_five_requests(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from call import ask

        def test_fails(mock_conversations):
            for number in range(7):
                ask(mock_conversations, f"?afterDate=2026-01-0{number + 1}")
            assert False

        def test_fails_before_the_first(mock_conversations):
            assert False

        def test_passes(mock_conversations):
            ask(mock_conversations, "?afterDate=2001-01-01")
    """)

    result = project.runpytest()

    result.assert_outcomes(passed=1, failed=2)
    shown = re.findall(r"200 GET /conversations\?afterDate=(\S+)", result.stdout.str())
    assert shown == [f"2026-01-0{number}" for number in range(3, 8)]
    result.stdout.fnmatch_lines(
        ["*mockserver: the last requests to http://localhost:*/~test-fails*"]
    )
    result.stdout.fnmatch_lines(["  ! afterDate has no zone*", "none"])


def test_workers_have_servers_of_their_own(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import os
        import pytest
        from call import ask

        @pytest.mark.parametrize("number", range(8))
        def test_port(mock_conversations, number):
            mock_conversations.add_message(text="Hello?")
            assert ask(mock_conversations)[0]["mostRecentMessage"]["text"] == "Hello?"
            with open(os.environ["PYTEST_XDIST_WORKER"], "a") as file:
                print(mock_conversations.url.partition("/~")[0], file=file)
    """)

    project.runpytest_subprocess("-p", "xdist", "-n", "2").assert_outcomes(passed=8)

    ports = [set(project.path.joinpath(f"gw{n}").read_text().split()) for n in (0, 1)]
    assert [len(found) for found in ports] == [1, 1]
    assert ports[0] != ports[1]


def test_async_tests_can_use_it(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import asyncio
        from call import ask

        def test_async(mock_conversations):
            async def work():
                async with asyncio.timeout(120):
                    mock_conversations.add_message(text="Hello?")
                    return await asyncio.to_thread(ask, mock_conversations)

            assert asyncio.run(work())[0]["mostRecentMessage"]["text"] == "Hello?"
    """)

    project.runpytest().assert_outcomes(passed=1)


def test_nothing_heavy_is_imported_before_it_is_used(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import sys

        def test_modules():
            ours = {name for name in sys.modules if name.startswith("mockserver")}
            assert ours == {
                "mockserver",
                "mockserver.errors",
                "mockserver.testing",
                "mockserver.testing.plugin",
                "mockserver.testing.server_process",
            }
    """)

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_marker_and_the_fixture_explain_themselves(project: pytest.Pytester) -> None:
    result = project.runpytest("--markers", "--fixtures")

    result.stdout.fnmatch_lines(["@pytest.mark.mockserver(scenario=NAME or FILE,*"])


@pytest.fixture
def laws(
    project: pytest.Pytester, server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """Hold a project whose tests judge the served mock."""
    user = server.space.find_user("ada")
    assert user is not None
    monkeypatch.setenv("MOCKSERVER_USER", "ada")
    monkeypatch.setenv("MOCKSERVER_PASSWORD", user.password.reveal())
    return project


def test_a_target_is_judged_by_one_item_a_law(laws: pytest.Pytester) -> None:
    with MockServer(few_rows()) as server:
        result = laws.runpytest("--mockserver-target", server.url, "-v")

    outcomes = result.parseoutcomes()
    assert result.ret == 0, result.stdout.str()
    assert sum(outcomes.values()) == len(LAWS) + 1
    assert outcomes["passed"] > len(LAWS) / 2


@deep_only
def test_a_violated_law_says_what_was_received_and_documented(laws: pytest.Pytester) -> None:
    with MockServer(few_rows(), bugs=["account-ignored"]) as server:
        result = laws.runpytest("--mockserver-target", server.url)

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "L06-union (must): `accountIds` *",
            "Received: *",
            "Documented: *",
            "Request: GET /conversations[?]accountIds=$account*",
            "Replay: mockserver check http*",
        ]
    )
    # The sentence stands in the summary, so that `-q` is enough to know what is wrong.
    result.stdout.fnmatch_lines(["FAILED *L06-union - `accountIds` *"])


@deep_only
@pytest.mark.parametrize(
    ("accepted", "outcome"),
    [
        pytest.param(f"fingerprint: {ONE_CAUSE}", {"failed": 1}, id="one-cause"),
        pytest.param("law: L10", {"xfailed": 1}, id="every-cause"),
    ],
)
def test_an_accepted_cause_lets_no_other_one_pass(
    laws: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    accepted: str,
    outcome: dict[str, int],
) -> None:
    waivers = laws.makefile(".yaml", f"- {{{accepted}, reason: ticket 17, expires: 2999-01-01}}")
    monkeypatch.setenv("MOCKSERVER_WAIVE", str(waivers))

    with MockServer(few_rows(), bugs=["or-across-filters"]) as server:
        result = laws.runpytest("--mockserver-target", server.url, "-k", "L10-")

    result.assert_outcomes(**outcome, deselected=len(LAWS))


def test_a_target_that_cannot_be_judged_is_one_failure(laws: pytest.Pytester) -> None:
    result = laws.runpytest("--mockserver-target", "http://127.0.0.1:9", "-q")

    result.assert_outcomes(failed=1, skipped=len(LAWS))
    result.stdout.fnmatch_lines(["not judged: http://127.0.0.1:9 cannot be reached"])


def test_a_run_that_breaks_off_is_not_begun_again_for_each_law(laws: pytest.Pytester) -> None:
    laws.makeconftest("""
        import mockserver.testing.law_items

        def breaks(*args, **named):
            print("asked", 1)
            raise RecursionError("too deep")

        mockserver.testing.law_items.judge_target = breaks
    """)

    words = ("--mockserver-target", "http://localhost:1", "-s")
    result = laws.runpytest_subprocess(*words)

    result.assert_outcomes(failed=len(LAWS) + 1)
    assert result.stdout.str().count("asked 1") == 1
    result.stdout.fnmatch_lines(["E *RecursionError: too deep"])
    result.stdout.fnmatch_lines(["the run broke off: RecursionError: too deep"])


def test_a_target_needs_the_extra_check(laws: pytest.Pytester) -> None:
    laws.makeconftest("import sys; sys.modules['httpcore2'] = None")

    result = laws.runpytest_subprocess("--mockserver-target", "http://localhost:1")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mockserver-target needs httpcore2; run: pip install *"])


def test_a_target_without_a_user_is_refused(project: pytest.Pytester) -> None:
    result = project.runpytest("--mockserver-target", "http://localhost:1")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mockserver-target: nobody to sign in*"])


def test_a_live_target_needs_consent(laws: pytest.Pytester) -> None:
    result = laws.runpytest("--mockserver-target", "http://api.example.com")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--live*"])


def test_a_target_is_asked_by_one_process_only(laws: pytest.Pytester) -> None:
    result = laws.runpytest("--mockserver-target", "http://localhost:1", "-p", "xdist", "-n", "2")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mockserver-target asks from one process; leave out -n*"])
