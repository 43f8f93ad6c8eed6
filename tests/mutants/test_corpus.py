import re

import pytest

from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.mutants.corpus import World, basic, build_corpus, read_world
from tests.mutants.dates import move_date
from tests.mutants.playing import Player
from tests.mutants.sequences import Ask, Sequence

ROW_DATE = "2026-02-16T18:54:29.952Z"


@pytest.fixture(scope="module")
def world(server: MockServer) -> World:
    # The passwords of a scenario that is shipped are no secrets.
    users = load_scenario("default").users
    passwords = {user.username: str(user.password.reveal()) for user in users}
    asked = Ask(target="/conversations.json", headers=(basic("ada", passwords),))
    with Player(port=server.port) as player:
        (answer,) = player.play(Sequence(label="all", asks=(asked,)))
    return read_world(answer.body, passwords=passwords, visible={})


@pytest.mark.parametrize(
    "shape",
    [
        r"accountIds=[0-9a-f]{24},[0-9a-f]{24}",
        r"accountIds=[0-9a-f]{24}%2C",
        r"accountIds=[0-9a-f]{24}&accountIds=",
        r"customerIds=[0-9a-f]{24}",
        r"\.(xml|csv|jsv|jsonl)\?",
        r"format=xml",
        r"callback=",
        r"afterDate=2026-\d\d-\d\dT[^&]*%2B",
        r"afterDate=garbage",
        r"/auth/logout",
        r"/auth/credentials",
        r"/auth/status",
    ],
)
def test_the_corpus_has_the_shapes_of_the_recordings(shape: str, world: World) -> None:
    targets = [ask.target for one in build_corpus(world) for ask in one.asks]

    assert any(re.search(shape, target) for target in targets)


def test_no_recorded_id_or_password_is_left(world: World) -> None:
    asked = repr(build_corpus(world))

    assert re.findall(r"5f1[ace]0{6,}|wonder|pässwörd|bob\.smith", asked) == []


@pytest.mark.parametrize(
    ("recorded", "moved"),
    [
        ("2024-03-05T10:00:00Z", "2026-02-16T18:54:29.952Z"),
        ("2024-03-05T09:59:59.9999999Z", "2026-02-16T18:54:29.9519999Z"),
        ("2024-03-05T10:00:00.0000001Z", "2026-02-16T18:54:29.9520001Z"),
        ("2024-03-05T12:00:00+02:00", "2026-02-16T20:54:29.952+02:00"),
        ("2024-03-05 10:00:00", "2026-02-16 18:54:29.952"),
        ("2024-03-02", "2026-02-13"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("garbage", "garbage"),
    ],
)
def test_a_date_is_moved_and_keeps_its_spelling(recorded: str, moved: str) -> None:
    assert move_date(recorded, ROW_DATE) == moved
