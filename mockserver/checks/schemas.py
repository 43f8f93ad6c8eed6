"""Let Schemathesis judge answers and draw odd inputs; the only module that imports it.

Schemathesis sends nothing here: it says what an answer breaks, and what strange query to ask, and
client.py asks. `register_hooks` teaches it our media types, for people who run `st` themselves;
st_hooks.py is the module that they name.

What it is not asked: checks that send by themselves (ignored_auth, ensure_resource_availability,
use_after_free), and those that no ServiceStack host passes: `unsupported_method` wants 405 where
one answers 404, `negative_data_rejection` wants 400 where one ignores what it does not know.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from mockserver.checks.decoding.decode import (
    DECODERS,
    MEDIA_TYPES,
    decode,
    media_kind,
    parse_json,
)
from mockserver.checks.looks import tell_unreadable
from mockserver.checks.messages import Request, Response
from mockserver.contract import Contract
from mockserver.errors import DecodeError

__all__ = ["Fault", "Judge", "draw_requests", "register_hooks"]

_PATH = "/conversations"
_OURS = re.compile(r"/conversations(\..*)?/?|/[a-z]+/reply/.*|/api/.*", re.IGNORECASE)
_REQUIRED = re.compile(r'"(\w+)" is a required property')
_TAKES_JSON = re.compile(r"(?:application|text)/(?:json|\*)(?![\w+.-])|\*/\*", re.IGNORECASE)
_LONG_QUERY = 1_200
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
_LISTS = {
    "accountIds": ("mostRecentMessage", "accountId"),
    "endpointIds": ("endpointId",),
    "customerIds": ("mostRecentMessage", "customerId"),
}
_MAX_IDS = 50
_Check = Literal["status", "media-type", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Hold what an answer breaks; `symptom` names its class, and no text holds a value."""

    check: _Check
    symptom: str
    received: str
    documented: str


class Judge:
    """Hold the contract as Schemathesis reads it, with what a well-mannered host may do.

    Members that the contract does not know are no fault, as a later version may add them. A
    status of an unspecified point is allowed, unless `choices` say that the host chose otherwise.
    """

    def __init__(self, contract: Contract, *, choices: Mapping[str, str] | None = None) -> None:
        """Load the contract, and teach Schemathesis our media types."""
        _register_deserializers()
        settled = deepcopy(contract.document)
        schemas = settled["components"]["schemas"]
        _settle_schemas(settled, choices or {})
        document = cast(dict[str, Any], _tolerant(settled, schemas))
        _add_statuses(document, choices or {})
        self._names = frozenset(_property_names(contract.document))
        self._operation = _operation_of(document)
        # Many answers of a run are the same bytes.
        self._judge_once = lru_cache(maxsize=32)(self._judge)

    def judge(self, response: Response) -> tuple[Fault, ...]:
        """Return what an answer of the operation breaks, by status, media type and schema.

        A sign-in, a sign-out and a HEAD are judged by the laws alone.
        """
        request = response.request
        if request.method != "GET" or not _OURS.fullmatch(request.path):
            return ()
        if _is_excused(response):
            return ()
        # A call of a function is for the laws on JSONP: it wraps errors too, with status 200.
        is_call = "callback=" in request.query.lower()
        return self._judge_once(
            response.status, response.content_type, b"" if is_call else response.body
        )

    def _judge(self, status: int, content_type: str, body: bytes) -> tuple[Fault, ...]:
        """Return what an answer breaks; of one without a body, by its status alone."""
        answer, case = _as_theirs(status, content_type, body), self._operation.Case()
        context = cast(schemathesis.CheckContext, None)
        if _failures(lambda: status_code_conformance(context, answer, case)):
            received = f"status {status}"
            known = ", ".join(self._operation.responses.status_codes)
            return (_fault("status", received, received, f"one of {known}"),)
        if not body:
            return ()
        if _failures(lambda: content_type_conformance(context, answer, case)):
            symptom = "another media type" if content_type else "no media type"
            known = ", ".join(MEDIA_TYPES.values())
            received = f"{symptom} with status {status}"
            return (_fault("media-type", symptom, received, f"one of {known}"),)
        failures = _failures(lambda: self._operation.validate_response(answer))
        kind = media_kind(content_type)
        return tuple(
            self._schema_fault(failure)
            if isinstance(failure, JsonSchemaError)
            else _fault(
                "body",
                f"unreadable {kind}",
                tell_unreadable(kind, body, DECODERS.get(kind or "", bytes)),
                f"{kind} that can be decoded",
            )
            for failure in failures
        )

    def _schema_fault(self, failure: JsonSchemaError) -> Fault:
        place = "/" + "/".join(
            "*" if isinstance(part, int) else part if part in self._names else "?"
            for part in failure.instance_path
        )
        keyword = str(failure.schema_path[-1]) if failure.schema_path else "schema"
        match = _REQUIRED.match(failure._raw_message)
        received = f"{_KINDS.get(type(failure.instance), 'a number')} at {place}"
        if keyword == "required" and match is not None and match[1] in self._names:
            received = f"no {match[1]} at {place}"
        return _fault(
            "body",
            f"{keyword} {place}",
            f"{received}, which breaks `{keyword}`",
            f"what openapi.yaml says by `{keyword}` of {place}",
        )


