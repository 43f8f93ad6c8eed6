"""Describe the operation to people and to generators: `/metadata`, `/types` and what is below.

Pure functions from paths to pages. The look and the words are our own; what programs read has the
framework's form. Types come from the contract by type_model.py, sources from type_sources.py.
Source: fixtures/transcripts, group meta.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape as escape_xml

from mockserver.contract import Contract
from mockserver.models import conversation_from_wire
from mockserver.profile import Profile
from mockserver.server.pages.html_pages import text_page
from mockserver.server.pages.rendering import HTML, HTML_UTF8, Site, render
from mockserver.server.pages.type_sources import LANGUAGES, SourceOptions, write_source
from mockserver.wire.formats.dto import conversations_dto
from mockserver.wire.formats.encode import FORMATS, encode_dto
from mockserver.wire.metadata.operation_list import operation_list, type_links
from mockserver.wire.metadata.type_metadata import types_metadata
from mockserver.wire.metadata.type_model import SourceType, TypeSet, build_type_set
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import find_parameter

__all__ = ["MetadataPage", "metadata_page"]

_JSON = "application/json; charset=utf-8"
_SITE = Site()
_APPS = ("/ui", "/admin-ui")
# Operations of the framework that it keeps out of what it tells people.
_UNTOLD = frozenset({"AdminDashboard", "AuthenticateLogout"})
_VERSIONS = {"servicestack-6": "6.110", "servicestack-8": "8.10"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataPage:
    """Hold a page.

    Attributes:
        reason: the reason phrase; None for the standard one.
        varies: the answer carries `Vary`.
        starts_session: the answer sets the session ids that the request lacks.
        is_chunked: the body goes out in chunks.
    """

    content_type: str
    body: bytes
    status: int = 200
    reason: str | None = None
    varies: bool = True
    starts_session: bool = False
    is_chunked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    query: tuple[tuple[str, str], ...]
    base_url: str
    contract: Contract
    profile: Profile
    format: str
    site: Site

    @property
    def framework(self) -> str:
        return self.profile["framework"]

    @property
    def types(self) -> TypeSet:
        return build_type_set(self.contract)

    def parameter(self, name: str) -> str:
        return find_parameter(self.query, name) or ""


def metadata_page(
    path: str,
    query: Sequence[tuple[str, str]],
    *,
    base_url: str,
    contract: Contract,
    profile: Profile | None = None,
    format_name: str = "html",
    site: Site = _SITE,
) -> MetadataPage | None:
    """Return the page at a path; None where there is none.

    The framework's web pages come first, for each path that begins with their name as it is spelled
    here; then routes, in any case and with any number of slashes; then its handlers, which look at
    the first two segments, in any case.

    Args:
        path: decoded.
        query: decoded (name, value) pairs.
        base_url: `scheme://host` as the client sees it.
        profile: how the unspecified points are settled; the contract's defaults by default.
        format_name: what was negotiated, for the pages that programs read too.
    """
    asked = _Asked(
        query=tuple(query),
        base_url=base_url,
        contract=contract,
        profile=profile or Profile.default(contract),
        format=format_name,
        site=site,
    )
    if path.startswith(_APPS):
        return _app_page(path, asked)
    stem, suffix = _split_suffix(path)
    match [part for part in stem.lower().split("/") if part]:
        case ["types", name] if name in LANGUAGES:
            return _source(name, asked)
        case ["metadata", "nav", _]:
            return _navigation_by_name(asked, suffix or asked.format)
        case parts if (write := _DOCUMENTS.get("/".join(parts))) is not None:
            return write(asked, suffix or asked.format)
    match path.lstrip("/").lower().split("/"):
        case ["metadata"]:
            return _for_people(_index(asked), asked)
        case ["operations", "metadata", *_]:
            return _operations(asked, asked.format)
        case [name, "metadata", *_] if name in QUIRKS[asked.framework].content_types:
            return _operation(name, asked)
    return None


def _app_page(path: str, asked: _Asked) -> MetadataPage | None:
    """Return a page of the framework's own web pages; the files behind them are not here."""
    name = next(name for name in _APPS if path.startswith(name))
    below = path.removeprefix(name)
    if below.startswith(("/assets", "/lib")):
        return None
    if below.strip("/").lower() == asked.types.request.name.lower():
        return _operation("json", replace(asked, query=(("op", below.strip("/")),)))
    return _for_people(_index(asked), asked)


def _split_suffix(path: str) -> tuple[str, str | None]:
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in ("json", "xml", "html") else (path, None)


def _for_people(body: bytes, asked: _Asked) -> MetadataPage:
    newer = asked.framework == "servicestack-8"
    return MetadataPage(content_type=HTML_UTF8, body=body, varies=newer)


# What programs read


def _source(language: str, asked: _Asked) -> MetadataPage:
    text = write_source(language, asked.types, _source_options(asked))
    return MetadataPage(
        content_type=LANGUAGES[language].content_type,
        body=text.encode(),
        starts_session=True,
        is_chunked=False,
    )


def _source_options(asked: _Asked) -> SourceOptions:
    return SourceOptions(
        base_url=asked.base_url,
        version=_VERSIONS[asked.framework],
        include=_names(asked.parameter("includetypes")),
        exclude=_names(asked.parameter("excludetypes")),
    )


def _names(text: str) -> tuple[str, ...]:
    # A name that is none would end up in a comment of the source, and could end it.
    names = (name.strip() for name in text.split(","))
    return tuple(name for name in names if name.replace(".*", "").isidentifier())


