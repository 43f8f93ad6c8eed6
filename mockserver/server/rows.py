"""Encode selected rows; each row's JSON is made once and kept."""

from collections.abc import Sequence

from mockserver.server.exchange import Answer
from mockserver.server.replies import Style, body_answer, dto_answer
from mockserver.server.space import Space
from mockserver.wire.dto import JsConfig, conversations_dto
from mockserver.wire.encode import encode_json_row, join_json_rows
from mockserver.wire.pages import rows_page
from mockserver.world.rows import EncodedRows

__all__ = ["encode_rows"]

_PLAIN = (JsConfig(), JsConfig(include_nulls=True))
_MAX_KEPT_BYTES = 16 * 1024 * 1024


def encode_rows(space: Space, numbers: Sequence[int], style: Style) -> Answer:
    """Return the 200 that holds the rows of these numbers, in the negotiated format."""
    format_name = style.negotiated.format
    if format_name in ("json", "jsonl") and style.options in _PLAIN:
        parts = _encode_each(space, numbers, nulls=style.options.include_nulls)
        answer = body_answer(style, join_json_rows(parts))
        answer.parts = parts
    else:
        rows = [space.world.row(number) for number in numbers]
        if format_name in ("html", "jsonreport"):
            prefix, query = style.page or (".", "")
            answer = body_answer(style, rows_page(rows, prefix=prefix, query=query))
        else:
            answer = dto_answer(style, conversations_dto(rows))
    answer.rows = len(numbers)
    return answer


def _encode_each(space: Space, numbers: Sequence[int], *, nulls: bool) -> tuple[bytes, ...]:
    world = space.world
    kept = world.encoded_rows.get(nulls)
    if kept is None:
        kept = world.encoded_rows[nulls] = EncodedRows(max_bytes=_MAX_KEPT_BYTES)
    return kept.encode(numbers, lambda number: encode_json_row(world.row(number), nulls=nulls))
