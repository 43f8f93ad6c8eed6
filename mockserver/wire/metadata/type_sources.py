"""Write the operation's types as source code, a row of LANGUAGES for each language.

What comes out is what the framework's generators give for the vendor's API: the same classes,
members, types and comments, in a form that ServiceStack's client libraries take. Every member is
optional, as on the vendor's own pages.
Source: the vendor's page `ListConversations` in these languages; openapi.yaml, x-comment.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.wire.formats.dto import pascal
from mockserver.wire.metadata.type_model import SourceMember, SourceType, TypeSet

__all__ = ["LANGUAGES", "Language", "SourceOptions", "write_source"]


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
        write: the types that are wanted, and the whole → the source below the head.
    """

    label: str
    content_type: str
    head: tuple[str, str, str]
    write: Callable[[Sequence[SourceType], TypeSet], Iterator[str]]


def write_source(language: str, types: TypeSet, options: SourceOptions) -> str:
    """Return the source of the wanted types in a language of LANGUAGES."""
    row = LANGUAGES[language]
    opening, mark, closing = row.head
    head = [
        f"{opening} Options:",
        f"Version: {options.version}",
        f'Tip: an option is in force when the "{mark}" before it is taken away',
        f"BaseUrl: {options.base_url}",
        "",
        _option("IncludeTypes", options.include, mark),
        _option("ExcludeTypes", options.exclude, mark),
        closing,
        "",
    ]
    wanted = [source for source in types.in_order() if _is_wanted(source, types, options)]
    return "\n".join([*head, *row.write(wanted, types)]) + "\n"


def _option(name: str, values: tuple[str, ...], mark: str) -> str:
    return f"{name}: {','.join(values)}" if values else f"{mark}{name}: "


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


def _route(types: TypeSet) -> str:
    return f'Route("{types.path}", "GET")'


def _attribute(member: SourceMember) -> str:
    return f'ApiMember(Description="{member.comment}")'


# Python


