"""Write `/types/metadata.json`, which generators of other languages read.

Source: fixtures/transcripts, meta.types-metadata-json, to the byte.
"""

import json
from pathlib import Path

from mockserver.wire.formats.dto import pascal
from mockserver.wire.metadata.type_model import SourceMember, SourceType, TypeSet

__all__ = ["types_metadata"]

_SYSTEM = "System"
# What 6.x lacks.
_ONLY_NEWER = ("System.IO", "ServiceStack.Jobs")
_CONFIG_FILE = Path(__file__).with_name("types_config.json")


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
    config = {"baseUrl": base_url, **json.loads(_CONFIG_FILE.read_text(encoding="utf-8"))}
    if is_older:
        config["initializeCollections"] = True
        for name in ("defaultNamespaces", "ignoreTypesInNamespaces"):
            config[name] = [space for space in config[name] if space not in _ONLY_NEWER]
    return config


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
