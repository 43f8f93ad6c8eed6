"""Run `serve --for browser`: what an app in a browser needs, in one word."""

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mockserver.cli.main import main
from mockserver.contract import load_contract
from mockserver.profile import CLIENTS, Profile
from tests.cli.test_main import Server, serving
from tests.depth import deep_or
from tests.waiting import PATIENCE_SECONDS

FETCH = {"Accept": "application/json", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}
POINT = "provider-order"


def order_of(server: Server) -> Any:
    return json.loads(server.get("/__admin/spaces/default/profile"))[POINT]


def challenge_of(server: Server) -> str:
    """Ask as a page does, and return what the refusal asks for."""
    with pytest.raises(HTTPError) as caught:
        server.get("/conversations", **FETCH)
    caught.value.close()
    return str(caught.value.headers["WWW-Authenticate"]).partition(" ")[0]


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_kind_of_client_needs_is_a_choice_of_the_contract(client: str) -> None:
    assert Profile.default(load_contract()).with_choices(CLIENTS[client])


def test_the_refusal_opens_no_dialog_and_nothing_is_said_of_one(tmp_path: Path) -> None:
    with serving(tmp_path, "--for", "browser") as server:
        challenge = challenge_of(server)
        server.stop()

    assert challenge == "credentials"
    assert [line for line in server.output if "dialog" in line] == []


def test_without_it_the_start_and_one_line_of_the_log_say_why_fetch_waits(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        challenges = [challenge_of(server), challenge_of(server)]
        server.stop()

    assert challenges == ["basic", "basic"]
    at_start, in_log = [line for line in server.output if "fetch waits" in line]
    assert at_start.startswith("  a 401")
    assert in_log.startswith("  ! this 401")
    assert len([line for line in server.output if "--for browser" in line]) == 2


# From the weakest to the strongest.
FILE = "profile: {provider-order: credentials}"


PLACES = {
    "default": ("{}", "", "basic"),
    "file": ("{}", "--profile FILE", "credentials"),
    "scenario": ("profile: {provider-order: basic}", "--profile FILE", "basic"),
    "scenario-for": ("for: browser", "", "credentials"),
    "unknown": ("{for: browser, profile: {provider-order: unknown}}", "", "credentials"),
    "its-own-profile": ("{for: browser, profile: {provider-order: basic}}", "", "basic"),
    "for": ("profile: {provider-order: basic}", "--for browser", "credentials"),
    "set": ("{}", "--for browser --set provider-order=basic", "basic"),
}
TRIED = deep_or(("scenario", "its-own-profile", "for", "set"), deep=tuple(PLACES))


@pytest.mark.parametrize(
    ("scenario", "args", "expected"), [PLACES[name] for name in TRIED], ids=TRIED
)
def test_the_nearest_says_how_it_is(
    scenario: str, args: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(scenario)
    (tmp_path / "profile.yaml").write_text(FILE)
    words = args.replace("FILE", str(tmp_path / "profile.yaml")).split()

    with serving(tmp_path, "--scenario-file", str(tmp_path / "mine.yaml"), *words) as server:
        assert order_of(server) == expected


def test_a_space_says_otherwise(tmp_path: Path) -> None:
    with serving(tmp_path, MOCKSERVER_FOR="browser") as server:
        asked = Request(
            f"{server.url}/__admin/spaces/default/profile",
            data=b'{"provider-order": "basic"}',
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        urlopen(asked, timeout=PATIENCE_SECONDS).close()

        assert challenge_of(server) == "basic"


def test_a_log_takes_the_flags_that_began_it_and_no_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.log"
    flags = ["--state", str(state), "--for", "browser", "--set", f"{POINT}=basic"]
    (tmp_path / "profile.yaml").write_text(FILE)
    flags += ["--profile", str(tmp_path / "profile.yaml")]
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with serving(tmp_path / "first", *flags) as server:
        server.stop()
    with serving(tmp_path / "second", *flags) as server:
        assert order_of(server) == "basic"
        server.stop()
    capsys.readouterr()

    code = main(["serve", "--state", str(state), "--for", "browser"])

    assert code == 2
    assert f"--for {POINT}=credentials contradicts" in capsys.readouterr().err