def _write_python(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield from (
        "import datetime",
        "import decimal",
        "from marshmallow.fields import *",
        "from servicestack import *",
        "from typing import *",
        "from dataclasses import dataclass, field",
        "from dataclasses_json import dataclass_json, LetterCase, Undefined, config",
        "from enum import Enum, IntEnum",
    )
    for source in wanted:
        yield from ("", "")
        if source.choices:
            yield f"class {source.name}(str, Enum):"
            yield from (f"    {_snake(c).upper()} = '{c}'" for c in source.choices)
            continue
        if source == types.request:
            yield f"# @{_route(types)}"
        base = f"(IReturn[{types.response.name}])" if source == types.request else ""
        yield "@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)"
        yield "@dataclass"
        yield f"class {source.name}{base}:"
        for number, member in enumerate(source.members):
            yield from _python_member(member, is_last=number == len(source.members) - 1)


def _python_member(member: SourceMember, *, is_last: bool) -> Iterator[str]:
    kind = {"String": "str", "Boolean": "bool"}.get(member.type_name, member.type_name)
    kind = f"List[{kind}]" if member.is_list else kind
    if member.comment:
        yield f"    # @{_attribute(member)}"
    yield f"    {_snake(member.name)}: Optional[{kind}] = None"
    if member.comment:
        yield from ('    """', f"    {member.comment}", '    """')
        if not is_last:
            yield ""


def _snake(wire_name: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", wire_name).lower()


# TypeScript and JavaScript


def _script_type(member: SourceMember) -> str:
    kind = {"String": "string", "Boolean": "boolean"}.get(member.type_name, member.type_name)
    return f"{kind}[]" if member.is_list else kind


def _script_comment(member: SourceMember) -> Iterator[str]:
    if member.comment:
        yield f"    /** @description {member.comment} */"
        yield f"    // @{_attribute(member)}"


def _write_typescript(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield from ("export interface IReturn<T>", "{", "    createResponse(): T;", "}")
    for source in wanted:
        yield ""
        if source.choices:
            yield from (f"export enum {source.name}", "{")
            yield from (f"    {choice} = '{choice}'," for choice in source.choices)
            yield "}"
            continue
        is_request = source == types.request
        if is_request:
            yield f"// @{_route(types)}"
        marker = f" implements IReturn<{types.response.name}>" if is_request else ""
        yield from (f"export class {source.name}{marker}", "{")
        for member in source.members:
            yield from _script_comment(member)
            yield f"    public {member.name}?: {_script_type(member)};"
            if member.comment:
                yield ""
        if not source.members[-1].comment:
            yield ""
        yield (
            f"    public constructor(init?: Partial<{source.name}>) "
            "{ (Object as any).assign(this, init); }"
        )
        if is_request:
            yield f"    public getTypeName() {{ return '{source.name}'; }}"
            yield "    public getMethod() { return 'GET'; }"
            yield f"    public createResponse() {{ return new {types.response.name}(); }}"
        yield "}"


def _write_declarations(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield from ("interface IReturn<T>", "{", "}")
    for source in wanted:
        yield ""
        if source.choices:
            choices = " | ".join(f'"{choice}"' for choice in source.choices)
            yield f"type {source.name} = {choices};"
            continue
        is_request = source == types.request
        if is_request:
            yield f"// @{_route(types)}"
        marker = f" extends IReturn<{types.response.name}>" if is_request else ""
        yield from (f"interface {source.name}{marker}", "{")
        for member in source.members:
            yield from _script_comment(member)
            yield f"    {member.name}?: {_script_type(member)};"
        yield "}"


def _write_modules(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield '"use strict";'
    yield from _script_classes(wanted, types, export="export ")


def _write_common_js(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield '"use strict";'
    yield from _script_classes(wanted, types, export="")
    yield f"module.exports = {{ {', '.join(source.name for source in wanted)} }};"


def _script_classes(wanted: Sequence[SourceType], types: TypeSet, *, export: str) -> Iterator[str]:
    for source in wanted:
        if source.choices:
            yield f"/** @typedef {{{'|'.join(repr(choice) for choice in source.choices)}}} */"
            yield f"{export}var {source.name};"
            yield f"(function ({source.name}) {{"
            yield from (f'    {source.name}["{c}"] = "{c}"' for c in source.choices)
            yield f"}})({source.name} || ({source.name} = {{}}));"
            continue
        members = ",".join(f"{m.name}?:{_script_type(m)}" for m in source.members)
        yield f"{export}class {source.name} {{"
        yield f"    /** @param {{{{{members}}}}} [init] */"
        yield "    constructor(init) { Object.assign(this, init) }"
        for member in source.members:
            description = f"\n     * @description {member.comment}" if member.comment else ""
            yield f"    /** @type {{{_script_type(member)}}}{description} */"
            yield f"    {member.name};"
        if source == types.request:
            yield f"    getTypeName() {{ return '{source.name}' }}"
            yield "    getMethod() { return 'GET' }"
            yield f"    createResponse() {{ return new {types.response.name}() }}"
        yield "}"


# C#


def _write_csharp(wanted: Sequence[SourceType], types: TypeSet) -> Iterator[str]:
    yield from (
        "using System;",
        "using System.Collections;",
        "using System.Collections.Generic;",
        "using System.Runtime.Serialization;",
        "using ServiceStack;",
        "using ServiceStack.DataAnnotations;",
        "",
        f"namespace {types.request.namespace}",
        "{",
    )
    for source in wanted:
        yield from (f"    {line}" if line else line for line in _csharp_type(source, types))
    yield "}"


def _csharp_type(source: SourceType, types: TypeSet) -> Iterator[str]:
    if source.choices:
        yield from (f"public enum {source.name}", "{")
        yield from (f"    {choice}," for choice in source.choices)
        yield from ("}", "")
        return
    is_request = source == types.request
    if is_request:
        yield f"[{_route(types)}]"
    yield f"public partial class {source.name}"
    if is_request:
        yield f"    : IReturn<{types.response.name}>"
    yield "{"
    for member in source.members:
        kind = {"String": "string", "Boolean": "bool"}.get(member.type_name, member.type_name)
        kind = f"List<{kind}>" if member.is_list else kind
        if member.comment:
            yield from ("    ///<summary>", f"    ///{member.comment}", "    ///</summary>")
            yield f"    [{_attribute(member)}]"
        yield f"    public virtual {kind} {pascal(member.name)} {{ get; set; }}"
    yield from ("}", "")


_SCRIPT_HEAD = ("/*", "//", "*/")
_PLAIN = "text/plain; charset=utf-8"

LANGUAGES: Mapping[str, Language] = {
    "csharp": Language(label="C#", content_type=_PLAIN, head=_SCRIPT_HEAD, write=_write_csharp),
    "js": Language(
        label="CommonJS",
        content_type="text/javascript; charset=utf-8",
        head=_SCRIPT_HEAD,
        write=_write_common_js,
    ),
    "mjs": Language(
        label="JavaScript",
        content_type="text/javascript; charset=utf-8",
        head=_SCRIPT_HEAD,
        write=_write_modules,
    ),
    "python": Language(
        label="Python", content_type=_PLAIN, head=('"""', "#", '"""'), write=_write_python
    ),
    "typescript": Language(
        label="TypeScript", content_type=_PLAIN, head=_SCRIPT_HEAD, write=_write_typescript
    ),
    "typescript.d": Language(
        label="TypeScript definitions",
        content_type=_PLAIN,
        head=_SCRIPT_HEAD,
        write=_write_declarations,
    ),
}
