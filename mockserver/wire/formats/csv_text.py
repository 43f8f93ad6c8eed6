"""Write CSV as ServiceStack does: a header of declared names, and JSV in what is no plain value.

The operation's answer has one member, so its CSV is one column with one cell. A type with
`[DataContract]` is written as the items of its first list instead, nothing where that is null.
Source: fixtures/transcripts/fuzz/text.ndjson; servicestack-*-default, groups ser-csv, login.
"""

import re
from collections.abc import Sequence
from typing import cast

from mockserver.wire.formats.dto import Dto, JsConfig, Member, pascal
from mockserver.wire.formats.jsv_text import JSV

__all__ = ["first_list", "write_csv"]

_NEEDS_QUOTES = re.compile('[",\r\n]|^[\\[{]')
_END = "\r\n"


def write_csv(dto: Dto, config: JsConfig) -> str:
    """Return any answer as CSV text."""
    unrolled = first_list(dto)
    if unrolled is not None:
        items = unrolled[0]
        return "" if items is None else ",".join(_quote(item) for item in items) + _END
    header = ",".join(pascal(member.name) for member in dto.type.members)
    cells = (
        _cell(member, value, config)
        for member, value in zip(dto.type.members, dto.values, strict=True)
    )
    return f"{header}{_END}{','.join(cells)}{_END}"


def first_list(dto: Dto) -> tuple[Sequence[str] | None] | None:
    """Return what CSV and JSONL write in the DTO's place: its first list; None for the whole."""
    if not dto.type.is_contract:
        return None
    for member, value in zip(dto.type.members, dto.values, strict=True):
        if member.kind == "texts":
            return (cast(Sequence[str] | None, value),)
    return None


def _cell(member: Member, value: object, config: JsConfig) -> str:
    if value is None:
        return ""
    if member.kind == "text":
        return _quote(cast(str, value))
    return _quote(JSV.write_value(member, value, config))


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