def _types_metadata(asked: _Asked, format_name: str) -> MetadataPage:
    text = types_metadata(
        asked.types,
        base_url=asked.base_url,
        framework=asked.framework,
        verbs=asked.profile["verbs"],
    )
    return _document(asked, "Types", "MetadataTypes", text, format_name)


def _links(asked: _Asked, format_name: str) -> MetadataPage:
    links = {
        label: f"{asked.base_url}/types/{path}"
        for label, path in type_links(asked.framework).items()
    }
    return _document(asked, "Types in these languages", "TypeLinks", _compact(links), format_name)


def _navigation(asked: _Asked, format_name: str) -> MetadataPage:
    items = {"baseUrl": asked.base_url, "results": [], "navItemsMap": {"auth": []}}
    return _document(asked, "Navigation", "GetNavItemsResponse", _compact(items), format_name)


def _navigation_by_name(asked: _Asked, format_name: str) -> MetadataPage:
    items = {"baseUrl": asked.base_url, "results": []}
    return _document(asked, "Navigation", "GetNavItemsResponse", _compact(items), format_name)


def _app(asked: _Asked, format_name: str) -> MetadataPage:
    app = {
        "baseUrl": asked.base_url,
        "serviceStackVersion": _VERSIONS[asked.framework],
        "serviceName": "Evo Voice",
        "apiVersion": "1.0",
        "jsTextCase": "CamelCase",
    }
    api = types_metadata(
        asked.types,
        base_url=asked.base_url,
        framework=asked.framework,
        verbs=asked.profile["verbs"],
    )
    text = _compact({"app": app, "api": json.loads(api)})
    return _document(asked, "Application", "AppMetadata", text, format_name)


def _operations(asked: _Asked, format_name: str) -> MetadataPage:
    rows = operation_list(asked.types, framework=asked.framework, verbs=asked.profile["verbs"])
    page = _document(asked, "Operations", "ArrayOfOperation", _compact(rows), format_name)
    return replace(page, starts_session=False)


_DOCUMENTS: Mapping[str, Callable[[_Asked, str], MetadataPage]] = {
    "types": _links,
    "types/metadata": _types_metadata,
    "metadata/nav": _navigation,
    "metadata/app": _app,
    "operations/metadata": _operations,
}


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _document(asked: _Asked, title: str, root: str, text: str, format_name: str) -> MetadataPage:
    """Return JSON text as it is, as the text of one XML element, or shown on a page."""
    match format_name:
        case "html":
            shown = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
            body = text_page(title, shown, site=asked.site)
            content_type = HTML
        case "xml":
            body = f"<{root}>{escape_xml(text)}</{root}>".encode()
            content_type = FORMATS["xml"].content_type
        case _:
            body, content_type = text.encode(), _JSON
    return MetadataPage(content_type=content_type, body=body, starts_session=True)


# What people read


def _index(asked: _Asked) -> bytes:
    values = {
        "name": asked.types.request.name,
        "formats": tuple(FORMATS),
        "languages": {language: row.label for language, row in LANGUAGES.items()},
        "paths": asked.contract.document["paths"],
    }
    return render("operations.html", asked.site, values)


def _operation(format_name: str, asked: _Asked) -> MetadataPage:
    name = find_parameter(asked.query, "op")
    if name is None:
        return _for_people(_index(asked), asked)
    types = asked.types
    told = _told_operations(asked).get(name.lower())
    if format_name not in FORMATS or told is None:
        return MetadataPage(
            content_type="text/plain",
            body=f"There is no such operation for {format_name}.\n".encode(),
            status=403,
            reason="Service Not Available",
        )
    if told["name"] != types.request.name:
        values = {"title": told["name"], "operation": told}
        return _for_people(render("framework_operation.html", asked.site, values), asked)
    values = {
        "title": types.request.name,
        "path": types.path,
        "summary": asked.contract.operation["summary"],
        "source": _source_of(asked),
        "types": tuple(reversed(types.in_order())),
        "descriptions": {t.name: _descriptions(t, asked.contract) for t in types.in_order()},
        "format": format_name,
        "formats": tuple(FORMATS),
        "host": asked.base_url.partition("://")[2],
        "content_type": FORMATS[format_name].content_type,
        "sample": _sample(asked.contract, format_name),
    }
    return _for_people(render("operation.html", asked.site, values), asked)


def _source_of(asked: _Asked) -> dict[str, str] | None:
    """Return the types in the language that was asked for; None where there is none such."""
    language = asked.parameter("lang").lower()
    if language not in LANGUAGES:
        return None
    text = write_source(language, asked.types, _source_options(asked))
    return {"label": LANGUAGES[language].label, "text": text}


def _told_operations(asked: _Asked) -> dict[str, dict[str, object]]:
    """Return the operations that have a page, by their names in lower case."""
    rows = operation_list(asked.types, framework=asked.framework, verbs=asked.profile["verbs"])
    return {
        str(row["name"]).lower(): row
        for row in rows
        if "visibleTo" not in row and row["name"] not in _UNTOLD
    }


def _sample(contract: Contract, format_name: str) -> str:
    example = contract.document["components"]["examples"]["TwoConversations"]["value"]
    rows = [conversation_from_wire(row) for row in example["conversations"]]
    return encode_dto(format_name, conversations_dto(rows)).decode()


def _descriptions(source: SourceType, contract: Contract) -> dict[str, str]:
    """Return what the contract says of each member; empty for nothing."""
    schema = contract.document["components"]["schemas"].get(source.name)
    if schema is None:
        return {parameter.name: parameter.description for parameter in contract.parameters}
    return {
        name: str(member.get("description", ""))
        for name, member in schema.get("properties", {}).items()
    }
