"""Write JSV, ServiceStack's JSON without quotes where none are needed.

Source: fixtures/transcripts/fuzz/text.ndjson; servicestack-*-default, groups ser-jsv, jsconfig.
"""

import re
from collections.abc import Sequence
from typing import cast

from mockserver.models import DIRECTIONS
from mockserver.wire.formats.dto import Dto, JsConfig, Member

__all__ = ["write_jsv", "write_jsv_value"]

_NEEDS_QUOTES = re.compile('[":,{}\\[\\]\r\n]')


def write_jsv(dto: Dto | None, config: JsConfig) -> str:
    """Return any answer as JSV text; null members are always left out."""
    if dto is None:
        return "{}"
    parts: list[str] = []
    if config.type_info and dto.type.clr_name is not None:
        parts.append(f"__type:{_quote(dto.type.clr_name)}")
    for member, value in zip(dto.type.members, dto.values, strict=True):
        if value is not None and not config.omits(member, value):
            parts.append(f"{config.name(member.name)}:{write_jsv_value(member, value, config)}")
    return "{" + ",".join(parts) + "}"


def write_jsv_value(member: Member, value: object, config: JsConfig) -> str:
    """Return one member's value, which is not null, as JSV text."""
    match member.kind:
        case "bool":
            return "True" if value else "False"
        case "enum" if config.enum_as_number:
            return str(DIRECTIONS.index(cast(str, value)))
        case "texts":
            return "[" + ",".join(_quote(item) for item in cast(Sequence[str], value)) + "]"
        case "map":
            pairs = cast(dict[str, str], value).items()
            return "{" + ",".join(f"{_quote(k)}:{_quote(v)}" for k, v in pairs) + "}"
        case "dto":
            return write_jsv(cast(Dto, value), config)
        case "dtos":
            items = cast(Sequence[Dto | None], value)
            return "[" + ",".join(write_jsv(item, config) for item in items) + "]"
        case _:
            return _quote(cast(str, value))


def _quote(text: str) -> str:
    if not text:
        return '""'
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
