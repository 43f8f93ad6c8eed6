"""Parse a date as .NET's `DateTime.Parse` does in the invariant culture.

The tokens of date_tokens drive a table of states. A state that completes a date or a time hands
its numbers over, and parsing starts anew, so that `2024-03-10 12:00` is a date, then a time. A
year, two numbers and a `T` leave the table for the stricter reader of iso_time.
Source: dotnet/runtime, DateTimeParse.cs; fuzz/dates.ndjson.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from mockserver.dotnet.date_states import NEXT_STATE, is_complete
from mockserver.dotnet.date_tokens import (
    Cursor,
    is_letter,
    is_space,
    sum_fraction,
    take_offset,
    take_punctuation,
)
from mockserver.dotnet.iso_time import TICKS_PER_DAY, take_iso_time, ticks_at

__all__ = ["ParsedDate", "parse_invariant_date"]

# Two-digit years end with this one.
_TWO_DIGIT_YEAR_MAX = 2049
_MAX_OFFSET_MINUTES = 14 * 60
_DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """Hold what a text says: ticks on its own clock, and its offset if it names one."""

    ticks: int
    offset_minutes: int | None


def parse_invariant_date(text: str, *, today: date) -> ParsedDate:
    """Return the date that `text` means; `today` completes a missing year, month or day.

    Raises:
        ValueError: .NET would raise FormatException.
    """
    return _Parser(text, today).parse()


class _Parser:
    """Hold the state of one parse; made for one text and thrown away."""

    def __init__(self, text: str, today: date) -> None:
        self.cursor = Cursor(text)
        self.today = today
        self.state = "BEGIN"
        # Numbers read since the last completed date or time. Completing resets only the count:
        # .NET reads what is left over from before, and so does this.
        self.numbers = [0, 0, 0]
        self.count = 0
        self.named_year: int | None = None
        self.named_month: int | None = None
        self.named_day_of_week: int | None = None
        self.half: int | None = None
        self.fraction = 0.0
        self.has_zone = False
        self.offset_minutes = 0
        self.found: dict[str, int] = {}
        self.has_date = False
        self.has_time = False

    def parse(self) -> ParsedDate:
        completed = False
        while True:
            token = self._lex()
            if token == "local_time_mark":
                if self.state not in ("D_YNd", "D_YN"):
                    raise ValueError("T follows no date of a year and two numbers")
                return self._iso_result()
            if token is None:
                continue
            following = NEXT_STATE.get((self.state, token))
            if following is None:
                raise ValueError(f"{token} cannot follow {self.state}")
            self.state = following
            if is_complete(following):
                self._complete(following)
                completed = True
            if token in ("end", "num_end", "month_end"):
                break
        if not completed:
            raise ValueError("neither a date nor a time")
        return self._result()

    def _result(self) -> ParsedDate:
        hour = _adjust_hour(self.found.get("hour", 0), self.half)
        if not self.found.keys() & set(_DATE_PARTS):
            day = self.today
        else:
            year = self.found.get("year", self.today.year)
            day = date(year, self.found.get("month", 1), self.found.get("day", 1))
        minute, second = self.found.get("minute", 0), self.found.get("second", 0)
        ticks = ticks_at(day, hour, minute, second, self.fraction)
        # The first day was a Monday; Sunday is 0.
        if self.named_day_of_week not in (None, (ticks // TICKS_PER_DAY + 1) % 7):
            raise ValueError("the day of the week is another")
        return self._parsed(ticks)

    def _iso_result(self) -> ParsedDate:
        day = date(_year(self), self.numbers[0], self.numbers[1])
        ticks, offset = take_iso_time(self.cursor, day)
        if offset is not None:
            self.has_zone, self.offset_minutes = True, offset
        return self._parsed(ticks)

    def _parsed(self, ticks: int) -> ParsedDate:
        if abs(self.offset_minutes) > _MAX_OFFSET_MINUTES:
            raise ValueError("the offset is more than 14 hours")
        return ParsedDate(
            ticks=ticks, offset_minutes=self.offset_minutes if self.has_zone else None
        )

    # Tokens

    def _lex(self) -> str | None:
        """Read on and return the table's token, or None for what is only noted or skipped."""
        kind, value = self.cursor.take_regular()
        if kind in ("number", "year"):
            return self._lex_number(value, is_year=kind == "year")
        if kind == "month":
            if self.named_month is not None:
                raise ValueError("two months")
            token = self._lex_separator("month")
            self.named_month = value
            return token
        if kind == "day_of_week":
            if self.named_day_of_week is not None:
                raise ValueError("two days of the week")
            self.named_day_of_week = value
            return kind
        if kind == "zone":
            self._note_zone(0)
        elif kind == "half":
            self._note_half(value)
            return None
        elif kind == "unknown":
            self._lex_unknown()
            return None
        return None if kind == "ignorable" else kind

    def _lex_number(self, value: int, *, is_year: bool) -> str | None:
        if self.count == len(self.numbers):
            raise ValueError("more than three numbers")
        in_time = self.state in ("T_Nt", "T_NNt")
        has_more = self.cursor.peek(1) != ""
        if self.state == "T_NNt" and has_more and self.cursor.peek() == ".":
            self.cursor.index += 1
            self.fraction = sum_fraction(self.cursor.take_digits(len(self.cursor.text)))
        if in_time:
            self._take_offset_if_next()
        if is_year:
            if self.named_year is not None:
                raise ValueError("two years")
            self.named_year = value
            return self._lex_year_separator(value)
        start = self.cursor.index
        kind, half = self.cursor.take_separator()
        if kind == "half":
            if self.half is not None:
                # .NET notes the failure, then goes on without the number.
                return None
            self.half = half
            if self.state == "D_NN":
                self._complete("DX_NN")
            self._add(value)
            if in_time:
                self._take_offset_if_next()
            return "num_half"
        if kind.endswith("_suffix"):
            return self._note_suffix(kind, _four_digits(value) if kind[0] == "y" else value)
        self._add(value)
        if kind == "date_or_offset":
            return self._date_or_offset("num", start)
        return kind if kind == "local_time_mark" else f"num_{kind}"

    def _lex_year_separator(self, value: int) -> str | None:
        start = self.cursor.index
        kind, half = self.cursor.take_separator()
        if kind == "half":
            if self.half is not None:
                return None
            self.half = half
            return "year_space"
        if kind.endswith("_suffix"):
            return self._note_suffix(kind, value)
        if kind == "date_or_offset":
            return self._date_or_offset("year", start)
        if kind not in ("end", "space", "date"):
            raise ValueError(f"{kind} follows a year")
        return f"year_{kind}"

    def _lex_separator(self, prefix: str) -> str:
        start = self.cursor.index
        kind, _ = self.cursor.take_separator()
        if kind == "date_or_offset":
            return self._date_or_offset(prefix, start)
        if kind not in ("end", "space", "date"):
            raise ValueError(f"{kind} follows a month")
        return f"{prefix}_{kind}"

    def _date_or_offset(self, prefix: str, start: int) -> str:
        """Take `-` for a separator unless the date is complete, when an offset may begin here."""
        after_space = NEXT_STATE.get((self.state, f"{prefix}_space"), "")
        if (self.state, f"{prefix}_date") not in NEXT_STATE and is_complete(after_space):
            self.cursor.index = start
            return f"{prefix}_space"
        return f"{prefix}_date"

    def _lex_unknown(self) -> None:
        cursor = self.cursor
        if is_letter(cursor.peek()):
            raise ValueError("an unknown word")
        if cursor.peek() in "+-" and not self.has_zone:
            start = cursor.index
            offset = take_offset(cursor)
            if offset is not None:
                self._note_zone(offset)
                return
            cursor.index = start
        take_punctuation(cursor)

    def _take_offset_if_next(self) -> None:
        cursor = self.cursor
        spaces = 0
        # The last character of the text is never taken for white space here.
        while is_space(cursor.peek(spaces)) and cursor.peek(spaces + 1) != "":
            spaces += 1
        if cursor.peek(1) != "" and cursor.peek(spaces) in "+-":
            cursor.index += spaces
            offset = take_offset(cursor)
            if offset is None:
                raise ValueError("no offset follows the sign")
            self._note_zone(offset)

    def _note_zone(self, offset_minutes: int) -> None:
        if self.has_zone:
            raise ValueError("two zones")
        self.has_zone = True
        self.offset_minutes = offset_minutes

    def _note_half(self, half: int) -> None:
        if self.half is not None:
            raise ValueError("AM or PM twice")
        self.half = half

    def _note_suffix(self, kind: str, value: int) -> str:
        part = kind.removesuffix("_suffix")
        if f"{part} suffix" in self.found:
            raise ValueError(f"two {part}s")
        self.found |= {f"{part} suffix": 1, part: value}
        if part == "year":
            self.named_year = value
        elif part == "month":
            self.named_month = value
        return "date_suffix" if part in _DATE_PARTS else "time_suffix"

    def _add(self, value: int) -> None:
        self.numbers[self.count] = value
        self.count += 1

    # Completed dates and times

    def _complete(self, state: str) -> None:
        _COMPLETE[state](self)
        self.state = "BEGIN"
        self.count = 0

    def set_date(self, year: int, month: int, day: int, *, final: bool = True) -> None:
        """Set a valid date; `final` refuses any further one."""
        if self.has_date:
            raise ValueError("two dates")
        date(year, month, day)
        self.found |= {"year": year, "month": month, "day": day}
        self.has_date = final

    def set_time(self, *parts: int) -> None:
        """Set hour, minute and second, as far as given."""
        if self.has_time:
            raise ValueError("two times")
        self.found |= dict(zip(("hour", "minute", "second"), parts, strict=False))
        self.has_time = True


