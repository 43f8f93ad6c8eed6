"""Cut a date's text into the tokens of .NET's `DateTime.Parse`, in the invariant culture.

A token is regular (a number, a name, a zone) or a separator (what follows a number or a month's
name); the same word may be both. What the tokens mean together is date_parser's business.
Source: dotnet/runtime, DateTimeParse.cs and DateTimeFormatInfo.cs; fuzz/dates.ndjson.
"""

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.dotnet.characters import SPACES

__all__ = [
    "Cursor",
    "is_letter",
    "is_space",
    "sum_fraction",
    "take_offset",
    "take_punctuation",
]

# A set, in which the empty text at the end is not found.
_SPACES = frozenset(SPACES)
_RIGHT_TO_LEFT_MARK = "\u200f"
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
# A number of more digits than this is an error, one of three or more is a year.
_MAX_DIGITS = 8
_YEAR_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    regular: str | None = None
    separator: str | None = None
    value: int = 0


def _build_words() -> MappingProxyType[str, tuple[_Word, ...]]:
    words = [
        _Word(text=",", regular="ignorable"),
        _Word(text=".", regular="ignorable"),
        _Word(text=":", separator="time"),
        _Word(text="/", separator="date"),
        _Word(text="-", separator="date_or_offset"),
        _Word(text="T", separator="local_time_mark"),
        _Word(text="AM", regular="half", separator="half", value=0),
        _Word(text="PM", regular="half", separator="half", value=1),
        _Word(text="GMT", regular="zone"),
        _Word(text="Z", regular="zone"),
        _Word(text="A.D.", regular="era"),
        _Word(text="AD", regular="era"),
        # Years, months, days, hours, minutes and seconds as Chinese, Japanese and Korean mark them.
        *(_Word(text=text, separator="year_suffix") for text in "\u5e74\ub144"),
        *(_Word(text=text, separator="month_suffix") for text in "\u6708\uc6d4"),
        *(_Word(text=text, separator="day_suffix") for text in "\u65e5\uc77c"),
        *(_Word(text=text, separator="hour_suffix") for text in "\u6642\u65f6"),
        _Word(text="\u5206", separator="minute_suffix"),
        _Word(text="\u79d2", separator="second_suffix"),
    ]
    for kind, names, first in (("month", _MONTHS, 1), ("day_of_week", _DAYS, 0)):
        for value, name in enumerate(names, first):
            words.append(_Word(text=name, regular=kind, value=value))
            words.append(_Word(text=name[:3], regular=kind, value=value))
    initials = {word.text[0].lower() for word in words}
    return MappingProxyType(
        {initial: tuple(w for w in words if w.text[0].lower() == initial) for initial in initials}
    )


_WORDS = _build_words()


def is_space(char: str) -> bool:
    """Say whether .NET takes the character for white space."""
    return char in _SPACES


def is_letter(char: str) -> bool:
    """Say whether .NET takes the character for a letter; none beyond U+FFFF is one."""
    return char <= "\uffff" and unicodedata.category(char)[0] == "L"


def _is_ascii_digit(char: str) -> bool:
    """Say whether the character is one of 0 to 9; "" is not."""
    return "0" <= char <= "9" and len(char) == 1


class Cursor:
    """Walk along a text; `index` is the character to be read next."""

    def __init__(self, text: str) -> None:
        """Start at the first character."""
        self.text = text
        self.index = 0

    def peek(self, offset: int = 0) -> str:
        """Return the character at `offset` from here, or "" outside the text."""
        position = self.index + offset
        return self.text[position] if 0 <= position < len(self.text) else ""

    def skip_spaces(self) -> None:
        """Move past white space."""
        while is_space(self.peek()):
            self.index += 1

    def take(self, chars: str) -> bool:
        """Move past one character of `chars`, if it is next."""
        found = self.peek() != "" and self.peek() in chars
        self.index += found
        return found

    def take_digits(self, limit: int) -> str:
        """Move past up to `limit` digits and return them."""
        start = self.index
        while self.index - start < limit and _is_ascii_digit(self.peek()):
            self.index += 1
        return self.text[start : self.index]

    def take_regular(self) -> tuple[str, int]:
        """Return the kind and the value of the next regular token and move past it.

        `unknown` moves past nothing but white space.

        Raises:
            ValueError: a number has more than eight digits.
        """
        self.skip_spaces()
        if self.peek() == "":
            return "end", 0
        if not _is_ascii_digit(self.peek()):
            word = self._take_word(regular=True)
            return (word.regular or "unknown", word.value) if word else ("unknown", 0)
        digits = self.take_digits(len(self.text))
        if len(digits) > _MAX_DIGITS:
            raise ValueError("a number is too long")
        return "year" if len(digits) >= _YEAR_DIGITS else "number", int(digits)

    def take_separator(self) -> tuple[str, int]:
        """Return the kind and the value of what follows a number or month, and move past it.

        `space` stands for white space and for whatever is no separator.
        """
        while is_space(self.peek()) or self.peek() == _RIGHT_TO_LEFT_MARK:
            self.index += 1
        if self.peek() == "":
            return "end", 0
        word = None if _is_ascii_digit(self.peek()) else self._take_word(regular=False)
        return (word.separator or "space", word.value) if word else ("space", 0)

    def _take_word(self, *, regular: bool) -> _Word | None:
        first = self.peek()
        for word in _WORDS.get(first.lower(), ()):
            if (word.regular if regular else word.separator) is None:
                continue
            end = self.index + len(word.text)
            # A word that begins with a letter ends where the letters end.
            if is_letter(first) and end < len(self.text) and is_letter(self.text[end]):
                continue
            if self.text[self.index : end].lower() == word.text.lower():
                self.index = end
                return word
        return None


def sum_fraction(digits: str) -> float:
    """Add the digits up as .NET does: in doubles, whose errors show in the last tick."""
    total, weight = 0.0, 0.1
    for digit in digits:
        total += int(digit) * weight
        weight *= 0.1
    return total


def take_offset(cursor: Cursor) -> int | None:
    """Read `+8`, `+08`, `+8:00`, `+800` or `+0800` in minutes; None if it is none of these."""
    sign = -1 if cursor.peek() == "-" else 1
    cursor.index += 1
    digits = cursor.take_digits(len(cursor.text))
    if not 1 <= len(digits) <= 4:
        return None
    if len(digits) > 2:
        hours, minutes = divmod(int(digits), 100)
    else:
        hours, minutes = int(digits), 0
        if cursor.take(":"):
            after = cursor.take_digits(len(cursor.text))
            if not 1 <= len(after) <= 2:
                return None
            minutes = int(after)
    return sign * (hours * 60 + minutes) if minutes < 60 else None


def take_punctuation(cursor: Cursor) -> None:
    """Move past a hash around the date or past NULs at its end, as Visual Basic writes them."""
    if cursor.peek() == "#" and _is_hashed(cursor.text):
        cursor.index += 1
    elif cursor.peek() == "\0" and not cursor.text[cursor.index :].strip("\0"):
        cursor.index = len(cursor.text)
    else:
        raise ValueError("an unknown sign")


def _is_hashed(text: str) -> bool:
    before, *rest = text.split("#")
    if len(rest) != 2 or "\0" in before or "\0" in rest[0]:
        return False
    return all(is_space(char) or char == "\0" for char in before + rest[1])
