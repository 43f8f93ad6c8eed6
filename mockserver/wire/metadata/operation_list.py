"""List the host's operations as `/operations/metadata` does, those of the framework included.

The mock has only some of the framework's own; the list is the recorded host's.
framework_operations.json holds those of each version. Source: fixtures/transcripts,
meta.operations, to the byte.
"""

import json
from pathlib import Path
from typing import Any

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
_FILE = Path(__file__).with_name("framework_operations.json")


def type_links(framework: str) -> dict[str, str]:
    """Return label → path below `/types` of what a framework writes types as."""
    older = framework == "servicestack-6"
    return {label: path for label, path in _LINKS if not (older and label in _ONLY_NEWER)}


def operation_list(types: TypeSet, *, framework: str, verbs: str) -> list[dict[str, Any]]:
    """Return a row for each operation, by name.

    Args:
        framework: the profile's choice of `framework`.
        verbs: the profile's choice of `verbs`.
    """
    rows = json.loads(_FILE.read_text(encoding="utf-8"))[framework]
    own = {
        "name": types.request.name,
        "responseName": types.response.name,
        "serviceName": "ConversationsService",
        "actions": ["ANY" if verbs == "any" else "GET"],
        "routes": [types.path],
        "tags": [],
    }
    return sorted([*rows, own], key=lambda row: str(row["name"]))
