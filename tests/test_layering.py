import ast
import graphlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "mockserver"
# Who may import whom: a room → the rooms that it sees, besides itself.
ALLOWED = {
    "base": set(),
    "dotnet": {"base"},
    "wire": {"base", "dotnet"},
    "world": {"base", "dotnet"},
    "checks": {"base"},
    "space": {"base", "dotnet", "wire", "world"},
    "server": {"base", "dotnet", "wire", "world", "space"},
    "bugs": {"base", "dotnet", "wire", "world", "space", "server"},
    "options": {"base"},
    "score": {"base", "dotnet", "wire", "world", "space", "server", "bugs", "checks", "cli"},
    "cli": {
        *("base", "dotnet", "wire", "world", "space", "server", "bugs", "checks", "options"),
        "score",
    },
    "testing": {
        *("base", "dotnet", "wire", "world", "space", "server", "bugs", "checks", "options"),
        "cli",
    },
}
# What stands elsewhere than in the folder of its room.
ELSEWHERE = {
    "__init__": "base",
    "__main__": "cli",
    "documents": "base",
}
# What users import from a place that is not its own.
PUBLIC_NAMES = {"server/__init__.py": {"testing"}}
# Folders whose modules are named after one list of categories.
CATEGORIES = {"bugs", "checks/laws"}
MOST_AT_THE_ROOT = 8
# One optional dependency, one file.
ONLY_IN = {
    "faker": {"world/pools.py"},
    "uvicorn": {"server/connection.py", "server/cycle.py", "server/http.py"},
    "schemathesis": {"checks/schemas.py", "checks/st_hooks.py"},
    "jsonschema": {"documents/json_schema.py"},
    "harfile": {"checks/evidence_files.py"},
    "httpcore2": {"checks/sending/transport.py"},
    "redis": {"checks/fuzz.py"},
    "watchfiles": {"server/watch.py"},
    "jinja2": {"checks/forms/html_report.py", "server/pages/rendering.py"},
}
ONLY_IN_PLACES = sorted({place for places in ONLY_IN.values() for place in places})
MODULES = sorted(PACKAGE.rglob("*.py"))
PARTS_OF_PAGES = sorted(
    path for path in PACKAGE.rglob("*") if path.suffix in {".css", ".html", ".js", ".source"}
)


def room_of(place: str) -> str:
    """Return the room of a module or folder of the package, such as `wire/bind`."""
    for known, room in ELSEWHERE.items():
        if place == known or place.startswith(f"{known}/"):
            return room
    folder, slash, _ = place.partition("/")
    return folder if slash or folder in ALLOWED else "base"


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""
            if node.module == "mockserver":
                yield from (f"mockserver.{alias.name}" for alias in node.names)


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_a_module_imports_only_from_the_rooms_it_may_see() -> None:
    strays = set()
    for path in MODULES:
        place = place_of(path)
        own = room_of(place.removesuffix(".py").removesuffix("/__init__"))
        allowed = ALLOWED[own] | {own} | PUBLIC_NAMES.get(place, set())
        for name in imports_of(path):
            if name.startswith("mockserver."):
                seen = room_of(name.removeprefix("mockserver.").replace(".", "/"))
                strays |= {(place, name)} if seen not in allowed else set()

    assert strays == set()


def test_an_optional_dependency_is_imported_in_one_file() -> None:
    strays = {
        (place_of(path), name)
        for path in MODULES
        for name in (imported.split(".")[0] for imported in imports_of(path))
        if place_of(path) not in ONLY_IN.get(name, {place_of(path)})
    }

    assert strays == set()


def test_a_file_has_at_most_400_lines() -> None:
    lengths = {
        place_of(path): len(path.read_text().splitlines()) for path in (*MODULES, *PARTS_OF_PAGES)
    }

    assert {place: length for place, length in lengths.items() if length > 400} == {}


def test_what_the_rules_name_exists() -> None:
    named = {*ELSEWHERE, *PUBLIC_NAMES, *CATEGORIES, *ONLY_IN_PLACES}

    assert {
        place
        for place in named
        if not (PACKAGE / place).exists() and not (PACKAGE / f"{place}.py").exists()
    } == set()


def test_a_module_that_a_text_names_exists() -> None:
    known = [f"/{place_of(module)}" for module in MODULES]

    strays = {
        (place_of(path), name)
        for path in MODULES
        for name in re.findall(r"(?<![\w/])[\w/]+\.py\b", path.read_text())
        if not any(k.endswith(f"/{name}") for k in known)
    }

    assert strays == set()


def test_every_folder_has_a_room() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} <= {*ALLOWED, *ELSEWHERE}


def test_no_module_imports_itself_through_others() -> None:
    names = {path: path.relative_to(PACKAGE.parent).with_suffix("") for path in MODULES}
    graph = {
        ".".join(name.parts).removesuffix(".__init__"): imports_of(path)
        for path, name in names.items()
    }

    # Raises CycleError, which names the circle.
    graphlib.TopologicalSorter(graph).prepare()


def test_the_root_holds_few_modules() -> None:
    assert len(list(PACKAGE.glob("[!_]*.py"))) <= MOST_AT_THE_ROOT


def test_no_two_modules_share_a_name() -> None:
    counts = Counter(
        path.stem
        for path in MODULES
        if path.stem != "__init__" and path.parent.relative_to(PACKAGE).as_posix() not in CATEGORIES
    )

    assert {name for name, count in counts.items() if count > 1} == set()
