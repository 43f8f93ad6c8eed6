"""Write XML as .NET's DataContractSerializer does, its failures included.

A character that XML 1.0 forbids makes the writer break off in the middle of a text; the host
then appends the error, which breaks off in turn when its own message shows that character.
Source: fixtures/transcripts/fuzz/text.ndjson; servicestack-*-default, groups ser-xml, login.
"""

import re
from collections.abc import Sequence
from typing import cast

from mockserver.dotnet.characters import XML_BARS
from mockserver.wire.formats.dto import Dto, Member, error_dto, pascal

__all__ = ["write_xml"]

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
_FORBIDDEN = re.compile(f"[{XML_BARS}]")
_MARKUP = re.compile("[&<>]|\r\n?")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class _BreakOffError(Exception):
    """Carry the forbidden character out of the writer."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


def write_xml(dto: Dto) -> str:
    """Return any answer as XML text, broken off where a character is forbidden."""
    parts: list[str] = []
    try:
        _write_document(parts, dto)
    except _BreakOffError as exc:
        try:
            _write_document(parts, _forbidden(exc.character))
        except _BreakOffError:
            pass
    return "".join(parts)


def _forbidden(character: str) -> Dto:
    shown = "." if character == "\x00" else character
    message = f"'{shown}', hexadecimal value 0x{ord(character):02X}, is an invalid character."
    return error_dto("ArgumentException", message)


def _write_document(parts: list[str], dto: Dto) -> None:
    name = dto.type.name
    parts.append(f'{_DECLARATION}<{name} xmlns:i="{_INSTANCE}" xmlns="{dto.type.xml_namespace}">')
    _write_members(parts, dto, depth=2)
    parts.append(f"</{name}>")


def _write_members(parts: list[str], dto: Dto, *, depth: int) -> None:
    for place, member in dto.type.xml_members:
        name = pascal(member.name)
        value = dto.values[place]
        is_foreign = member.kind in ("texts", "map")
        # The namespace of a list or map is declared on its element even when that is null.
        declaration = f' xmlns:d{depth}p1="{_ARRAYS}"' if is_foreign else ""
        if value is None:
            parts.append(f'<{name}{declaration} i:nil="true" />')
        elif member.kind in ("dtos", "texts", "map") and not value:
            parts.append(f"<{name}{declaration} />")
        else:
            parts.append(f"<{name}{declaration}>")
            _write_value(parts, member, value, depth)
            parts.append(f"</{name}>")


def _write_value(parts: list[str], member: Member, value: object, depth: int) -> None:
    match member.kind:
        case "bool":
            parts.append("true" if value else "false")
        case "texts":
            for item in cast(Sequence[str], value):
                _write_element(parts, f"d{depth}p1:string", item)
        case "map":
            entry = f"d{depth}p1:KeyValueOfstringstring"
            for key, text in cast(dict[str, str], value).items():
                parts.append(f"<{entry}>")
                _write_element(parts, f"d{depth}p1:Key", key)
                _write_element(parts, f"d{depth}p1:Value", text)
                parts.append(f"</{entry}>")
        case "dto":
            _write_members(parts, cast(Dto, value), depth=depth + 1)
        case "dtos":
            _write_items(parts, member, cast(Sequence[Dto | None], value), depth)
        case _:
            _write_text(parts, cast(str, value))


def _write_items(parts: list[str], member: Member, items: Sequence[Dto | None], depth: int) -> None:
    name = member.of.name if member.of is not None else ""
    for item in items:
        if item is None:
            parts.append(f'<{name} i:nil="true" />')
            continue
        parts.append(f"<{name}>")
        _write_members(parts, item, depth=depth + 2)
        parts.append(f"</{name}>")


def _write_element(parts: list[str], name: str, text: str) -> None:
    parts.append(f"<{name}>")
    _write_text(parts, text)
    parts.append(f"</{name}>")


def _write_text(parts: list[str], text: str) -> None:
    forbidden = _FORBIDDEN.search(text)
    if forbidden is None:
        parts.append(_MARKUP.sub(_escape, text))
        return
    # The writer had committed the text up to its last line break, and loses the rest.
    before = _MARKUP.sub(_escape, text[: forbidden.start()])
    parts.append(before[: before.rfind("\n") + 1])
    raise _BreakOffError(forbidden[0])


def _escape(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], "\n")
