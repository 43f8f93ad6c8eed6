"""Write what JSON and JSV have in common: members between braces, each by its kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from mockserver.models import DIRECTIONS
from mockserver.wire.formats.dto import Dto, JsConfig, Member

__all__ = ["Notation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """Say how texts, names and booleans are written.

    Attributes:
        quote: a text → the text as a value.
        name_mark: what stands around a member's name.
        booleans: false and true.
        has_nulls: `?jsconfig=` may ask for members that are null.
    """

    quote: Callable[[str], str]
    name_mark: str
    booleans: tuple[str, str]
    has_nulls: bool

    def write(self, dto: Dto | None, config: JsConfig) -> str:
        """Return an answer, or a part of one."""
        if dto is None:
            return "{}"
        parts: list[str] = []
        if config.type_info and dto.type.clr_name is not None:
            parts.append(self._pair("__type", self.quote(dto.type.clr_name)))
        for member, value in zip(dto.type.members, dto.values, strict=True):
            if value is None:
                if self.has_nulls and config.include_nulls:
                    parts.append(self._pair(config.name(member.name), "null"))
            elif not config.omits(member, value):
                text = self.write_value(member, value, config)
                parts.append(self._pair(config.name(member.name), text))
        return "{" + ",".join(parts) + "}"

    def write_value(self, member: Member, value: object, config: JsConfig) -> str:
        """Return one member's value, which is not null."""
        match member.kind:
            case "bool":
                return self.booleans[bool(value)]
            case "enum" if config.enum_as_number:
                return str(DIRECTIONS.index(cast(str, value)))
            case "texts":
                return "[" + ",".join(map(self.quote, cast(Sequence[str], value))) + "]"
            case "map":
                pairs = cast(Mapping[str, str], value).items()
                return "{" + ",".join(f"{self.quote(k)}:{self.quote(v)}" for k, v in pairs) + "}"
            case "dto":
                return self.write(cast(Dto, value), config)
            case "dtos":
                items = cast(Sequence[Dto | None], value)
                return "[" + ",".join(self.write(item, config) for item in items) + "]"
            case _:
                return self.quote(cast(str, value))

    def _pair(self, name: str, value: str) -> str:
        return f"{self.name_mark}{name}{self.name_mark}:{value}"
