"""Find the data files of the package, in a wheel and in an editable install alike."""

from pathlib import Path

__all__ = ["find_resource"]

_PACKAGE = Path(__file__).resolve().parent
# In a wheel these lie inside the package; in a checkout they lie at the root.
_CHECKOUT = {"openapi.yaml": "openapi.yaml", "scenarios": "fixtures/scenarios"}


def find_resource(name: str) -> Path:
    """Return the path of `openapi.yaml` or of the folder `scenarios`."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / _CHECKOUT[name]
