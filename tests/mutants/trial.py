"""Try one mutant: does it count, does `check` find it, and if not, was it ever provoked?"""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from tests.mutants.consistency import inconsistent, rows_in
from tests.mutants.corpus import World
from tests.mutants.making import Mutant
from tests.mutants.moving import endless_moves
from tests.mutants.oracle import Difference, allow, different
from tests.mutants.places import ROOT
from tests.mutants.playing import Player
from tests.mutants.reference import (
    Reference,
    everything,
    find_differences,
    is_about_rows,
    options_for,
    own_rows,
    play_choices,
)
from tests.mutants.relay import Relay, relay_to
from tests.mutants.sequences import Answer, Ask
from tests.mutants.sequences import Sequence as Asks
from tests.mutants.serving import NotServed, command_of, environment, serve

__all__ = ["Outcome", "Result", "checked", "run_check", "try_mutant"]

Outcome = Literal[
    "killed at start", "does not count", "killed", "provoked, not recognised", "never provoked"
]
Record = Sequence[tuple[Ask, Answer]]

_USER, _OTHER = "max", "uma"
_SEED = 1
_FOUND, _BROKEN = 1, 6
_CHECK_SECONDS = 180.0
_MOVED_EVERY = 5
# A cookie that is shorter is no session's id.
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Hold what came of one mutant.

    Attributes:
        is_moving: `check` asked while the rows moved, since nothing else shows the mutant.
        witnesses: where it differs, by the recorded requests.
        code: how `check` ended.
        laws: those that it named.
        provoked: requests of `check` that were answered wrongly.
    """

    mutant: Mutant
    outcome: Outcome
    is_moving: bool = False
    witnesses: tuple[Difference, ...] = ()
    code: int | None = None
    laws: tuple[str, ...] = ()
    provoked: tuple[Difference, ...] = ()
    seconds: float = 0.0


def try_mutant(
    mutant: Mutant,
    reference: Reference,
    *,
    in_both: bool = False,
    check_options: Sequence[str] = (),
) -> Result:
    """Serve a mutant, compare its answers with the right ones, and let `check` judge it.

    Args:
        in_both: `check` itself runs with the mutant as well, and so does its own mock.
    """
    started = time.monotonic()
    try:
        result = _try(mutant, reference, in_both=in_both, check_options=check_options)
    except NotServed:
        result = Result(mutant=mutant, outcome="killed at start")
    return replace(result, seconds=time.monotonic() - started)


def _try(
    mutant: Mutant, reference: Reference, *, in_both: bool, check_options: Sequence[str]
) -> Result:
    witnesses = find_differences(mutant, reference)
    if not witnesses:
        return Result(mutant=mutant, outcome="does not count")
    is_moving = all(found.label.startswith("moving") for found in witnesses)
    with checked(mutant, reference.world, is_moving=is_moving) as relay:
        inside = mutant if in_both else None
        code, laws = run_check(relay.port, reference.world, inside, options=check_options)
        record = list(relay.record)
    result = Result(
        mutant=mutant,
        outcome="killed",
        is_moving=is_moving,
        witnesses=tuple(witnesses),
        code=code,
        laws=laws,
    )
    if code == _FOUND:
        return result
    provoked = tuple(_find_provoked(record, mutant, reference.world, is_moving=is_moving))
    outcome: Outcome = "provoked, not recognised" if provoked else "never provoked"
    return replace(result, outcome=outcome, provoked=provoked)


def run_check(
    port: int, world: World, mutant: Mutant | None, *, options: Sequence[str] = ()
) -> tuple[int, tuple[str, ...]]:
    """Run `check` in a process of its own; return its exit code and the laws that it named."""
    settings = environment(
        MOCKSERVER_USER=_USER,
        MOCKSERVER_PASSWORD=world.passwords[_USER],
        MOCKSERVER_OTHER_PASSWORD=world.passwords[_OTHER],
    )
    words = ["check", f"http://127.0.0.1:{port}", f"--other-user={_OTHER}", f"--seed={_SEED}"]
    with command_of(mutant) as command:
        try:
            ended = subprocess.run(
                [*command, *words, *options],
                cwd=ROOT,
                env=settings,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_CHECK_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _BROKEN, ("check did not end",)
    named = [line.split(" ")[0] for line in ended.stdout.splitlines() if line.endswith(" violated")]
    return ended.returncode, tuple(dict.fromkeys(named))


@contextmanager
def checked(mutant: Mutant | None, world: World, *, is_moving: bool) -> Iterator[Relay]:
    """Serve for a run of `check`, and move the rows meanwhile if that is wanted."""
    options = options_for(is_moving=is_moving)
    with serve(mutant, options=options) as served, Player(port=served.port) as player:
        after_each = _mover(player, world) if is_moving else None
        with relay_to(served.port, after_each=after_each) as relay:
            yield relay


def _find_provoked(
    record: Record, mutant: Mutant, world: World, *, is_moving: bool
) -> Iterator[Difference]:
    """Yield the requests of `check` that were answered wrongly."""
    options = options_for(is_moving=is_moving)
    with serve(mutant, options=options) as served, Player(port=served.port) as player:
        if is_moving:
            yield from _contradictions(record, player, world)
            return
        has_other_rows = own_rows(player, world) is not None
        if has_other_rows:
            yield from _contradictions(record, player, world)
    for found in _differences(record):
        if not (has_other_rows and is_about_rows(found.parts)):
            yield found


def _contradictions(record: Record, player: Player, world: World) -> Iterator[Difference]:
    """Ask a mutant the same again, and yield what contradicts the list asked for after each."""
    for n, (ask, _) in enumerate(record):
        asks = (ask,) if ask.is_admin else (ask, everything(world.passwords))
        answers = player.play(Asks(label="", asks=asks))
        rows = rows_in(answers[1]) if len(answers) > 1 else None
        parts = inconsistent(ask, answers[0], rows, world.visible) if rows else ()
        if parts:
            yield Difference(label=f"request {n + 1} of {len(record)}", ask=ask, parts=parts)


def _differences(record: Record) -> Iterator[Difference]:
    """Ask a server without a mutant the same again, and yield what it answers otherwise.

    Other choices of the profile are tried only where something differs.
    """
    with serve(None) as served:
        with Player(port=served.port) as player:
            usual = _repeat(player, record)
        suspects = [
            n
            for n, ((ask, given), right) in enumerate(zip(record, usual, strict=True))
            if different(ask, given, allow(ask, right, ()))
        ]
        if not suspects:
            return
        others = play_choices(served.port, lambda player: _repeat(player, record))
    for n in suspects:
        ask, given = record[n]
        right = allow(ask, usual[n], [(choice, answers[n]) for choice, answers in others])
        parts = different(ask, given, right)
        if parts:
            yield Difference(label=f"request {n + 1} of {len(record)}", ask=ask, parts=parts)


def _mover(player: Player, world: World) -> Callable[[Relay], None]:
    """Return what moves a row after every few requests, and puts that into the record."""
    moves = endless_moves(world)

    def move(relay: Relay) -> None:
        if len(relay.record) % _MOVED_EVERY:
            return
        ask = next(moves)
        try:
            answers = player.play(Asks(label="move", asks=(ask,)))
        except NotServed:
            answers = []
        relay.record.append((ask, answers[0] if answers else Answer()))

    return move


def _repeat(player: Player, record: Record) -> list[Answer]:
    """Return the answers to what was recorded, with the sessions that are begun meanwhile."""
    sessions: dict[str, str] = {}
    answers = []
    for ask, given in record:
        headers = tuple((name, _renewed(value, sessions)) for name, value in ask.headers)
        played = player.play(Asks(label="", asks=(replace(ask, headers=headers),)))
        answer = played[0] if played else Answer()
        lines = zip(given.values("set-cookie"), answer.values("set-cookie"), strict=False)
        for before, after in lines:
            sessions[_cookie(before)] = _cookie(after)
        answers.append(answer)
    return answers


def _renewed(value: str, sessions: dict[str, str]) -> str:
    for before, after in sessions.items():
        if len(before) >= _ID_LENGTH:
            value = value.replace(before, after)
    return value


def _cookie(line: str) -> str:
    return line.partition(";")[0].partition("=")[2]
