"""Write `/types/metadata.json`, which generators of other languages read.

Source: fixtures/transcripts, meta.types-metadata-json, to the byte.
"""

import json

from mockserver.wire.formats.dto import pascal
from mockserver.wire.metadata.type_model import SourceMember, SourceType, TypeSet

__all__ = ["types_metadata"]

_SYSTEM = "System"
_MARKERS = ("IGet", "IPost", "IPut", "IDelete", "IPatch", "IMeta")
_CARRIERS = ("IHasSessionId", "IHasBearerToken", "IHasVersion")
_TABLES = ("ICreateDb", "IUpdateDb", "IPatchDb", "IDeleteDb", "ISaveDb")
_VALIDATIONS = (
    *("Request", "IsAuthenticated", "IsAdmin", "HasRole", "HasPermission", ""),
    *("Null", "Empty", "Email", "NotNull", "NotEmpty", "CreditCard", "Length", "ExactLength"),
    *("MaximumLength", "MinimumLength", "LessThan", "LessThanOrEqual", "GreaterThan"),
    *("GreaterThanOrEqual", "ScalePrecision", "RegularExpression", "Equal", "NotEqual"),
    *("InclusiveBetween", "ExclusiveBetween"),
)
_ATTRIBUTES = (
    "System.FlagsAttribute",
    *(f"ServiceStack.{name}Attribute" for name in ("Api", "ApiResponse", "ApiMember")),
    *(f"ServiceStack.DataAnnotations.{name}Attribute" for name in ("StringLength", "Ignore")),
    "System.Runtime.Serialization.IgnoreDataMemberAttribute",
    *(
        f"ServiceStack.DataAnnotations.{name}Attribute"
        for name in ("Computed", "Meta", "Required", "References")
    ),
    *(f"ServiceStack.{name}Attribute" for name in ("AutoQueryViewer", "AutoQueryViewerField")),
    *(f"ServiceStack.Validate{name}Attribute" for name in _VALIDATIONS),
)
_OWN_NAMESPACES = (
    *("", ".Auth", ".Caching", ".Configuration", ".Data", ".IO", ".Logging", ".Messaging"),
    *(".Model", ".Redis", ".Web", ".Jobs", ".Admin", ".NativeTypes", ".Api.OpenApi"),
)
_CONFIG = {
    "makePartial": True,
    "makeVirtual": True,
    "makeInternal": False,
    "addReturnMarker": True,
    "addDescriptionAsComments": True,
    "addDocAnnotations": True,
    "addDataContractAttributes": False,
    "addIndexesToDataMembers": False,
    "addGeneratedCodeAttributes": False,
    "addResponseStatus": False,
    "addServiceStackTypes": True,
    "addModelExtensions": True,
    "addPropertyAccessors": True,
    "excludeGenericBaseTypes": False,
    "settersReturnThis": True,
    "addNullableAnnotations": False,
    "makePropertiesOptional": False,
    "exportAsTypes": False,
    "excludeImplementedInterfaces": False,
    "addDefaultXmlNamespace": "http://schemas.servicestack.net/types",
    "makeDataContractsExtensible": False,
}


def types_metadata(types: TypeSet, *, base_url: str, framework: str, verbs: str) -> str:
    """Return the JSON that describes the types and the operation.

    Args:
        framework: the profile's choice of `framework`.
        verbs: the profile's choice of `verbs`.
    """
    # 6.x alone starts lists empty, and lacks two namespaces.
    is_older = framework == "servicestack-6"
    document = {
        "config": _config(base_url, is_older),
        "namespaces": [_SYSTEM, types.request.namespace],
        "types": [_type(other) for other in types.others],
        "operations": [_operation(types, verbs)],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _config(base_url: str, is_older: bool) -> dict[str, object]:
    spaces = [_SYSTEM, "System.IO", "System.Collections", "System.Collections.Generic"]
    spaces += ["System.Runtime.Serialization", "ServiceStack", "ServiceStack.DataAnnotations"]
    return {
        "baseUrl": base_url,
        **_CONFIG,
        "initializeCollections": is_older,
        "defaultNamespaces": [s for s in spaces if not (is_older and s == "System.IO")],
        "exportValueTypes": False,
        "excludeNamespace": False,
        "ignoreTypes": [],
        "exportTypes": [
            *(f"ServiceStack.{name}" for name in (*_MARKERS, *_CARRIERS)),
            *(f"ServiceStack.{name}`1[Table]" for name in _TABLES),
        ],
        "exportAttributes": list(_ATTRIBUTES),
        "ignoreTypesInNamespaces": [
            f"ServiceStack{name}" for name in _OWN_NAMESPACES if not (is_older and name == ".Jobs")
        ],
    }


def _operation(types: TypeSet, verbs: str) -> dict[str, object]:
    response = types.response
    return {
        "request": _type(types.request),
        "response": _type(response),
        "actions": ["ANY" if verbs == "any" else "GET"],
        "method": "GET",
        "returnType": {"name": response.name, "namespace": response.namespace},
        "routes": [{"path": types.path, "verbs": "GET"}],
        "requiresAuth": True,
    }


def _type(source: SourceType) -> dict[str, object]:
    described: dict[str, object] = {
        "name": source.name,
        "namespace": source.namespace,
        "implements": [],
    }
    if source.choices:
        return {**described, "isEnum": True, "enumNames": list(source.choices)}
    return {**described, "properties": [_property(m, source) for m in source.members]}


def _property(member: SourceMember, owner: SourceType) -> dict[str, object]:
    described: dict[str, object] = {"name": pascal(member.name), **_clr_type(member, owner)}
    if member.name == "id":
        described["isPrimaryKey"] = True
    if member.comment:
        described["description"] = member.comment
        value = {"type": "String", "namespace": _SYSTEM, "value": member.comment}
        described["attributes"] = [
            {"name": "ApiMember", "args": [{"name": "Description", **value}]}
        ]
        described["format"] = {}
    return described


def _clr_type(member: SourceMember, owner: SourceType) -> dict[str, object]:
    if member.is_list:
        return {
            "type": "List`1",
            "namespace": "System.Collections.Generic",
            "genericArgs": [member.type_name],
        }
    match member.type_name:
        case "String":
            return {"type": "String", "namespace": _SYSTEM}
        case "Boolean":
            return {"type": "Boolean", "namespace": _SYSTEM, "isValueType": True}
        case name:
            described = {"type": name, "namespace": owner.namespace}
            return described | ({"isValueType": True, "isEnum": True} if member.is_enum else {})
