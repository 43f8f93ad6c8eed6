"""Describe the answers that ServiceStack serializes, so that one writer a format suffices.

A `DtoType` says what the members are; a `Dto` holds the values. The types of this API are in
CONVERSATIONS, ERROR, AUTHENTICATE and USER_INFO. The writers are json_text, jsv_text, xml_text
and csv_text; encode.py joins them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from mockserver.errors import FieldError
from mockserver.models import (
    CONVERSATION_FIELDS,
    DIRECTIONS,
    MESSAGE_FIELDS,
    ConversationInfo,
)

__all__ = [
    "AUTHENTICATE",
    "CONVERSATIONS",
    "ERROR",
    "USER_INFO",
    "VENDOR_XML",
    "Dto",
    "DtoType",
    "JsConfig",
    "Member",
    "authenticate_dto",
    "conversations_dto",
    "error_dto",
    "parse_js_config",
    "user_info_dto",
]

Kind = Literal["text", "bool", "enum", "texts", "map", "dto", "dtos"]
Value = object
TextCase = Literal["camel", "pascal", "snake"]

VENDOR_XML = "http://schemas.datacontract.org/2004/07/"
_FRAMEWORK_XML = "http://schemas.servicestack.net/types"
_UPPER = re.compile("(?<!^)([A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Describe one member: its wire name, its kind, and the type of a nested DTO."""

    name: str
    kind: Kind = "text"
    of: "DtoType | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DtoType:
    """Describe a DTO.

    Attributes:
        members: in declared order, in which JSON and JSV write them.
        is_contract: it carries `[DataContract]`: XML keeps the declared order, and CSV and JSONL
            write the first list instead of the whole.
        assembly: what `jsconfig=iti` names beside the class; None where no recording shows it.
    """

    name: str
    xml_namespace: str
    members: tuple[Member, ...]
    is_contract: bool = False
    assembly: str | None = None
    # (place, member) in the order in which XML writes them.
    xml_members: tuple[tuple[int, Member], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numbered = tuple(enumerate(self.members))
        if not self.is_contract:
            numbered = tuple(sorted(numbered, key=lambda pair: pascal(pair[1].name)))
        object.__setattr__(self, "xml_members", numbered)

    @property
    def clr_name(self) -> str | None:
        """Return the class with its assembly, as `__type` shows it."""
        if self.assembly is None:
            return None
        return f"{self.xml_namespace.removeprefix(VENDOR_XML)}.{self.name}, {self.assembly}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dto:
    """Hold one value for each member of its type, None where a member is null."""

    type: DtoType
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsConfig:
    """Hold what `?jsconfig=` changes for JSON and JSV, and for the JSV inside CSV."""

    text_case: TextCase = "camel"
    include_nulls: bool = False
    omit_false: bool = False
    omit_first_choice: bool = False
    enum_as_number: bool = False
    indent: bool = False
    type_info: bool = False

    def name(self, wire_name: str) -> str:
        """Return a member's name in the wanted case."""
        if self.text_case == "camel":
            return wire_name
        if self.text_case == "pascal":
            return pascal(wire_name)
        return _UPPER.sub(r"_\1", wire_name).lower()

    def omits(self, member: Member, value: Value) -> bool:
        """Say whether a member that is not null is left out."""
        if member.kind == "bool":
            return self.omit_false and value is False
        return member.kind == "enum" and self.omit_first_choice and value == DIRECTIONS[0]


def pascal(wire_name: str) -> str:
    """Return the name as the vendor declares it."""
    return wire_name[:1].upper() + wire_name[1:]


_CASES: Mapping[str, TextCase] = {
    "default": "pascal",
    "pc": "pascal",
    "pascalcase": "pascal",
    "cc": "camel",
    "camelcase": "camel",
    "sc": "snake",
    "snakecase": "snake",
}
_FLAGS: Mapping[str, str] = {
    "inv": "include_nulls",
    "includenullvalues": "include_nulls",
    "edv": "omit_false",
    "excludedefaultvalues": "omit_false",
    "teai": "enum_as_number",
    "treatenumasinteger": "enum_as_number",
    "i": "indent",
    "pp": "indent",
    "indent": "indent",
}
_CASE_FLAGS: Mapping[str, TextCase] = {
    "eccn": "camel",
    "emitcamelcasenames": "camel",
    "elun": "snake",
    "emitlowercaseunderscorenames": "snake",
}


@lru_cache(maxsize=256)
def parse_js_config(
    text: str,
    *,
    include_nulls: bool = False,
    omit_false: bool = False,
    knows_type_info: bool = False,
) -> JsConfig:
    """Return what `?jsconfig=` asks for; what is unknown is ignored, as the framework does.

    Args:
        include_nulls, omit_false: what holds where the text does not say.
        knows_type_info: the framework knows `iti` (8.x).
    """
    config = JsConfig(include_nulls=include_nulls, omit_false=omit_false)
    for item in text.lower().split(","):
        key, colon, value = item.partition(":")
        is_on = not colon or value not in ("false", "0")
        if key in _FLAGS:
            config = replace(config, **{_FLAGS[key]: is_on})  # type: ignore[arg-type]  # all bool
        elif key in ("ide", "includedefaultenums"):
            config = replace(config, omit_first_choice=not is_on)
        elif key in _CASE_FLAGS and is_on:
            config = replace(config, text_case=_CASE_FLAGS[key])
        elif key in ("tc", "textcase") and value in _CASES:
            config = replace(config, text_case=_CASES[value])
        elif key in ("iti", "includetypeinfo"):
            config = replace(config, type_info=is_on and knows_type_info)
    return config


def _texts(*names: str) -> tuple[Member, ...]:
    return tuple(Member(name=name) for name in names)


_KINDS: Mapping[str, Kind] = {"direction": "enum", "isUnread": "bool"}
_MESSAGING = f"{VENDOR_XML}Voice.Api.Messaging"
# Assumed: the recording host's own assembly; a recording of the real service would settle it.
_ASSEMBLY = "oracle"

_MESSAGE = DtoType(
    name="MessageInfo",
    xml_namespace=_MESSAGING,
    members=tuple(Member(name=w, kind=_KINDS.get(w, "text")) for w, _ in MESSAGE_FIELDS),
    assembly=_ASSEMBLY,
)
_CONVERSATION = DtoType(
    name="ConversationInfo",
    xml_namespace=_MESSAGING,
    members=(
        *_texts("id", "endpointId", "otherAddress"),
        Member(name="mostRecentMessage", kind="dto", of=_MESSAGE),
    ),
    assembly=_ASSEMBLY,
)
CONVERSATIONS = DtoType(
    name="ListConversationsResponse",
    xml_namespace=_MESSAGING,
    members=(Member(name="conversations", kind="dtos", of=_CONVERSATION),),
    assembly=_ASSEMBLY,
)
_FIELD_ERROR = DtoType(
    name="ResponseError",
    xml_namespace=_FRAMEWORK_XML,
    members=(*_texts("errorCode", "fieldName", "message"), Member(name="meta", kind="map")),
    is_contract=True,
)
_STATUS = DtoType(
    name="ResponseStatus",
    xml_namespace=_FRAMEWORK_XML,
    members=(
        *_texts("errorCode", "message", "stackTrace"),
        Member(name="errors", kind="dtos", of=_FIELD_ERROR),
        Member(name="meta", kind="map"),
    ),
    is_contract=True,
)
ERROR = DtoType(
    name="ErrorResponse",
    xml_namespace=_FRAMEWORK_XML,
    members=(Member(name="responseStatus", kind="dto", of=_STATUS),),
)
_AUTHENTICATE_MEMBERS = (
    *_texts("userId", "sessionId", "userName", "displayName", "referrerUrl"),
    *_texts("bearerToken", "refreshToken", "refreshTokenExpiry", "profileUrl"),
    Member(name="roles", kind="texts"),
    Member(name="permissions", kind="texts"),
    Member(name="authProvider"),
    Member(name="responseStatus", kind="dto", of=_STATUS),
    Member(name="meta", kind="map"),
)
_ONLY_NEWER = ("refreshTokenExpiry", "authProvider")
AUTHENTICATE: Mapping[str, DtoType] = {
    framework: DtoType(
        name="AuthenticateResponse",
        xml_namespace=_FRAMEWORK_XML,
        members=tuple(m for m in _AUTHENTICATE_MEMBERS if m.name not in left_out),
        is_contract=True,
    )
    for framework, left_out in (("servicestack-6", _ONLY_NEWER), ("servicestack-8", ()))
}
USER_INFO = DtoType(
    name="UserInfo",
    # Assumed: the vendor's pages show the members, not the namespace.
    xml_namespace=f"{VENDOR_XML}Voice.Api.Users",
    members=(
        Member(name="id"),
        Member(name="isAuthenticated", kind="bool"),
        *_texts("firstName", "lastName", "name", "avatarUrl", "emailAddress"),
        Member(name="roles", kind="texts"),
        Member(name="accountIds", kind="texts"),
        Member(name="accountNames", kind="texts"),
        Member(name="managerAccess"),
        Member(name="dashboardPermissions", kind="texts"),
    ),
)


def conversations_dto(rows: Sequence[ConversationInfo | None] | None) -> Dto:
    """Return the operation's answer; None is the empty response of a failed service."""
    items = None if rows is None else tuple(_conversation(row) for row in rows)
    return Dto(type=CONVERSATIONS, values=(items,))


def error_dto(code: str, message: str, *, field_errors: Sequence[FieldError] = ()) -> Dto:
    """Return the envelope of an error that was raised outside the service."""
    return Dto(type=ERROR, values=(_status(code, message, field_errors),))


def authenticate_dto(
    members: Mapping[str, object],
    *,
    framework: str,
    error: tuple[str, str] | None = None,
    field_errors: Sequence[FieldError] = (),
) -> Dto:
    """Return the sign-in answer; members that are absent are null, unknown ones are left out.

    Args:
        members: by wire name; what only the newer framework has may be given to both.
        framework: a key of AUTHENTICATE.
        error: code and message, where the sign-in was refused.
    """
    dto_type = AUTHENTICATE[framework]
    values = dict(members)
    if error is not None:
        values["responseStatus"] = _status(*error, field_errors)
    return Dto(type=dto_type, values=tuple(values.get(m.name) for m in dto_type.members))


def user_info_dto(members: Mapping[str, object]) -> Dto:
    """Return the vendor's UserInfo; members that are absent are null."""
    values = tuple(members.get(m.name) for m in USER_INFO.members)
    return Dto(type=USER_INFO, values=values)


def _conversation(row: ConversationInfo | None) -> Dto | None:
    if row is None:
        return None
    values: list[Value] = [getattr(row, attribute) for _, attribute in CONVERSATION_FIELDS[:-1]]
    message = row.most_recent_message
    values.append(
        None
        if message is None
        else Dto(
            type=_MESSAGE,
            values=tuple(getattr(message, attribute) for _, attribute in MESSAGE_FIELDS),
        )
    )
    return Dto(type=_CONVERSATION, values=tuple(values))


def _status(code: str, message: str, field_errors: Sequence[FieldError]) -> Dto:
    errors = tuple(
        Dto(type=_FIELD_ERROR, values=(e.error_code, e.field_name, e.message, e.meta))
        for e in field_errors
    )
    return Dto(type=_STATUS, values=(code, message, None, errors, None))
