import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mockserver"
BASE = {"errors", "models", "contract", "profile", "options", "resources"}
FRONT_ENDS = {
    "__init__",
    "__main__",
    "cli",
    "cli_serve",
    "output",
    "terminal",
    "cli_check",
    "cli_drift",
    "cli_fuzz",
    "cli_score",
    "pytest_laws",
    "pytest_plugin",
    "score",
    "screen",
    "target_call",
    "target_run",
}
# Who may import whom: a room → the rooms that it sees.
ALLOWED = {
    "base": {"base"},
    "wire": {"base", "wire"},
    "world": {"base", "world"},
    "checks": {"base", "checks"},
    "server": {"base", "wire", "world", "server"},
    "front": {"base", "wire", "world", "server", "checks", "front"},
}
# One optional dependency, one file.
ONLY_IN = {
    "faker": {"world/pools.py"},
    "uvicorn": {"server/http.py"},
    "schemathesis": {"checks/schemas.py", "checks/hooks.py"},
    "httpcore2": {"checks/transport.py"},
    "redis": {"checks/fuzz.py"},
    "watchfiles": {"server/watch.py"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(parts: tuple[str, ...]) -> str:
    if not parts:
        return "base"
    if parts[0] in ALLOWED:
        return parts[0]
    return "front" if parts[0] in FRONT_ENDS else "base"


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""
            if node.module == "mockserver":
                yield from (f"mockserver.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_rooms_it_may_see(path: Path) -> None:
    relative = path.relative_to(PACKAGE).with_suffix("")
    own = room_of(relative.parts)

    seen = {
        room_of(tuple(name.split(".")[1:]))
        for name in imports_of(path)
        if name.startswith("mockserver.")
    }

    assert seen <= ALLOWED[own]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_optional_dependency_is_imported_in_one_file(path: Path) -> None:
    own = str(path.relative_to(PACKAGE))

    strays = {
        name
        for name in (imported.split(".")[0] for imported in imports_of(path))
        if own not in ONLY_IN.get(name, {own})
    }

    assert strays == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_base_names_are_modules_of_the_package() -> None:
    assert {name for name in BASE if not (PACKAGE / f"{name}.py").exists()} <= {"options"}
