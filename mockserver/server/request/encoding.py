"""Encode selected rows; each row's JSON is made once and kept."""

from collections.abc import Callable, Sequence

from mockserver.models import ConversationInfo
from mockserver.server.pages.conversations_page import Asked, conversations_page, page_of
from mockserver.server.request.answers import body_answer, dto_answer
from mockserver.server.request.exchange import Exchange
from mockserver.wire.formats.dto import JsConfig, conversations_dto
from mockserver.wire.formats.json_text import encode_json_row, join_json_rows
from mockserver.world.rows import EncodedRows, View

__all__ = ["encode_rows", "encode_these"]

_MAX_KEPT_BYTES = 16 * 1024 * 1024


def encode_rows(x: Exchange) -> None:
    """Answer with the selected rows, in the negotiated format (HTTP 200)."""
    style, view = x.style, x.view
    assert style is not None
    if style.joins_rows:
        parts = _encode_each(view, x.numbers, style.options)
        x.answer = answer = body_answer(style, join_json_rows(parts))
        answer.rows, answer.parts = len(x.numbers), parts
    elif _is_page(x):
        _encode_page(x, len(x.numbers), lambda at: [view.row(number) for number in x.numbers[at]])
    else:
        encode_these(x, [view.row(number) for number in x.numbers])


def encode_these(x: Exchange, rows: Sequence[ConversationInfo | None]) -> None:
    """Answer with rows that are at hand; None is one without members."""
    assert x.style is not None
    if _is_page(x):
        _encode_page(x, len(rows), lambda at: rows[at])
        return
    x.answer = dto_answer(x.style, conversations_dto(rows), site=x.site)
    x.answer.rows = len(rows)


def _is_page(x: Exchange) -> bool:
    assert x.style is not None
    return x.style.negotiated.format in ("html", "jsonreport")


def _encode_page(
    x: Exchange, count: int, rows_at: Callable[[slice], Sequence[ConversationInfo | None]]
) -> None:
    """Answer with one page of rows; of the others only the count is asked for."""
    request = x.request
    assert x.style is not None
    assert x.wanted is not None
    page = page_of(count, request.pairs)
    asked = Asked(
        query=request.query.decode("latin-1"),
        pairs=request.pairs,
        is_whole=not request.body,
        wanted=x.wanted,
        user=x.user,
        now_ticks=x.now_ticks,
    )
    body = conversations_page(
        rows_at(page.rows), page, asked=asked, directory=x.view.directory, site=x.site
    )
    x.answer = body_answer(x.style, body)
    x.answer.rows = count


def _encode_each(view: View, numbers: Sequence[int], options: JsConfig) -> tuple[bytes, ...]:
    nulls, omits_false = key = options.include_nulls, options.omit_false
    kept = view.encoded_rows.get(key)
    if kept is None:
        kept = view.encoded_rows[key] = EncodedRows(max_bytes=_MAX_KEPT_BYTES)
    return kept.encode(
        numbers,
        lambda number: encode_json_row(view.row(number), nulls=nulls, omits_false=omits_false),
    )
