"""Cut JSON and JSV into values as ServiceStack.Text does: leniently, and with its quirks.

Both syntaxes know one reader of lists, `parse_list`. A value is handed on as text; what is neither
here nor there is None. ServiceStack marks an empty string by a zero-width space, so that it can
tell it from no string at all, and takes one that a client sends for the same; so does this.
Source: ServiceStack.Text, JsvTypeSerializer, JsonTypeSerializer, DeserializeListWithElements;
fuzz/binding.ndjson.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mockserver.wire.whitespace import is_dotnet_space, is_json_space, trim

__all__ = [
    "EMPTY",
    "JSON",
    "JSV",
    "OUT_OF_RANGE",
    "Syntax",
    "parse_jsv_list",
    "plain_text",
    "skip_jsv_quoted",
    "unescape_json_text",
]

EMPTY = "\u200b"
OUT_OF_RANGE = "Specified argument was out of the range of valid values."
_CLOSING = {"{": "}", "[": "]"}
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "v": "\v", "t": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Hold how one of the two is cut.

    Attributes:
        take_value: (text, start) → (value, end); the value is "" where there is none.
        unescape: the value without its quotes and escapes.
        is_space: which characters may stand around values.
    """

    take_value: Callable[[str, int], tuple[str, int]]
    unescape: Callable[[str], str]
    is_space: Callable[[str], bool]

    def parse_text(self, value: str) -> str | None:
        """Return the string that a value stands for."""
        return plain_text(self.unescape(value))

    def parse_list(self, value: str) -> tuple[str | None, ...] | None:
        """Return the items of a list; None where there is no value, () for blank ones.

        Raises:
            ValueError: ServiceStack's parser breaks off.
            IndexError: likewise.
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
        return tuple(items)

    def skip_separator(self, text: str, start: int) -> tuple[int, bool]:
        """Return the place behind `,` or `}` and whether one stood there."""
        end = self.skip_spaces(text, start)
        if end == len(text) or text[end] not in ",}":
            return end, False
        return self.skip_spaces(text, end + 1), True

    def skip_spaces(self, text: str, start: int) -> int:
        """Return the place of the next character that is no white space."""
        while start < len(text) and self.is_space(text[start]):
            start += 1
        return start


def plain_text(value: str) -> str | None:
    """Return None for no string, "" for the mark of the empty one, and the text itself."""
    return None if value == "" else "" if value == EMPTY else value


def parse_jsv_list(text: str) -> tuple[str | None, ...] | None:
    """Return the items of a list in JSV, as in a query string.

    Raises:
        ValueError: ServiceStack's parser breaks off.
        IndexError: likewise.
    """
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
    return EMPTY if all(map(is_dotnet_space, text)) else text


def _take_jsv_value(text: str, start: int) -> tuple[str, int]:
    if start == len(text) or text[start] in ",}":
        return "", start
    if text[start] == '"':
        end = skip_jsv_quoted(text, start)
    elif text[start] in _CLOSING:
        end = _skip_jsv_nested(text, start)
    else:
        end = start + 1
        while end < len(text) and text[end] not in ",}":
            end += 1
    return text[start:end], end


def skip_jsv_quoted(text: str, start: int) -> int:
    """Return the place behind a quoted text in which `""` stands for a quote."""
    end = start + 1
    while end < len(text):
        if text[end] == '"':
            if text[end + 1 : end + 2] != '"':
                return end + 1
            end += 1
        end += 1
    return end


def _skip_jsv_nested(text: str, start: int) -> int:
    opening, closing = text[start], _CLOSING[text[start]]
    depth, is_quoted = 1, False
    end = start + 1
    while end < len(text) and depth > 0:
        char = text[end]
        if char == '"':
            is_quoted = not is_quoted
        if not is_quoted:
            depth += (char == opening) - (char == closing)
        end += 1
    return end


def _unescape_jsv(value: str) -> str:
    if not value.startswith('"'):
        return value
    if len(value) == 1:
        raise ValueError(OUT_OF_RANGE)
    # Again the last character goes, whatever it is.
    return value[1:-1].replace('""', '"') or EMPTY


def _take_json_value(text: str, start: int) -> tuple[str, int]:
    start = JSON.skip_spaces(text, start)
    if start == len(text) or text[start] in ",}":
        return "", start
    if text[start] == '"':
        return _take_json_string(text, start)
    if text[start] in _CLOSING:
        end = _skip_json_nested(text, start)
        return text[start:end], end
    end = start + 1
    while end < len(text) and text[end] not in ",}" and not is_json_space(text[end]):
        end += 1
    value = text[start:end]
    return "" if value == "null" else value, end


def _take_json_string(text: str, start: int) -> tuple[str, int]:
    """Return what stands between the quotes, escapes and all.

    Raises:
        IndexError: no quote closes it.
    """
    end = start + 1
    while text[end] != '"':
        if text[end] == "\\":
            end += 1
            if text[end] == "u":
                end += 4
        end += 1
    return text[start + 1 : end] or EMPTY, end + 1


def _skip_json_nested(text: str, start: int) -> int:
    opening, closing = text[start], _CLOSING[text[start]]
    depth, is_quoted = 1, False
    end = start + 1
    while end < len(text):
        char = text[end]
        if char == "\\":
            end += 2
            continue
        if char == '"':
            is_quoted = not is_quoted
        end += 1
        if not is_quoted:
            depth += (char == opening) - (char == closing)
            if depth == 0:
                break
    if end > len(text):
        raise ValueError(OUT_OF_RANGE)
    return end


def _unescape_json(value: str) -> str:
    if value in ("", EMPTY):
        return value
    if value[0] == '"':
        end = next((i for i, char in enumerate(value[1:], 1) if char in '"\\'), None)
        if end is None:
            raise ValueError(OUT_OF_RANGE)
        if value[end] == '"':
            return value[1:end] or EMPTY
    elif '"' not in value and "\\" not in value:
        return value
    return unescape_json_text(value)


def unescape_json_text(text: str) -> str:
    """Return the text without quotes, its escapes resolved."""
    output: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            resolved, length = _resolve_escape(text, at + 1)
            output.append(resolved)
            at += 1 + length
        else:
            if char != '"':
                output.append(char)
            at += 1
    # .NET keeps UTF-16: two escapes may make up one character.
    joined = "".join(output)
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


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


JSV = Syntax(take_value=_take_jsv_value, unescape=_unescape_jsv, is_space=lambda char: False)
JSON = Syntax(take_value=_take_json_value, unescape=_unescape_json, is_space=is_json_space)
