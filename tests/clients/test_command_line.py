import json
from pathlib import Path

import pytest

from tests.clients.conftest import ACCOUNTS, AFTER, AWKWARD, COMMA, CUSTOMERS, PLAIN, Seen
from tests.programs import require_program, run_program
from tests.rows import matching_ids

JSON = ("-H", "Accept: application/json")


@pytest.mark.parametrize(
    ("pairs", "filters"),
    [
        pytest.param([f"accountIds={ACCOUNTS[1]}"], {"accounts": [ACCOUNTS[1]]}, id="one"),
        pytest.param(
            [f"endpointIds={','.join(PLAIN[:2])}", f"customerIds={CUSTOMERS[0]}"],
            {"endpoints": PLAIN[:2], "customers": CUSTOMERS[:1]},
            id="several",
        ),
        pytest.param(
            [f"endpointIds={id_}" for id_ in AWKWARD], {"endpoints": AWKWARD}, id="awkward"
        ),
        pytest.param([f'endpointIds="{COMMA}"'], {"endpoints": [COMMA]}, id="quoted-comma"),
        pytest.param([f"afterDate={AFTER}"], {"after": AFTER}, id="after"),
    ],
)
def test_curl_gets_the_rows_of_the_world(
    pairs: list[str], filters: dict[str, list[str]], seen: Seen
) -> None:
    data = [word for pair in pairs for word in ("--data-urlencode", pair)]

    ended = run_program("curl", "-sG", *_user(seen), *data, f"{seen.url}/conversations.json")

    assert _ids(ended.stdout) == matching_ids(seen.world, **filters)  # type: ignore[arg-type]  # by name


def test_curl_signs_in_and_out_by_cookies(seen: Seen, tmp_path: Path) -> None:
    jar = ("-b", str(tmp_path / "jar"), "-c", str(tmp_path / "jar"))
    body = json.dumps({"userName": seen.username, "password": seen.password})
    rows = ("curl", "-s", *jar, *JSON, f"{seen.url}/conversations")

    run_program(
        *("curl", "-s", *jar, "-H", "Content-Type: application/json"),
        *("-d", body, f"{seen.url}/auth/credentials"),
    )
    signed_in = run_program(*rows)
    run_program("curl", "-s", *jar, f"{seen.url}/auth/logout")
    signed_out = run_program(*rows, "-w", "%{http_code}")

    assert _ids(signed_in.stdout) == matching_ids(seen.world)
    assert signed_out.stdout == "401"


@pytest.mark.parametrize(
    ("words", "status_line"),
    [
        (["/conversations.json"], "HTTP/1.1 401 Unauthorized"),
        (["-u", "ada:wrong", "/conversations.json"], "HTTP/1.1 401 Invalid Username or Password"),
        (["/conversations"], "HTTP/1.1 302 Found"),
    ],
    ids=["stranger", "wrong-password", "page"],
)
def test_curl_reads_why_it_is_refused(words: list[str], status_line: str, seen: Seen) -> None:
    ended = run_program("curl", "-si", *words[:-1], seen.url + words[-1])

    assert ended.stdout.splitlines()[0] == status_line


def test_curl_reads_a_bad_date(seen: Seen) -> None:
    url = f"{seen.url}/conversations.json?afterDate=garbage"

    ended = run_program("curl", "-si", *_user(seen), url)

    assert ended.stdout.splitlines()[0] == "HTTP/1.1 400 FormatException"
    assert ended.stdout.splitlines()[-1] == "{}"


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        pytest.param(f"accountIds={ACCOUNTS[1]}", {"accounts": [ACCOUNTS[1]]}, id="one"),
        pytest.param(f"endpointIds={','.join(PLAIN)}", {"endpoints": PLAIN}, id="several"),
        pytest.param(f"endpointIds={AWKWARD[5]},b c", {"endpoints": AWKWARD[::5]}, id="awkward"),
    ],
)
def test_wget_answers_the_challenge(query: str, filters: dict[str, list[str]], seen: Seen) -> None:
    url = f"{seen.url}/conversations.json?{query}"
    user = (f"--user={seen.username}", f"--password={seen.password}")

    ended = run_program("wget", "-q", "-O", "-", *user, url)

    assert _ids(ended.stdout) == matching_ids(seen.world, **filters)  # type: ignore[arg-type]  # by name


def test_wget_reads_why_it_is_refused(seen: Seen) -> None:
    user = ("--user=ada", "--password=wrong")

    ended = run_program("wget", "-O", "-", *user, f"{seen.url}/conversations.json")

    assert ended.returncode == 6
    assert "401 Invalid Username or Password" in ended.stderr


def test_wget_reads_a_bad_date(seen: Seen) -> None:
    user = (f"--user={seen.username}", f"--password={seen.password}", "--auth-no-challenge")
    url = f"{seen.url}/conversations.json?afterDate=garbage"

    ended = run_program("wget", "--content-on-error", "-O", "-", *user, url)

    assert (ended.returncode, ended.stdout) == (8, "{}")
    assert "400 FormatException" in ended.stderr


def _user(seen: Seen) -> tuple[str, str]:
    require_program("curl")
    return "-u", f"{seen.username}:{seen.password}"


def _ids(text: str) -> list[str | None]:
    return [row["id"] for row in json.loads(text)["conversations"]]
