"""Encode selected rows; each row's JSON is made once and kept."""

from collections.abc import Sequence

from mockserver.models import ConversationInfo
from mockserver.server.pages.html_pages import rows_page
from mockserver.server.request.answers import body_answer, dto_answer
from mockserver.server.request.exchange import Exchange
from mockserver.wire.formats.dto import conversations_dto
from mockserver.wire.formats.json_text import encode_json_row, join_json_rows
from mockserver.world.rows import EncodedRows, View

__all__ = ["encode_rows", "encode_these"]

_MAX_KEPT_BYTES = 16 * 1024 * 1024


def encode_rows(x: Exchange) -> None:
    """Answer with the selected rows, in the negotiated format (HTTP 200)."""
    style, view = x.style, x.view
    assert style is not None
    if style.joins_rows:
        parts = _encode_each(view, x.numbers, nulls=style.options.include_nulls)
        x.answer = answer = body_answer(style, join_json_rows(parts))
        answer.rows, answer.parts = len(x.numbers), parts
    else:
        encode_these(x, [view.row(number) for number in x.numbers])


def encode_these(x: Exchange, rows: Sequence[ConversationInfo | None]) -> None:
    """Answer with rows that are at hand; None is one without members."""
    style = x.style
    assert style is not None
    if style.negotiated.format in ("html", "jsonreport"):
        query = x.request.query.decode("latin-1")
        answer = body_answer(style, rows_page(rows, site=x.site, query=query))
    else:
        answer = dto_answer(style, conversations_dto(rows), site=x.site)
    answer.rows = len(rows)
    x.answer = answer


def _encode_each(view: View, numbers: Sequence[int], *, nulls: bool) -> tuple[bytes, ...]:
    kept = view.encoded_rows.get(nulls)
    if kept is None:
        kept = view.encoded_rows[nulls] = EncodedRows(max_bytes=_MAX_KEPT_BYTES)
    return kept.encode(numbers, lambda number: encode_json_row(view.row(number), nulls=nulls))
