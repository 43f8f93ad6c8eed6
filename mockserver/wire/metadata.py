"""Describe the operations to people and to generators; empty until the pages are written."""

from collections.abc import Sequence

from mockserver.contract import Contract

__all__ = ["metadata_page"]


def metadata_page(
    path: str, query: Sequence[tuple[str, str]], *, base_url: str, contract: Contract
) -> tuple[str, bytes] | None:
    """Return the page at a path; None where there is none."""
    return None
