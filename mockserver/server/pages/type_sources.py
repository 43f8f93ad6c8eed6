"""Write the operation's types as source code, a row of LANGUAGES for each language.

What comes out is what the framework's generators give for the vendor's API: the same classes,
members, types and comments, in a form that ServiceStack's client libraries take. Every member is
optional, as on the vendor's own pages. The text of a language is in `templates/types/`.
Source: the vendor's page `ListConversations` in these languages; openapi.yaml, x-comment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.server.pages.rendering import render_text
from mockserver.wire.formats.dto import pascal
from mockserver.wire.metadata.type_model import SourceMember, SourceType, TypeSet

__all__ = ["LANGUAGES", "Language", "SourceOptions", "write_source"]

_PLAIN = "text/plain; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"
_SCRIPT_HEAD = ("/*", "//", "*/")
_SCRIPT_KINDS = {"String": "string", "Boolean": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """Hold what the head of a source says, so that a tool can ask for the same again.

    Attributes:
        version: the framework's, as its generators write it.
        include: names of types; `Name.*` stands for a type with all that it refers to. Empty for
            all types.
        exclude: names of types to leave out.
    """

    base_url: str
    version: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Describe a language.

    Attributes:
        label: its name for people.
        content_type: as sent.
        head: what opens the head, marks an option that is not set, and closes the head.
        kinds: what it calls the plain types.
        list_of: how it writes a list, with `{}` for the type of the items.
    """

    label: str
    content_type: str = _PLAIN
    head: tuple[str, str, str] = _SCRIPT_HEAD
    kinds: Mapping[str, str]
    list_of: str

    def kind(self, member: SourceMember) -> str:
        """Return the type of a member."""
        name = self.kinds.get(member.type_name, member.type_name)
        return self.list_of.format(name) if member.is_list else name


LANGUAGES: Mapping[str, Language] = {
    "csharp": Language(
        label="C#", kinds={"String": "string", "Boolean": "bool"}, list_of="List<{}>"
    ),
    "js": Language(label="CommonJS", content_type=_SCRIPT, kinds=_SCRIPT_KINDS, list_of="{}[]"),
    "mjs": Language(label="JavaScript", content_type=_SCRIPT, kinds=_SCRIPT_KINDS, list_of="{}[]"),
    "python": Language(
        label="Python",
        head=('"""', "#", '"""'),
        kinds={"String": "str", "Boolean": "bool"},
        list_of="List[{}]",
    ),
    "typescript": Language(label="TypeScript", kinds=_SCRIPT_KINDS, list_of="{}[]"),
    "typescript.d": Language(label="TypeScript definitions", kinds=_SCRIPT_KINDS, list_of="{}[]"),
}


def write_source(language: str, types: TypeSet, options: SourceOptions) -> str:
    """Return the source of the wanted types in a language of LANGUAGES."""
    row = LANGUAGES[language]
    values = {
        "head": row.head,
        "version": options.version,
        "base_url": options.base_url,
        "options": {"IncludeTypes": options.include, "ExcludeTypes": options.exclude},
        "wanted": [source for source in types.in_order() if _is_wanted(source, types, options)],
        "request": types.request,
        "response": types.response,
        "path": types.path,
        "kind": row.kind,
        "pascal": pascal,
        "snake": _snake,
    }
    return render_text(f"types/{language}.source", values)


def _is_wanted(source: SourceType, types: TypeSet, options: SourceOptions) -> bool:
    if source.name in options.exclude:
        return False
    if not options.include:
        return True
    # The operation refers to every other type, and so does its response but to the operation.
    reach = {
        f"{types.request.name}.*": True,
        f"{types.response.name}.*": source != types.request,
    }
    return any(name == source.name or reach.get(name, False) for name in options.include)


def _snake(wire_name: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", wire_name).lower()