def _month_and_numbers(parser: _Parser) -> None:
    first, second, _ = parser.numbers
    try:
        parser.set_date(_four_digits(second), _month(parser), first)
    except ValueError:
        parser.set_date(_four_digits(first), _month(parser), second)


def _suffixes_and_number(parser: _Parser) -> None:
    if parser.count != 1 or "day" in parser.found:
        raise ValueError("no place for a number")
    parser.found["day"] = parser.numbers[0]


def _number_and_suffixes(parser: _Parser) -> None:
    if "month" not in parser.found or "year" in parser.found:
        raise ValueError("no place for a year")
    parser.found |= {"year": _four_digits(parser.numbers[0]), "day": 1}


def _two_numbers_and_suffixes(parser: _Parser) -> None:
    first, second, _ = parser.numbers
    suffixed = {part for part in _DATE_PARTS if f"{part} suffix" in parser.found}
    if suffixed == {"year"}:
        parts = (_four_digits(parser.found["year"]), first, second)
    elif suffixed == {"month"}:
        parts = (_four_digits(second), parser.found["month"], first)
    else:
        raise ValueError("suffixes and numbers do not make a date")
    date(*parts)
    parser.found |= dict(zip(_DATE_PARTS, parts, strict=True))


def _hour_alone(parser: _Parser) -> None:
    if parser.half is None:
        raise ValueError("an hour alone needs AM or PM")
    parser.set_time(parser.numbers[0])


