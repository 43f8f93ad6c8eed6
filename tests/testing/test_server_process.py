"""The plugin's server is a process of its own, which nothing that a test does can reach."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.depth import deep_or

SECONDS = 30
REFUSE = """
def refuse(*args, **named):
    pytest.fail("this is patched")

class Refused:
    __init__ = __new__ = refuse
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Hold a project that has our plugin alone; others take seconds to load."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "mockserver.testing.plugin")
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider --strict-markers")
    return pytester


# What goes together is patched at once: a refusal names the function that was called after all.
PATCHES = {
    "sockets": "socket.socket.connect = refuse; socket.socket = Refused;"
    " socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse",
    "default-timeout": "socket.setdefaulttimeout(0.000001)",
    "poll": "select.select = select.poll = selectors.DefaultSelector = refuse",
    "http-and-json": "http.client.HTTPConnection.request = http.client.HTTPResponse.read = refuse;"
    " http.client.HTTPConnection = Refused;"
    " urllib.request.urlopen = urllib.parse.urlencode = refuse;"
    " json.dumps = json.loads = refuse",
    "time": "time.time = time.monotonic = time.sleep = refuse",
    "time-jumps": "time.monotonic = lambda: 1e12",
    "freezegun": "import freezegun; freezegun.freeze_time('2001-01-01').start()",
    "time-machine": "import time_machine; time_machine.travel('2001-01-01').start()",
    "files-and-processes": "os.read = os.write = os.close = os.pipe = refuse;"
    " os.fork = os.posix_spawn = os.kill = os.waitpid = refuse;"
    " subprocess.Popen = Refused",
    "environ-and-folder": "os.environ.clear(); sys.executable = None; sys.path.clear();"
    " os.rmdir(os.getcwd()) if os.chdir(tempfile.mkdtemp()) else 0",
    "open-and-threads": "builtins.open = io.open = refuse; threading.Thread = refuse;"
    " threading.Lock = contextlib.suppress = refuse;"
    " signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
}
PATCHED = deep_or(
    ("sockets", "time-machine", "files-and-processes", "environ-and-folder"), deep=tuple(PATCHES)
)


@pytest.mark.parametrize("patch", [PATCHES[name] for name in PATCHED], ids=PATCHED)
def test_what_a_test_leaves_patched_reaches_neither_fixture_nor_hook(
    patch: str, project: pytest.Pytester
) -> None:
    project.makepyfile(f"""
        import builtins, contextlib, http.client, io, json, os, select, selectors, signal, socket
        import subprocess, sys, tempfile, threading, time, urllib.parse, urllib.request
        import pytest
        {REFUSE.replace(chr(10), chr(10) + " " * 8)}
        def test_patches():
            {patch}

        def test_starts_the_server(mock_conversations):
            mock_conversations.add_message(text="Hello?")
            assert mock_conversations.requests() == []
            raise RuntimeError

        @pytest.mark.mockserver(scenario="busy", now="2026-03-01T12:00:00Z", faults="outage")
        def test_has_a_fresh_space(mock_conversations):
            assert mock_conversations.advance(seconds=1) == "2026-03-01T12:00:01.000Z"

        @pytest.mark.mockserver(scenario="bussy")
        def test_is_refused(mock_conversations):
            pass
    """)

    result = project.runpytest_subprocess()

    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*mockserver: the last requests to http*", "none"])
    result.stdout.fnmatch_lines(["*unknown scenario 'bussy'*"])


ENDINGS = {
    "killed": "os.kill(the_child(), signal.SIGKILL)",
    "killed-and-collected": "os.kill(the_child(), 9); os.waitpid(-1, 0)",
    "every-file-closed": "close(open_files())",
    "files-are-others-now": "files = open_files(); close(files); fill(files)",
    "space-closed": "mock_conversations.close()",
    "sigpipe": "signal.signal(signal.SIGPIPE, signal.SIG_DFL); end()",
}
# Each way starts three servers.
ENDED = deep_or(("files-are-others-now",), deep=tuple(ENDINGS))


@pytest.mark.parametrize("closing", [ENDINGS[name] for name in ENDED], ids=ENDED)
def test_what_a_test_ends_is_there_again_for_the_next(
    closing: str, project: pytest.Pytester
) -> None:
    project.makepyfile(f"""
        import os, signal, stat

        def the_child():
            with open(f"/proc/self/task/{{os.getpid()}}/children") as children:
                return int(children.read().split()[-1])

        def open_files():
            found = []
            for descriptor in range(3, 200):
                try:
                    if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                        found.append(descriptor)
                except OSError:
                    pass
            assert found
            return found

        def close(files):
            for descriptor in files:
                os.close(descriptor)

        def fill(files):
            for descriptor in files:
                other = os.open("other.txt", os.O_RDWR | os.O_CREAT)
                if other != descriptor:
                    os.dup2(other, descriptor)
                    os.close(other)

        def end():
            os.kill(the_child(), signal.SIGKILL)

        def test_ends_and_fails(mock_conversations):
            {closing}
            raise RuntimeError

        def test_ends_and_passes(mock_conversations):
            {closing}

        def test_next(mock_conversations):
            assert mock_conversations.add_message(text="Hello?")
            assert mock_conversations.requests() == []
    """)

    result = project.runpytest_subprocess()

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*mockserver: the last requests to http*"])
    other = project.path / "other.txt"
    assert not other.exists() or other.read_bytes() == b""


