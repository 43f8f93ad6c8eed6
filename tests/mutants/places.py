"""Say which modules are mutated, and what each of them is for.

Never those that generate rows, nor pools, pages, metadata and bodies: what they decide is text, or
nothing that the contract settles.
"""

from pathlib import Path

__all__ = ["AREAS", "ROOT", "area_of", "both_sides", "module_name"]

ROOT = Path(__file__).parents[2]
AREAS: dict[str, tuple[str, ...]] = {
    "binding": ("wire/bind.py", "wire/literals.py", "wire/escapes.py", "server/request/binding.py"),
    "negotiation": ("wire/negotiate.py", "wire/style.py"),
    "routing": ("wire/route.py", "server/request/routing.py"),
    "encoding": (
        "wire/formats/csv_text.py",
        "wire/formats/dto.py",
        "wire/formats/encode.py",
        "wire/formats/json_text.py",
        "wire/formats/jsv_text.py",
        "wire/formats/notation.py",
        "wire/formats/xml_text.py",
        "server/request/encoding.py",
    ),
    "index": (
        "world/index.py",
        "world/rows.py",
        "world/timeline.py",
        "server/request/selecting.py",
    ),
    "overlay": ("world/overlay.py",),
    "living rows": ("world/living.py",),
    "dates": ("dotnet/iso_time.py", "dotnet/ticks.py"),
    "authentication": (
        "wire/http_request.py",
        "space/space.py",
        "server/request/authenticate.py",
        "server/request/cookies.py",
        "server/request/sign_in.py",
    ),
    "request path": (
        "server/request/answer_head.py",
        "server/request/answers.py",
        "server/request/body_limits.py",
        "server/request/entry.py",
        "server/request/exchange.py",
        "server/request/find_space.py",
        "server/request/path.py",
        "server/request/refusal.py",
        "server/request/site_guard.py",
    ),
}
_PACKAGE = ROOT / "mockserver"


def area_of(path: str) -> str:
    """Return what a module, given by its path in the package, is for."""
    return next(area for area, paths in AREAS.items() if path in paths)


def both_sides() -> dict[str, tuple[str, ...]]:
    """Return what is also mutated in the mock that `check` compares with, a group at a time."""
    paths = [path for paths in AREAS.values() for path in paths]
    world = tuple(path for path in paths if path.startswith("world/"))
    return {"world": world, "wire/bind": ("wire/bind.py",)}


def module_name(path: str) -> str:
    """Return the name under which a module is imported."""
    return ".".join(("mockserver", *Path(path).with_suffix("").parts))