def _fault(check: _Check, symptom: str, received: str, documented: str) -> Fault:
    return Fault(check=check, symptom=symptom, received=received, documented=documented)


def draw_requests(contract: Contract, *, is_negative: bool = False) -> st.SearchStrategy[Request]:
    """Return a strategy of strange queries: wild text, or with `is_negative` wrong types too.

    Only the query is drawn; identity, method and headers are the client's. Hostile, so that they
    never reach a live target.
    """
    operation = _operation_of(contract.document)
    mode = GenerationMode.NEGATIVE if is_negative else GenerationMode.POSITIVE
    return cast(
        st.SearchStrategy[Request], operation.as_strategy(generation_mode=mode).map(_as_request)
    )


def register_hooks(laws: Mapping[str, Callable[[Response], str]] | None = None) -> None:
    """Teach Schemathesis our media types, laws as checks and, as it runs, the ids of answers.

    Args:
        laws: the name of a check → what an answer breaks of it; empty if nothing.
    """
    _register_deserializers()
    ids: dict[str, list[str]] = {name: [] for name in _LISTS}

    def remember_ids(
        _: object, response: schemathesis.Response, case: schemathesis.Case[Any]
    ) -> None:
        if case.operation.path == _PATH and response.status_code == 200:
            _collect_ids(response, ids)

    def flatmap_query(_: object, query: Any) -> st.SearchStrategy[Any]:
        known = {name: st.sampled_from(seen) for name, seen in ids.items() if seen}
        drawn = {name: st.lists(known[name], min_size=1, max_size=3, unique=True) for name in known}
        # Ids are joined here: what a hook returns is sent as it is.
        joined = st.fixed_dictionaries(
            {}, optional={name: items.map(",".join) for name, items in drawn.items()}
        )
        return joined.map(lambda chosen: {**(query or {}), **chosen})

    schemathesis.check(remember_ids)
    for name, judge in (laws or {}).items():
        schemathesis.check(_as_check(name, judge))
    # The attribute is attached when Schemathesis is imported, so mypy cannot see it.
    apply_to = schemathesis.hook.apply_to  # type: ignore[attr-defined]  # see above
    apply_to(name=f"GET {_PATH}")(flatmap_query)


def _as_check(name: str, judge: Callable[[Response], str]) -> Any:
    def check(_: object, response: schemathesis.Response, case: schemathesis.Case[Any]) -> None:
        if case.operation.path == _PATH and case.method == "GET":
            broken = judge(_as_ours(response))
            assert not broken, broken

    check.__name__ = name
    return check


def _as_ours(response: schemathesis.Response) -> Response:
    request = response.request
    return Response(
        status=response.status_code,
        reason=response.message,
        headers=tuple((name, v) for name, values in response.headers.items() for v in values),
        body=response.content,
        elapsed_seconds=response.elapsed,
        request=Request(query=(request.url or "").partition("?")[2]),
    )


def _operation_of(document: Mapping[str, Any]) -> schemathesis.APIOperation[Any, Any, Any, Any]:
    # A configuration of our own: else a schemathesis.toml of the working directory would count.
    config = schemathesis.Config.from_dict(
        {
            "base-url": "http://target.invalid",
            "cache": {"enabled": False},
            "generation": {"database": "none"},
        }
    )
    schema = schemathesis.openapi.from_dict(dict(document), config=config)
    return schema[_PATH]["GET"]


def _failures(check: Callable[[], object]) -> tuple[Failure, ...]:
    try:
        check()
    except FailureGroup as group:
        return tuple(group.exceptions)
    except Failure as failure:
        return (failure,)
    return ()


def _is_excused(response: Response) -> bool:
    """Say whether a status is the answer to something that not every host has to know."""
    request = response.request
    headers = {name.lower(): value for name, value in request.headers}
    if response.status == 304:
        return "if-none-match" in headers or "if-modified-since" in headers
    if media_kind(response.content_type) == "xml" and response.body.count(b"<?xml ") > 1:
        # Recorded: where a row holds what XML forbids, the writer breaks off and an error follows.
        # Only who has read the row in JSON can tell, as the law on XML does.
        return True
    if response.status in (404, 406):
        accept = headers.get("accept", "application/json")
        return request.path != _PATH or "format=" in request.query or not _TAKES_JSON.search(accept)
    if response.status in range(300, 400):
        # A host may send other spellings of the path to its own.
        return request.path != _PATH
    return response.status in (400, 414, 431) and len(request.query) > _LONG_QUERY


