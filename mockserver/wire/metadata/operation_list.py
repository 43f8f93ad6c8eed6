"""List the host's operations as `/operations/metadata` does, those of the framework included.

The mock has only some of the framework's own; the list is the recorded host's.
Source: fixtures/transcripts, meta.operations, to the byte.
"""

from mockserver.wire.metadata.type_model import TypeSet

__all__ = ["operation_list", "type_links"]

# (label, path below `/types`); _ONLY_NEWER names what only 8.x has.
_LINKS = (
    *(("Metadata", "metadata"), ("CSharp", "csharp"), ("FSharp", "fsharp"), ("VbNet", "vbnet")),
    *(("TypeScript", "typescript"), ("TypeScriptDefinition", "typescript.d")),
    *(("CommonJs", "js"), ("Mjs", "mjs"), ("Php", "php"), ("Dart", "dart"), ("Java", "java")),
    *(("Kotlin", "kotlin"), ("Swift", "swift"), ("Python", "python"), ("Ruby", "ruby")),
    *(("Go", "go"), ("Rust", "rust"), ("Zig", "zig")),
)
_ONLY_NEWER = ("Php", "Ruby", "Go", "Rust", "Zig")
_TYPES_SERVICE = "NativeTypesService"


def type_links(framework: str) -> dict[str, str]:
    """Return label → path below `/types` of what a framework writes types as."""
    older = framework == "servicestack-6"
    return {label: path for label, path in _LINKS if not (older and label in _ONLY_NEWER)}


def operation_list(types: TypeSet, *, framework: str, verbs: str) -> list[dict[str, object]]:
    """Return a row for each operation, by name.

    Args:
        framework: the profile's choice of `framework`.
        verbs: the profile's choice of `verbs`.
    """
    older = framework == "servicestack-6"
    sign_in = ["/auth", "/auth/{provider}"] if older else ["/auth/{provider}", "/auth"]
    auth_verbs = ["OPTIONS", "GET", "POST", *(["DELETE"] if older else [])]
    own = "ANY" if verbs == "any" else "GET"
    rows = [
        _row("AdminDashboard", "ANY", tags=["auth" if older else "admin"]),
        _row("AssignRoles", "POST", routes=["/assignroles"], tags=["auth"]),
        _row("UnAssignRoles", "POST", routes=["/unassignroles"], tags=["auth"]),
        _row("Authenticate", *auth_verbs, routes=sign_in, tags=["auth"]),
        _row(
            *("GetNavItems", "GET"),
            service="MetadataNavService",
            routes=["/metadata/nav", "/metadata/nav/{Name}"],
            is_hidden=True,
        ),
        _row(types.request.name, own, service="ConversationsService", routes=[types.path]),
        _row(
            *("MetadataApp", "ANY"),
            response="AppMetadata",
            routes=["/metadata/app"],
            is_hidden=True,
        ),
        _types_row("TypeLinks", "Dictionary`2", "/types"),
    ]
    rows += [
        _types_row(
            f"Types{label}",
            "MetadataTypes" if label == "Metadata" else "String",
            f"/types/{path}",
        )
        for label, path in type_links(framework).items()
    ]
    if not older:
        rows.append(
            _row(
                *("AuthenticateLogout", "ANY"),
                response="AuthenticateResponse",
                service="AuthenticateService",
                routes=["/auth/logout"],
                tags=["auth"],
            )
        )
    return sorted(rows, key=lambda row: str(row["name"]))


def _types_row(name: str, response: str, route: str) -> dict[str, object]:
    return _row(
        name, "ANY", response=response, service=_TYPES_SERVICE, routes=[route], is_hidden=True
    )


def _row(
    name: str,
    *actions: str,
    response: str = "",
    service: str = "",
    routes: list[str] | None = None,
    tags: list[str] | None = None,
    is_hidden: bool = False,
) -> dict[str, object]:
    return {
        "name": name,
        "responseName": response or f"{name}Response",
        "serviceName": service or f"{name}Service",
        **({"restrictTo": ["Any"], "visibleTo": ["None"]} if is_hidden else {}),
        "actions": list(actions),
        "routes": routes or [],
        "tags": tags or [],
    }
