"""Cut JSON and JSV into values as ServiceStack.Text does: leniently, and with its quirks.

Both syntaxes know one reader of lists, `parse_list`. A value is handed on as text; what is neither
here nor there is None. ServiceStack marks an empty string by a zero-width space, so that it can
tell it from no string at all, and takes one that a client sends for the same; so does this.
Every reader here goes through its text once: a client chooses the text.
Source: ServiceStack.Text, JsvTypeSerializer, JsonTypeSerializer, DeserializeListWithElements;
fuzz/binding.ndjson.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mockserver.dotnet.characters import JSON_SPACES, trim
from mockserver.errors import FrameworkError

__all__ = [
    "EMPTY",
    "JSON",
    "JSV",
    "MAX_ITEMS",
    "OUT_OF_RANGE",
    "Syntax",
    "parse_jsv_list",
    "plain_text",
    "skip_jsv_quoted",
    "unescape_json_text",
]

EMPTY = "\u200b"
OUT_OF_RANGE = "Specified argument was out of the range of valid values."
# Ours: the host has no such limit, and short items cost twenty times their bytes.
MAX_ITEMS = 10_000
# Ids as they are usually sent: nothing in such a text means anything but itself.
_PLAIN_LENGTH = 2 * MAX_ITEMS
_PLAIN_LIST = re.compile(r"[0-9A-Za-z_.:+~-]++(?:,[0-9A-Za-z_.:+~-]++)*+")
_CLOSING = {"{": "}", "[": "]"}
_JSV_MARKS = {opening: re.compile(f'["\\{opening}\\{_CLOSING[opening]}]') for opening in _CLOSING}
_JSON_MARKS = {
    opening: re.compile(f'["\\\\\\{opening}\\{_CLOSING[opening]}]') for opening in _CLOSING
}
_END_OF_JSV = re.compile("[,}]")
_END_OF_JSON = re.compile(f"[,}}{JSON_SPACES}]")
_NOT_JSON_SPACE = re.compile(f"[^{JSON_SPACES}]")
_QUOTE_OR_ESCAPE = re.compile(r'["\\]')
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "v": "\v", "t": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Hold how one of the two is cut.

    Attributes:
        take_value: (text, start) → (value, end); the value is "" where there is none.
        unescape: the value without its quotes and escapes.
        skip_spaces: (text, start) → the place behind what may stand around values.
    """

    take_value: Callable[[str, int], tuple[str, int]]
    unescape: Callable[[str], str]
    skip_spaces: Callable[[str, int], int]

    def parse_text(self, value: str) -> str | None:
        """Return the string that a value stands for."""
        return plain_text(self.unescape(value))

    def parse_list(self, value: str) -> tuple[str | None, ...] | None:
        """Return the items of a list; None where there is no value, () for blank ones.

        Raises:
            ValueError: ServiceStack's parser breaks off.
            IndexError: likewise.
            FrameworkError: it has more than MAX_ITEMS (HTTP 400).
        """
        text = _strip_list(value)
        if text in ("", EMPTY):
            return () if text else None
        items: list[str | None] = []
        end = 0
        while end < len(text):
            item, end = self.take_value(text, end)
            items.append(self.parse_text(item))
            end, was_eaten = self.skip_separator(text, end)
            if was_eaten and end == len(text):
                items.append(None)
            if len(items) > MAX_ITEMS:
                message = f"A list has more than {MAX_ITEMS} items; send fewer in one request"
                raise FrameworkError(message, status=400, error_code="SerializationException")
        return tuple(items)

    def skip_separator(self, text: str, start: int) -> tuple[int, bool]:
        """Return the place behind `,` or `}` and whether one stood there."""
        end = self.skip_spaces(text, start)
        if end == len(text) or text[end] not in ",}":
            return end, False
        return self.skip_spaces(text, end + 1), True


def plain_text(value: str) -> str | None:
    """Return None for no string, "" for the mark of the empty one, and the text itself."""
    return None if value == "" else "" if value == EMPTY else value


def parse_jsv_list(text: str) -> tuple[str | None, ...] | None:
    """Return the items of a list in JSV, as in a query string.

    Raises:
        ValueError: ServiceStack's parser breaks off.
        IndexError: likewise.
    """
    if len(text) <= _PLAIN_LENGTH and _PLAIN_LIST.fullmatch(text):
        return tuple(text.split(","))
    return JSV.parse_list(text)


def _strip_list(value: str) -> str:
    if value in ("", EMPTY):
        return ""
    text = trim(value)
    if text[0] == "[":
        if len(text) == 1:
            raise ValueError(OUT_OF_RANGE)
        # The last character goes, whatever it is.
        text = text[1:-1]
    return text if trim(text) else EMPTY


def _take_jsv_value(text: str, start: int) -> tuple[str, int]:
    if start == len(text) or text[start] in ",}":
        return "", start
    if text[start] == '"':
        end = skip_jsv_quoted(text, start)
    elif text[start] in _CLOSING:
        end = _skip_jsv_nested(text, start)
    else:
        end = _find(_END_OF_JSV, text, start + 1)
    return text[start:end], end


