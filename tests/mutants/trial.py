"""Try one mutant: does it count, does `check` find it, and if not, was it ever provoked?"""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.mutants.corpus import World, build_corpus, read_world
from tests.mutants.making import Mutant
from tests.mutants.moving import MOVING_SCENARIO, endless_moves, moving_sequences
from tests.mutants.oracle import Allowed, Difference, allow, choices, different
from tests.mutants.places import ROOT
from tests.mutants.playing import Player
from tests.mutants.relay import Relay, relay_to
from tests.mutants.sequences import Answer, Ask
from tests.mutants.sequences import Sequence as Asks
from tests.mutants.serving import NotServed, command_of, environment, serve

__all__ = ["Outcome", "Reference", "Result", "find_differences", "make_reference", "run_check", "try_mutant"]

DEAD, SAME, KILLED, UNSEEN, UNPROVOKED = (
    "killed at start",
    "does not count",
    "killed",
    "provoked, not recognised",
    "never provoked",
)
Outcome = str
_USER, _OTHER = "max", "uma"
_SEED = "1"
_FOUND, _BROKEN = 1, 6
_CHECK_SECONDS = 180.0
_MOVE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Hold what is asked, and what answers are right."""

    world: World
    sequences: tuple[Asks, ...]
    allowed: tuple[tuple[Allowed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Hold what came of one mutant.

    Attributes:
        is_moving: `check` asked while the rows moved, since nothing else shows the mutant.
        witnesses: where it differs, by the recorded requests.
        code: how `check` ended.
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


def make_reference() -> Reference:
    """Ask a server without a mutant, at each choice of each point as well."""
    with serve(None) as served:
        player = Player(port=served.port)
        sign_in = World(
            accounts=(), customers=(), endpoints=(), dates=(), rows=(), passwords=served.passwords
        )
        (answer,) = player.play(Asks(label="all", asks=(whole_list(sign_in),)))
        world = read_world(answer.body, served.passwords)
        sequences = (*build_corpus(world), *moving_sequences(world))
        usual = [player.play(sequence) for sequence in sequences]
        others = [
            (choice, _play_all(served.port, sequences, {point: choice}))
            for point, named in choices().items()
            for choice in named
        ]
    allowed = tuple(
        tuple(
            allow(ask, answers[i], [(choice, played[n][i]) for choice, played in others])
            for i, ask in enumerate(sequence.asks)
        )
        for n, (sequence, answers) in enumerate(zip(sequences, usual, strict=True))
    )
    return Reference(world=world, sequences=sequences, allowed=allowed)


def try_mutant(mutant: Mutant, reference: Reference, *, in_both: bool = False) -> Result:
    """Serve a mutant, compare its answers with the right ones, and let `check` judge it.

    Args:
        in_both: `check` itself runs with the mutant as well, and so does its own mock.
    """
    started = time.monotonic()
    try:
        result = _try(mutant, reference, in_both=in_both)
    except NotServed:
        result = Result(mutant=mutant, outcome=DEAD)
    return replace(result, seconds=time.monotonic() - started)


def find_differences(mutant: Mutant | None, reference: Reference) -> list[Difference]:
    """Return where a mutant's answers are none of those that are right.

    Raises:
        NotServed: it does not start, or hangs.
    """
    found: list[Difference] = []
    with serve(mutant) as served:
        player = Player(port=served.port)
        for sequence, allowed in zip(reference.sequences, reference.allowed, strict=True):
            answers = player.play(sequence)
            asked = zip(sequence.asks, answers, allowed, strict=False)
            found += _compare(sequence.label, asked)
        player.close()
    return found


def run_check(port: int, reference: Reference, mutant: Mutant | None) -> tuple[int, tuple[str, ...]]:
    """Run `check` in a process of its own, and return its exit code and what it named."""
    passwords = reference.world.passwords
    settings = environment(
        MOCKSERVER_USER=_USER,
        MOCKSERVER_PASSWORD=passwords[_USER],
        MOCKSERVER_OTHER_PASSWORD=passwords[_OTHER],
    )
    with command_of(mutant) as command:
        url = f"http://127.0.0.1:{port}"
        words = [*command, "check", url, f"--other-user={_OTHER}", f"--seed={_SEED}"]
        try:
            ended = subprocess.run(
                words,
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
    named = [line.split(" ")[0] for line in ended.stdout.splitlines() if " violated" in line]
    return ended.returncode, tuple(named)


def whole_list(world: World) -> Ask:
    """Return the question for all rows."""
    from tests.mutants.moving import _basic

    return Ask(target="/conversations.json", headers=(_basic("ada", world),))


def _play_all(port: int, sequences: Sequence[Asks], profile: dict[str, str]) -> list[list[Answer]]:
    name = "-".join(*profile.items()).lower().replace("+", "east").replace(":", "")
    player = Player(port=port, space=name)
    assert player.make_space(name, None, profile), profile
    played = [player.play(sequence, space_profile=profile) for sequence in sequences]
    player.close()
    return played


def _compare(label: str, asked: Iterator[tuple[Ask, Answer, Allowed]]) -> Iterator[Difference]:
    for ask, answer, allowed in asked:
        parts = different(ask, answer, allowed)
        if parts:
            yield Difference(label=label, ask=ask, parts=parts)


def _try(mutant: Mutant, reference: Reference, *, in_both: bool) -> Result:
    witnesses = find_differences(mutant, reference)
    if not witnesses:
        return Result(mutant=mutant, outcome=SAME)
    is_moving = all(found.label.startswith("moving") for found in witnesses)
    with checked(mutant, reference, is_moving=is_moving) as relay:
        code, laws = run_check(relay.port, reference, mutant if in_both else None)
        record = list(relay.record)
    result = Result(
        mutant=mutant,
        outcome=KILLED,
        is_moving=is_moving,
        witnesses=tuple(witnesses),
        code=code,
        laws=laws,
    )
    if code == _FOUND:
        return result
    provoked = tuple(find_provoked(record, is_moving=is_moving))
    return replace(result, outcome=UNSEEN if provoked else UNPROVOKED, provoked=provoked)


@contextmanager
def checked(mutant: Mutant | None, reference: Reference, *, is_moving: bool) -> Iterator[Relay]:
    """Serve for a run of `check`, and move the rows meanwhile if that is wanted."""
    options = [f"--scenario={MOVING_SCENARIO}"] if is_moving else []
    done = threading.Event()
    with serve(mutant, options=options) as served, relay_to(served.port) as relay:
        mover = threading.Thread(target=_move, args=(relay.port, reference.world, done))
        if is_moving:
            mover.start()
        try:
            yield relay
        finally:
            done.set()
            if is_moving:
                mover.join()


def _move(port: int, world: World, done: threading.Event) -> None:
    player = Player(port=port)
    for ask in endless_moves(world):
        if done.wait(_MOVE_SECONDS):
            break
        try:
            player.play(Asks(label="move", asks=(ask,)))
        except NotServed:
            break
    player.close()


def find_provoked(
    record: Sequence[tuple[Ask, Answer]], *, is_moving: bool
) -> Iterator[Difference]:
    """Ask a server without a mutant the same again, and yield what it answers otherwise.

    Other choices of the profile are tried only where something differs.
    """
    with serve(None, options=[f"--scenario={MOVING_SCENARIO}"] if is_moving else []) as served:
        usual = _repeat(served.port, record, None, {})
        pairs = [(ask, answer) for ask, answer in record]
        first = [allow(ask, right, ()) for (ask, _), right in zip(pairs, usual, strict=True)]
        suspects = [n for n, (ask, given) in enumerate(pairs) if different(ask, given, first[n])]
        if not suspects:
            return
        others = [
            (choice, _repeat(served.port, record, f"other-{point}-{number}", {point: choice}))
            for point, named in choices().items()
            for number, choice in enumerate(named)
        ]
    for n in suspects:
        ask, given = pairs[n]
        allowed = allow(ask, usual[n], [(choice, played[n]) for choice, played in others])
        parts = different(ask, given, allowed)
        if parts:
            yield Difference(label=f"request {n + 1} of {len(pairs)}", ask=ask, parts=parts)


def _repeat(
    port: int, record: Sequence[tuple[Ask, Answer]], space: str | None, profile: dict[str, str]
) -> list[Answer]:
    """Return the answers to what was recorded, with the sessions that are begun meanwhile."""
    player = Player(port=port, space=space)
    if space is not None:
        assert player.make_space(space, None, profile), profile
    sessions: dict[str, str] = {}
    answers = []
    for ask, given in record:
        headers = tuple((name, _renew(value, sessions)) for name, value in ask.headers)
        played = player.play(Asks(label="", asks=(replace(ask, headers=headers),)))
        answer = played[0] if played else Answer()
        for before, after in zip(given.values("set-cookie"), answer.values("set-cookie")):
            sessions[_cookie(before)] = _cookie(after)
        answers.append(answer)
    player.close()
    return answers


def _renew(value: str, sessions: dict[str, str]) -> str:
    for before, after in sessions.items():
        if len(before) > 8:
            value = value.replace(before, after)
    return value


def _cookie(line: str) -> str:
    return line.partition(";")[0].partition("=")[2]
