import pytest

from mockserver.cli.serve_lines import describe_start
from mockserver.loopback import base_url
from mockserver.space.space import build_space
from mockserver.world.scenario import load_scenario


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", "http://localhost:4011"),
        ("127.0.0.1", "http://127.0.0.1:4011"),
        ("::1", "http://[::1]:4011"),
        ("0.0.0.0", "http://localhost:4011"),
        ("::", "http://localhost:4011"),
        ("0:0::0", "http://localhost:4011"),
        ("", "http://localhost:4011"),
    ],
)
def test_the_address_is_one_that_a_client_can_use(host: str, expected: str) -> None:
    assert base_url(host, 4011) == expected


def section(lines: list[str], title: str) -> list[str]:
    """Return the lines below a title, up to the next blank one."""
    rest = lines[lines.index(title) + 1 :]
    return rest[: rest.index("")]


def test_an_empty_world_lists_endpoints_and_how_the_first_message_arrives() -> None:
    space = build_space(load_scenario("empty"))

    *endpoints, more, hint, command = section(
        describe_start("http://localhost:4011", space, has_admin=True), "endpoints"
    )

    lines = space.world.directory.lines
    assert len(endpoints) == 10
    assert [text.split()[0] for text in endpoints] == [line.endpoint_id for line in lines[:10]]
    assert all(line.name in text for line, text in zip(lines, endpoints, strict=False))
    assert (more, hint) == ("  and 30 more", "  let the first message arrive:")
    assert command.startswith("  curl -s -H 'Content-Type: application/json' -d ")
    assert lines[0].endpoint_id in command


def test_without_an_open_admin_api_no_command_is_printed() -> None:
    space = build_space(load_scenario("empty"))

    told = [
        describe_start("http://localhost:4011", space),
        describe_start("http://localhost:4011", space, has_admin=True, needs_token=True),
    ]

    assert [section(lines, "endpoints")[-1] for lines in told] == ["  and 30 more"] * 2


def test_a_world_with_conversations_lists_no_endpoints() -> None:
    assert "endpoints" not in describe_start("http://a", build_space(load_scenario("one")))
