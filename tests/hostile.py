"""Hold every place that reads a client's or a target's text, and texts that are dear to read.

`find_offenders` tries a place with all its texts and tells which cost more than their length.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from mockserver.checks.decode import DECODERS
from mockserver.errors import MockServerError
from mockserver.server.admin_journal import list_entries  # noqa: F401
from mockserver.server.app import STEPS
from mockserver.server.asgi import App
from mockserver.server.auth import parse_basic, read_session_ids
from mockserver.server.choose import choose_space
from mockserver.server.exchange import Answer, Request
from mockserver.server.explain import entry_to_json, explain_entry
from mockserver.server.mask import mask_header, mask_query
from mockserver.server.prefer import read_preferences
from mockserver.server.spaces import Spaces
from mockserver.server.start import build_start
from mockserver.server.startup import describe_request
from mockserver.server.warn import warnings_of
from mockserver.wire.bind import bind_members, bind_query, bind_request, split_batch
from mockserver.wire.dto import parse_js_config
from mockserver.wire.negotiate import negotiate
from mockserver.wire.quirks import QUIRKS
from mockserver.wire.route import Route, match_route
from mockserver.world.scenario import load_scenario
from mockserver.world.ticks import has_zone, parse_date

SMALL, LARGE = 1_024, 65_536
_RUNS = 5
_QUIRKS = QUIRKS["servicestack-8"]
_XML = (
    '<ListConversations xmlns="http://schemas.datacontract.org/2004/07/Voice.Api.Messaging" '
    'xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays">'
)
_MULTIPART = 'multipart/form-data; boundary="x"'