def _year(parser: _Parser) -> int:
    if parser.named_year is None:
        raise ValueError("no year")
    return parser.named_year


def _month(parser: _Parser) -> int:
    if parser.named_month is None:
        raise ValueError("a suffix named another part than the month")
    return parser.named_month


_COMPLETE: MappingProxyType[str, Callable[[_Parser], None]] = MappingProxyType(
    {
        "DX_NN": lambda p: p.set_date(p.today.year, p.numbers[0], p.numbers[1]),
        "DX_NNN": lambda p: p.set_date(_four_digits(p.numbers[2]), p.numbers[0], p.numbers[1]),
        # The invariant patterns are `MMMM dd` and `yyyy MMMM`: after a month a number is a day,
        # before it a year.
        "DX_MN": lambda p: p.set_date(p.today.year, _month(p), p.numbers[0], final=False),
        "DX_NM": lambda p: p.set_date(_four_digits(p.numbers[0]), _month(p), 1, final=False),
        "DX_MNN": _month_and_numbers,
        "DX_YNN": lambda p: p.set_date(_year(p), p.numbers[0], p.numbers[1]),
        "DX_NNY": lambda p: p.set_date(_year(p), p.numbers[0], p.numbers[1]),
        "DX_YMN": lambda p: p.set_date(_year(p), _month(p), p.numbers[0]),
        "DX_YN": lambda p: p.set_date(_year(p), p.numbers[0], 1),
        "DX_YM": lambda p: p.set_date(_year(p), _month(p), 1),
        "DX_DS": lambda p: None,
        "DX_DSN": _suffixes_and_number,
        "DX_NDS": _number_and_suffixes,
        "DX_NNDS": _two_numbers_and_suffixes,
        "TX_N": _hour_alone,
        "TX_NN": lambda p: p.set_time(p.numbers[0], p.numbers[1]),
        "TX_NNN": lambda p: p.set_time(*p.numbers),
        "TX_TS": lambda p: None,
    }
)


def _four_digits(year: int) -> int:
    if year >= 100:
        return year
    century = _TWO_DIGIT_YEAR_MAX // 100 - (year > _TWO_DIGIT_YEAR_MAX % 100)
    return century * 100 + year


def _adjust_hour(hour: int, half: int | None) -> int:
    if half is None:
        return hour
    if hour > (23 if half else 12):
        raise ValueError("no such hour before or after noon")
    return hour + 12 if half and hour < 12 else 0 if hour == 12 and not half else hour
