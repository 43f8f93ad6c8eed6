"""Hold what ServiceStack 6.x and 8.x do differently, as data in one place.

The point `framework` chooses a row of QUIRKS; nothing else in the package asks for a version.
Source: fixtures/transcripts, the records that differ between 6.11 and 8.10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["QUIRKS", "Quirks"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quirks:
    """Hold one framework's ways.

    Attributes:
        framework: the choice of the point, which names the row.
        powered_by: the X-Powered-By header of every answer that the framework writes.
        content_types: format name → media type, in the order of registration.
        auth_verbs: the verbs that the `/auth` routes answer.
        auth_actions: the verbs that the sign-in service has a method for.
        api_uses_formats: `/api/Name.ext` takes its type from the formats rather than from a table
            of file extensions.
        api_index_varies: `/api` carries `Vary`.
        unknown_operation: the message of a predefined route to an unknown operation.
        basic_signs_in_anew: Basic beside a session cookie ends that session and makes a new one;
            otherwise the session stays and only the user's cookie is set.
        logout_any_case: `/auth/LOGOUT` is `/auth/logout`.
        knows_type_info: `jsconfig=iti` adds type names.
        query_fills_gaps: on a predefined route the query sets what a body left null.
        jsv_unquotes_keys: a quoted name in a JSV body is read without its quotes.
        jsonp_errors_as_script: an error forced to 200 for JSONP is `text/javascript`.
    """

    framework: str
    powered_by: str
    auth_verbs: str
    auth_actions: frozenset[str]
    api_uses_formats: bool
    api_index_varies: bool
    unknown_operation: str
    content_types: Mapping[str, str]
    basic_signs_in_anew: bool
    logout_any_case: bool
    jsonp_errors_as_script: bool
    knows_type_info: bool
    query_fills_gaps: bool
    jsv_unquotes_keys: bool


_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "jsv": "application/jsv",
    "html": "text/html",
    "csv": "text/csv",
    "jsonl": "text/jsonl",
}

QUIRKS: Mapping[str, Quirks] = MappingProxyType(
    {
        "servicestack-6": Quirks(
            framework="servicestack-6",
            powered_by="ServiceStack/6.110 NET6/Linux/net6/NO",
            content_types=MappingProxyType({**_TYPES, "jsonreport": "text/jsonreport"}),
            auth_verbs="OPTIONS GET POST DELETE",
            auth_actions=frozenset({"OPTIONS", "GET", "POST", "DELETE"}),
            api_uses_formats=False,
            api_index_varies=False,
            unknown_operation="The operation '{name}' does not exist for this service",
            basic_signs_in_anew=True,
            logout_any_case=False,
            jsonp_errors_as_script=False,
            knows_type_info=False,
            query_fills_gaps=False,
            jsv_unquotes_keys=False,
        ),
        "servicestack-8": Quirks(
            framework="servicestack-8",
            powered_by="ServiceStack/8.10 NET6/Linux/net8/NO",
            content_types=MappingProxyType(_TYPES),
            auth_verbs="GET POST",
            auth_actions=frozenset({"OPTIONS", "GET", "POST"}),
            api_uses_formats=True,
            api_index_varies=True,
            unknown_operation="The operation does not exist for this service",
            basic_signs_in_anew=False,
            logout_any_case=True,
            jsonp_errors_as_script=True,
            knows_type_info=True,
            query_fills_gaps=True,
            jsv_unquotes_keys=True,
        ),
    }
)
