"""Move a world while it is asked: every so often a row is added, changed or removed.

A move that is due is made when the next request comes, so that no other thread touches the space;
after a long silence only some are made up for.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.dotnet.ticks import format_ticks
from mockserver.models import ConversationInfo, ListConversations
from mockserver.space.commands import AddMessage, ChangeConversation, RemoveConversation
from mockserver.space.space import Space
from mockserver.world.index import select

__all__ = ["MovingApp"]

_AT_ONCE = 20
_MOVES = ("message", "message", "read", "new", "remove")


class MovingApp:
    """Serve an app whose default space never stands still.

    Args:
        seconds: between two moves.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        app: ASGIApp,
        space: Space,
        *,
        seconds: float = 0.1,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._space = space
        self._seconds = seconds
        self._clock = clock
        self._started = clock()
        self._draw = random.Random(seed)
        self._skipped = 0
        self.moves = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, after the moves that are due."""
        due = int((self._clock() - self._started) / self._seconds) - self.moves - self._skipped
        self._skipped += max(0, due - _AT_ONCE)
        for _ in range(min(due, _AT_ONCE)):
            self.move()
        await self._app(scope, receive, send)

    def move(self) -> None:
        """Add, change or remove one row."""
        self.moves += 1
        space = self._space
        now = space.now_ticks()
        rows = self._rows(now)
        if not rows:
            return
        row = space.world.row(self._draw.choice(rows))
        message = row.most_recent_message
        if row.id is None or message is None:
            return
        match self._draw.choice(_MOVES):
            case "remove" if len(rows) > 20:
                space.apply(RemoveConversation(conversation_id=row.id, at_ticks=now))
            case "read":
                read = replace(row, most_recent_message=replace(message, is_unread=False))
                space.apply(ChangeConversation(conversation=read, needs_ticks=-1, at_ticks=now))
            case "new":
                made = replace(row, id=self._id(), other_address=f"+999{self.moves:09}")
                space.apply(AddMessage(conversation=self._newer(made, now), at_ticks=now))
            case _:
                space.apply(AddMessage(conversation=self._newer(row, now), at_ticks=now))

    def _rows(self, now_ticks: int) -> Sequence[int]:
        space = self._space
        everything = ListConversations()
        return select(space.world, everything, space.profile, account_ids=None, now_ticks=now_ticks)

    def _newer(self, row: ConversationInfo, now_ticks: int) -> ConversationInfo:
        """Return a row with a message of now."""
        message = row.most_recent_message
        assert message is not None
        return replace(
            row,
            most_recent_message=replace(
                message,
                id=self._id(),
                date=format_ticks(now_ticks),
                direction="Incoming",
                sender=row.other_address,
                other_address=row.other_address,
                text=f"Message {self.moves}",
                is_unread=True,
            ),
        )

    def _id(self) -> str:
        return f"{self._draw.getrandbits(96):024x}"
