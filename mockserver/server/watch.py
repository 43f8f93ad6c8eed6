"""Take up a scenario or dataset file that changes while the server runs.

A thread waits for the files and makes the new world; the server's own loop puts it in place, so
that no request meets half of it. What is wrong with a new file is said in one line, and the last
good one stays.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch

from mockserver.errors import UsageError, describe_crash
from mockserver.space.beginning import Start
from mockserver.space.spaces import DEFAULT, Spaces

__all__ = ["Watcher", "files_of"]

_STEP_MS = 50
_SETTLED_MS = 200


def files_of(start: Start) -> list[Path]:
    """Return the files that a start came from; the shipped ones are among them."""
    paths = (start.scenario.path, start.scenario.dataset)
    return [path.absolute() for path in paths if path is not None]


class Watcher:
    """Watch the files of a server's start, from `run` in a thread until `stop`.

    Args:
        load: reads the files again; raises UsageError where they are wrong.
        loop: the server's loop, where the spaces may change.
        say: told each time in one line what was taken up or refused, and whether it was.
    """

    def __init__(
        self,
        spaces: Spaces,
        *,
        load: Callable[[], Start],
        loop: asyncio.AbstractEventLoop,
        say: Callable[[str, bool], None],
    ) -> None:
        self._spaces = spaces
        self._load = load
        self._loop = loop
        self._say = say
        self._stopped = threading.Event()
        self._files = files_of(spaces.start)
        self._seen = _stamps(self._files)
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()
        self._thread.join(1)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._follow(self._files)

    def _follow(self, files: Sequence[Path]) -> None:
        """Take up changes of the files until there are others to follow."""
        # The folders, for most editors put a new file in the place of the old one.
        for _ in watch(
            *{path.parent for path in files},
            watch_filter=lambda _, path: Path(path) in files,
            debounce=_SETTLED_MS,
            step=_STEP_MS,
            rust_timeout=_SETTLED_MS,
            # What changed before the watch began is found at the first time-out.
            yield_on_timeout=True,
            stop_event=self._stopped,
            recursive=False,
            raise_interrupt=False,
        ):
            now = _stamps(files)
            changed = [path for path in files if now[path] not in (None, self._seen[path])]
            self._seen = now
            if changed:
                self._take_up(changed[0].name)
            if self._files != files:
                return

    def _take_up(self, name: str) -> None:
        """Load the files again; what they are now is noted before anybody hears of it."""
        try:
            start = self._load()
            if files_of(start) != self._files:
                self._files = files_of(start)
                self._seen = _stamps(self._files)
                # What is loaded is at least as new as what was noted.
                start = self._load()
            # Built here, so that the server answers meanwhile.
            world = self._spaces.build(DEFAULT, start).ground.world
        except UsageError as exc:
            self._say(f"{name}: kept the last good one: {exc}", False)
            return
        except Exception as exc:
            self._say(f"{name}: kept the last good one: {describe_crash(exc)}", False)
            return
        text = f"{name}: taken up, {len(world)} conversations"
        self._loop.call_soon_threadsafe(self._begin_again, start, text)

    def _begin_again(self, start: Start, text: str) -> None:
        self._spaces.begin_again(start)
        self._say(text, True)


def _stamps(files: Sequence[Path]) -> dict[Path, tuple[int, int, int] | None]:
    """Return what tells one state of each file from the next; None where it is absent."""
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
