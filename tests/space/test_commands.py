from pathlib import Path

import pytest

from mockserver.bugs.switch import bug_names
from mockserver.dotnet.ticks import LATEST_TICKS
from mockserver.errors import ProblemError, UsageError
from mockserver.models import ConversationInfo
from mockserver.space.beginning import Start, build_start
from mockserver.space.commands import (
    AddMessage,
    ChangeConversation,
    Clock,
    Command,
    CreateSpace,
    DeleteSpace,
    RemoveConversation,
    Reset,
    Restore,
    SetBugs,
    SetClock,
    SetFaults,
    SetProfile,
)
from mockserver.space.log_file import load_state, write_log
from mockserver.space.spaces import Spaces
from mockserver.world.scenario import load_scenario

UNIX = 1_772_366_400
START = build_start(load_scenario("one"), unix_seconds=UNIX)


def spaces_of(start: Start) -> Spaces:
    return Spaces(start, time=lambda: UNIX, bug_names=bug_names)


SECOND = 10_000_000
ROW = ConversationInfo(id="c")
WRONG: dict[str, Command] = {
    "clock": SetClock(clock=Clock(frozen_ticks=LATEST_TICKS + 1)),
    "clock-before": SetClock(clock=Clock(frozen_ticks=-1)),
    "offset": SetClock(clock=Clock(offset_ticks=10**30)),
    "point": SetProfile(choices={"ordr": "by-id"}),
    "choice": SetProfile(choices={"order": "by-name"}),
    "fault": SetFaults(rules=({"fault": "staus"},)),
    "faults": SetFaults(rules=({"fault": "hang"},) * 401),
    "bug": SetBugs(names=("no-such-bug",)),
    "bugs": SetBugs(names=("list-bare",) * 501),
    "no-id": AddMessage(conversation=ConversationInfo(), at_ticks=0),
    "late": AddMessage(conversation=ROW, at_ticks=LATEST_TICKS + SECOND),
    "needs": ChangeConversation(conversation=ROW, needs_ticks=9, at_ticks=8),
    "early": RemoveConversation(conversation_id="c", at_ticks=-1),
    "removed": AddMessage(conversation=ConversationInfo(id="gone"), at_ticks=9),
    "create": CreateSpace(),
    "delete": DeleteSpace(),
    "restore": Restore(start=None, commands=(Reset(), SetBugs(names=("no-such-bug",)))),
}


@pytest.mark.parametrize("command", WRONG.values(), ids=WRONG)
def test_a_command_that_cannot_be_is_neither_logged_nor_folded(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    spaces, file = load_state(path, start=START, spaces_of=spaces_of)
    spaces.default.apply(RemoveConversation(conversation_id="gone", at_ticks=1))
    before, logged = write_log(spaces.default), path.read_bytes()

    with pytest.raises((UsageError, ProblemError)):
        spaces.apply("default", command)
    with pytest.raises(UsageError):
        spaces.default.apply(command)

    file.close()
    assert (write_log(spaces.default), path.read_bytes()) == (before, logged)


@pytest.mark.parametrize(
    "command",
    [SetProfile(choices={"order": "by-id"}), SetBugs(names=("list-bare",)), Reset(), CreateSpace()],
    ids=lambda command: type(command).__name__,
)
def test_a_command_that_the_log_does_not_take_changes_nothing(command: Command) -> None:
    spaces = spaces_of(START)
    spaces.default.apply(SetProfile(choices={"nulls": "write"}))
    before = write_log(spaces.default)

    class Full:
        """A disk without room."""

        def append(self, space: str, command: Command) -> None:
            """Keep nothing."""
            raise ProblemError("no room", status=507)

    spaces.keep_log(Full())
    with pytest.raises(ProblemError, match="no room"):
        spaces.apply("new" if isinstance(command, CreateSpace) else "default", command)

    assert (write_log(spaces.default), len(spaces)) == (before, 1)
