"""Run the command line with one module replaced: `python -m tests.mutants.with_mutant M FILE …`.

M is a module of the package, FILE what is read in its place; what follows is as for `mockserver`.
Nothing else is another, and no file of the package is touched.
"""

import importlib.abc
import importlib.util
import resource
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__: list[str] = []

# A mutant may count on without end; it must not take the machine with it.
_MOST_BYTES = 4 << 30


class _Finder(importlib.abc.MetaPathFinder):
    """Find one module in a file of its own, and no other."""

    def __init__(self, module: str, file: str) -> None:
        self._module = module
        self._file = file

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where the module is, for the one that is replaced."""
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self._file)


def main() -> int:
    """Put the finder before all others, then run the command."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    module, file, *words = sys.argv[1:]
    sys.meta_path.insert(0, _Finder(module, file))
    # Only now, so that whatever it imports is found as it is to be.
    from mockserver.cli.main import main as run

    sys.argv = ["mockserver", *words]
    return int(run())


if __name__ == "__main__":
    sys.exit(main())
