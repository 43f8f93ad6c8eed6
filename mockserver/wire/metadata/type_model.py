"""Read the operation's types out of the contract, as the generators of sources see them.

type_sources.py writes them in a language, type_metadata.py as the metadata that other generators
read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.contract import OPERATION_PATH, Contract

__all__ = ["SourceMember", "SourceType", "TypeSet", "build_type_set"]

_RESPONSE = "ListConversationsResponse"
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMember:
    """Describe a member.

    Attributes:
        name: as on the wire.
        type_name: `String`, `Boolean`, or the name of a SourceType.
        is_list: the member holds a list of that type.
        is_enum: that type is an enumeration.
        comment: what generated code says about it; empty for nothing.
    """

    name: str
    type_name: str
    is_list: bool = False
    is_enum: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceType:
    """Describe a class, or an enumeration where `choices` is not empty."""

    name: str
    namespace: str
    members: tuple[SourceMember, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSet:
    """Hold the types of the operation.

    Attributes:
        request: the parameters.
        response: what the operation returns.
        others: what the response is made of, each before what it refers to.
        path: the operation's route, which answers GET alone.
    """

    request: SourceType
    response: SourceType
    others: tuple[SourceType, ...]
    path: str

    def in_order(self) -> tuple[SourceType, ...]:
        """Return all types, each after those that it refers to."""
        return (*reversed(self.others), self.response, self.request)


def build_type_set(contract: Contract) -> TypeSet:
    """Return the types that openapi.yaml describes.

    Source: openapi.yaml, parameters of ListConversations and components/schemas.
    """
    schemas = contract.document["components"]["schemas"]
    response, *others = _reachable(_RESPONSE, schemas)
    request = SourceType(
        name=contract.operation["operationId"],
        namespace=response.namespace,
        members=tuple(
            SourceMember(
                name=parameter.name,
                type_name="String",
                is_list=parameter.operator == "in",
                comment=parameter.comment,
            )
            for parameter in contract.parameters
        ),
    )
    return TypeSet(request=request, response=response, others=tuple(others), path=OPERATION_PATH)


def _reachable(name: str, schemas: Mapping[str, Any]) -> Iterator[SourceType]:
    schema = schemas[name]
    members = tuple(
        _member(member, member_schema, schemas)
        for member, member_schema in schema.get("properties", {}).items()
    )
    yield SourceType(
        name=name,
        namespace=schema["x-namespace"],
        members=members,
        choices=tuple(schema.get("enum", ())),
    )
    for member in members:
        if member.type_name in schemas:
            yield from _reachable(member.type_name, schemas)


def _member(name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> SourceMember:
    if schema.get("type") == "array":
        return SourceMember(name=name, type_name=_type_name(schema["items"]), is_list=True)
    type_name = _type_name(schema)
    is_enum = "enum" in schemas.get(type_name, {})
    return SourceMember(name=name, type_name=type_name, is_enum=is_enum)


def _type_name(schema: Mapping[str, Any]) -> str:
    for option in (schema, *schema.get("anyOf", ())):
        if "$ref" in option:
            return str(option["$ref"]).removeprefix(_REFERENCE)
    return "Boolean" if schema.get("type") == "boolean" else "String"
