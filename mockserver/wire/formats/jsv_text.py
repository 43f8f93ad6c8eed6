"""Write JSV, ServiceStack's JSON without quotes where none are needed; nulls are always left out.

Source: fixtures/transcripts/fuzz/text.ndjson; servicestack-*-default, groups ser-jsv, jsconfig.
"""

import re

from mockserver.wire.formats.notation import Notation

__all__ = ["JSV"]

_NEEDS_QUOTES = re.compile('[":,{}\\[\\]\r\n]')


def _quote(text: str) -> str:
    if not text:
        return '""'
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


JSV = Notation(quote=_quote, name_mark="", booleans=("False", "True"), has_nulls=False)