def test_a_call_after_the_server_was_ended_is_one_sentence(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import os, signal, pytest
        from mockserver.errors import MockServerError

        def test_ended(mock_conversations):
            with open(f"/proc/self/task/{os.getpid()}/children") as children:
                os.kill(int(children.read().split()[-1]), signal.SIGKILL)
            os.waitpid(-1, 0)
            with pytest.raises(MockServerError, match="the mock on port .* does not answer"):
                mock_conversations.requests()
    """)

    project.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("pass", id="alone"),
        pytest.param("os.fork() or time.sleep(600)", id="a-fork-holds-the-channel"),
    ],
)
def test_the_server_ends_when_pytest_is_killed(before: str, project: pytest.Pytester) -> None:
    project.makepyfile(f"""
        import os, sys, time

        def test_waits(mock_conversations):
            {before}
            with open("part", "w") as file:
                print(mock_conversations.url.partition("/~")[0], file=file)
            os.rename("part", "url")
            time.sleep(600)
    """)
    command = [sys.executable, "-m", "pytest"]
    process = subprocess.Popen(
        command, cwd=project.path, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        url = _wait_for(project.path / "url", process)
        with urlopen(f"{url}/healthz", timeout=SECONDS) as answer:
            assert answer.status == 200

        process.kill()
        process.wait(timeout=SECONDS)

        assert _has_ended(url)
    finally:
        # The fork is left: nobody may be there any more.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_a_test_that_stops_the_clock_stops_no_other(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import freezegun

        def test_frozen(mock_conversations, mock_conversations_factory):
            with freezegun.freeze_time("2001-01-01"):
                assert mock_conversations.advance(seconds=0) > "2026"
                assert mock_conversations_factory().advance(seconds=0) > "2026"
    """)

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_fixture_of_a_module_shares_a_space(project: pytest.Pytester) -> None:
    project.path.joinpath("mine.yaml").write_text("name: mine\nsize: {conversations: 3}\n")
    project.makepyfile("""
        import pytest
        from mockserver.errors import UsageError

        @pytest.fixture(scope="module")
        def inbox(mock_conversations_factory):
            with mock_conversations_factory(
                scenario="mine.yaml", now="2026-03-01T12:00:00Z", profile={"nulls": "write"}
            ) as mock:
                yield mock

        def test_first(inbox):
            inbox.add_message(text="Hello?")
            assert inbox.advance(seconds=60) == "2026-03-01T12:01:00.000Z"

        def test_second(inbox, mock_conversations, mock_conversations_factory):
            assert inbox.advance(seconds=0) == "2026-03-01T12:01:00.000Z"
            other = mock_conversations_factory(scenario="one", faults="outage")
            assert len({inbox.url, other.url, mock_conversations.url}) == 3

        @pytest.mark.parametrize(
            "settings", [{"faults": "outrage"}, {"profile": {"nulls": "no"}}, {"now": "noon"}],
        )
        def test_wrong(mock_conversations_factory, settings):
            with pytest.raises(UsageError, match="outrage|'no'|noon"):
                mock_conversations_factory(**settings)

        def test_unknown(mock_conversations_factory):
            with pytest.raises(TypeError, match="scenari"):
                mock_conversations_factory(scenari="one")
    """)

    project.runpytest_subprocess().assert_outcomes(passed=6)


def test_an_order_that_was_interrupted_does_not_answer_the_next(
    project: pytest.Pytester,
) -> None:
    project.path.joinpath("slow.yaml").write_text("name: slow\nsize: {conversations: 100000}\n")
    project.path.joinpath("mine.yaml").write_text("name: mine\nsize: {conversations: 3}\n")
    project.makepyfile("""
        import signal
        import pytest

        def test_interrupted(mock_conversations, mock_conversations_factory):
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt):
                mock_conversations_factory(scenario="slow.yaml")
            assert len(mock_conversations_factory(scenario="one")._call("GET")["users"]) > 0
            mine = mock_conversations_factory(scenario="mine.yaml")
            assert mine._call("GET")["conversations"] == 3
            slow = mock_conversations_factory(scenario="slow.yaml")
            assert slow._call("GET")["conversations"] == 100_000
    """)

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_one_thread_waits_while_another_changes_the_space(project: pytest.Pytester) -> None:
    project.makepyfile("""
        from concurrent.futures import ThreadPoolExecutor
        from urllib.error import HTTPError
        from urllib.request import urlopen

        def test_waits(mock_conversations):
            with ThreadPoolExecutor() as pool:
                waiting = pool.submit(mock_conversations.requests, count=1, wait=30)
                mock_conversations.set_faults("outage")
                try:
                    urlopen(f"{mock_conversations.url}/conversations", timeout=30)
                except HTTPError as error:
                    assert error.code == 503
                assert len(waiting.result()) == 1
    """)

    project.runpytest_subprocess().assert_outcomes(passed=1)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + SECONDS
    while not path.exists():
        assert process.poll() is None, "pytest ended"
        assert time.monotonic() < until
        time.sleep(0.01)
    return path.read_text().strip()


def _has_ended(url: str) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/healthz", timeout=SECONDS):
                time.sleep(0.01)
        except URLError:
            return True
        except OSError:
            time.sleep(0.01)  # It was ended while it answered.
    return False