def _find(marks: re.Pattern[str], text: str, start: int) -> int:
    """Return the place of the next mark; the text's end where there is none."""
    found = marks.search(text, start)
    return len(text) if found is None else found.start()


def skip_jsv_quoted(text: str, start: int) -> int:
    """Return the place behind a quoted text in which `""` stands for a quote."""
    end = text.find('"', start + 1)
    while end >= 0:
        if text[end + 1 : end + 2] != '"':
            return end + 1
        end = text.find('"', end + 2)
    return len(text)


def _skip_jsv_nested(text: str, start: int) -> int:
    opening = text[start]
    depth, is_quoted = 1, False
    for mark in _JSV_MARKS[opening].finditer(text, start + 1):
        if mark[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += 1 if mark[0] == opening else -1
            if depth == 0:
                return mark.end()
    return len(text)


def _unescape_jsv(value: str) -> str:
    if not value.startswith('"'):
        return value
    if len(value) == 1:
        raise ValueError(OUT_OF_RANGE)
    # Again the last character goes, whatever it is.
    return value[1:-1].replace('""', '"') or EMPTY


def _take_json_value(text: str, start: int) -> tuple[str, int]:
    start = _skip_json_spaces(text, start)
    if start == len(text) or text[start] in ",}":
        return "", start
    if text[start] == '"':
        return _take_json_string(text, start)
    if text[start] in _CLOSING:
        end = _skip_json_nested(text, start)
        return text[start:end], end
    end = _find(_END_OF_JSON, text, start + 1)
    value = text[start:end]
    return "" if value == "null" else value, end


def _take_json_string(text: str, start: int) -> tuple[str, int]:
    """Return what stands between the quotes, escapes and all.

    Raises:
        IndexError: no quote closes it.
    """
    end = start + 1
    while True:
        mark = _QUOTE_OR_ESCAPE.search(text, end)
        if mark is None:
            raise IndexError
        end = mark.start()
        if text[end] == '"':
            return text[start + 1 : end] or EMPTY, end + 1
        # The character behind the backslash must be there, and `u` takes four more.
        end += 6 if text[end + 1] == "u" else 2


def _skip_json_nested(text: str, start: int) -> int:
    opening = text[start]
    depth, is_quoted = 1, False
    end = start + 1
    while (mark := _JSON_MARKS[opening].search(text, end)) is not None:
        end = mark.end()
        if mark[0] == "\\":
            end += 1
        elif mark[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += 1 if mark[0] == opening else -1
            if depth == 0:
                return end
    if end > len(text):
        raise ValueError(OUT_OF_RANGE)
    return len(text)


def _skip_json_spaces(text: str, start: int) -> int:
    return _find(_NOT_JSON_SPACE, text, start)


def _unescape_json(value: str) -> str:
    if value in ("", EMPTY):
        return value
    if value[0] == '"':
        end = _find(_QUOTE_OR_ESCAPE, value, 1)
        if end == len(value):
            raise ValueError(OUT_OF_RANGE)
        if value[end] == '"':
            return value[1:end] or EMPTY
    elif '"' not in value and "\\" not in value:
        return value
    return unescape_json_text(value)


def unescape_json_text(text: str) -> str:
    """Return the text without quotes, its escapes resolved."""
    # No list of pieces: a client can make every piece a character long. .NET keeps UTF-16: two
    # escapes may make up one character.
    output = bytearray()
    at = 0
    while (mark := _QUOTE_OR_ESCAPE.search(text, at)) is not None:
        output += _utf16(text[at : mark.start()])
        at = mark.end()
        if mark[0] == "\\" and at < len(text):
            resolved, length = _resolve_escape(text, at)
            output += _utf16(resolved)
            at += length
        elif mark[0] == "\\":
            output += _utf16("\\")
    output += _utf16(text[at:])
    return output.decode("utf-16-le", "replace")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _resolve_escape(text: str, at: int) -> tuple[str, int]:
    """Return what the escape whose letter is at `at` stands for, and its length from there."""
    char = text[at]
    if char in "ux" and at + 4 < len(text):
        return _hexadecimal(text[at + 1 : at + 5]), 5
    if char == "x" and at + 2 < len(text):
        return _hexadecimal(text[at + 1 : at + 3]), 3
    # Too short for its digits: the letter itself is read once more.
    if char == "u":
        return "u", 0
    if char == "x":
        return "\\", 0
    return _ESCAPED.get(char, char), 1


def _hexadecimal(digits: str) -> str:
    if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        raise ValueError(f"The input string '{digits}' was not in a correct format.")
    return chr(int(digits, 16))


JSV = Syntax(take_value=_take_jsv_value, unescape=_unescape_jsv, skip_spaces=lambda _, start: start)
JSON = Syntax(take_value=_take_json_value, unescape=_unescape_json, skip_spaces=_skip_json_spaces)