def _as_theirs(status: int, content_type: str, body: bytes) -> schemathesis.Response:
    known = MEDIA_TYPES.get(media_kind(content_type) or "", content_type)
    request = requests.Request("GET", f"http://target.invalid{_PATH}").prepare()
    return schemathesis.Response(
        status_code=status,
        headers={"content-type": [known]} if known else {},
        content=body,
        request=request,
        elapsed=0.0,
        verify=True,
        encoding="utf-8",
    )


def _as_request(case: schemathesis.Case[Any]) -> Request:
    params = case.as_transport_kwargs().get("params")
    url = requests.Request("GET", f"http://target.invalid{_PATH}", params=params).prepare().url
    query = (url or "").partition("?")[2].replace("#", "%23")
    return Request(query=query, purpose="odd-input", is_hostile=True)


def _register_deserializers() -> None:
    types = ("application/xml", "text/xml", "application/jsv", "text/jsv", "text/csv", "text/jsonl")
    schemathesis.deserializer(*types)(_deserialize)


def _deserialize(
    context: schemathesis.DeserializationContext, response: schemathesis.Response
) -> object:
    kind = media_kind(next(iter(response.headers.get("content-type", [])), None))
    if context.operation.path != _PATH or response.status_code != 200 or kind is None:
        # Schemathesis then skips the schema: only lists of conversations are decoded here.
        raise NotImplementedError
    if kind == "jsonl" and b"\n" not in response.content.strip():
        return parse_json(response.content.decode("utf-8"))
    return {"conversations": list(decode(kind, response.content))}


def _collect_ids(response: schemathesis.Response, ids: dict[str, list[str]]) -> None:
    try:
        kind = media_kind(response.headers.get("content-type", [""])[0])
        rows = DECODERS[kind or ""](response.content)
    except (LookupError, DecodeError):
        return
    for row in rows:
        for name, path in _LISTS.items():
            value: object = row
            for part in path:
                value = value.get(part) if isinstance(value, dict) else None
            if isinstance(value, str) and value and value not in ids[name][:_MAX_IDS]:
                ids[name].append(value)
                del ids[name][_MAX_IDS:]


def _tolerant(node: object, schemas: Mapping[str, Any]) -> object:
    """Return a schema that takes further members, and names a fault inside a nullable member."""
    if isinstance(node, list):
        return [_tolerant(item, schemas) for item in node]
    if not isinstance(node, dict):
        return node
    options = node.get("anyOf")
    if isinstance(options, list) and len(options) == 2 and options[1] == {"type": "null"}:
        # An `anyOf` with null would only tell that neither fits; this way the member is named.
        other = schemas.get(str(options[0].get("$ref", "")).rpartition("/")[2], options[0])
        node = {key: value for key, value in node.items() if key != "anyOf"}
        node |= {**other, "type": [other["type"], "null"]}
    if node.get("additionalProperties") is False:
        node = {key: value for key, value in node.items() if key != "additionalProperties"}
    return {key: _tolerant(value, schemas) for key, value in node.items()}


def _settle_schemas(document: dict[str, Any], choices: Mapping[str, str]) -> None:
    """Put in what a point's choice says of a schema, unless the host is known to choose another."""
    for point in document["paths"][_PATH]["get"]["x-unspecified"]:
        chosen = choices.get(point["name"], "unknown")
        for choice, schemas in point.get("schemas", {}).items():
            if chosen in ("unknown", choice):
                for name, changed in schemas.items():
                    document["components"]["schemas"][name].update(changed)


def _add_statuses(document: dict[str, Any], choices: Mapping[str, str]) -> None:
    operation = document["paths"][_PATH]["get"]
    for point in operation["x-unspecified"]:
        chosen = choices.get(point["name"], "unknown")
        for choice, responses in point.get("responses", {}).items():
            # `verbs` is about other verbs, which are never sent.
            if chosen in ("unknown", choice) and point["name"] != "verbs":
                for status, response in responses.items():
                    content = {"content": operation["responses"]["400"]["content"]}
                    described = response if isinstance(response, dict) else {"description": "Point"}
                    operation["responses"].setdefault(status, {**content, **described})


def _property_names(node: object) -> Iterable[str]:
    if isinstance(node, Mapping):
        properties = node.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        for value in node.values():
            yield from _property_names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _property_names(item)
