"""Read the rows of a CSV answer, in whichever of three layouts a host chose.

- cell: one column `Conversations`, one cell that holds all rows as JSV or JSON;
- rows: one line a conversation, the message in a cell of JSV or JSON;
- flat: one line a conversation, the message's members in columns of their own.
Header names count in any case, with any punctuation. A flat cell cannot tell null from empty.
"""

import re
from collections.abc import Mapping, Sequence

from mockserver.checks.decoding.decode_json import parse_json
from mockserver.checks.decoding.decode_jsv import (
    MESSAGE,
    MESSAGE_NAMES,
    ROW_NAMES,
    normal_row,
    read_flag,
    read_jsv,
    read_jsv_rows,
)
from mockserver.errors import DecodeError

__all__ = ["read_csv_layout", "read_csv_members", "read_csv_rows"]

_FIELD = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"|([^",\r\n]*)')
_NOT_A_LETTER = re.compile("[^a-z0-9]")
# With the header.
_ONE_LINE = 2
_PREFIXES = ("mostrecentmessage", "lastmessage", "message")


def read_csv_layout(text: str) -> str:
    """Return cell, rows or flat.

    Raises:
        DecodeError: not CSV, or no column of it is known.
    """
    return _layout(_header([_parse_line(text, 0)[0]] if text else []))


def read_csv_rows(text: str) -> list[dict[str, object]]:
    """Return the rows; null members and empty flat cells are left out.

    Raises:
        DecodeError: not CSV, a line with too few or too many cells, a cell that does not parse.
    """
    lines = _parse_csv(text)
    header = _header(lines)
    layout = _layout(header)
    if layout == "cell":
        return _read_cell([line[0] for line in lines[1:]])
    if layout == "rows":
        return [_read_row(header, line) for line in lines[1:]]
    columns = _flat_columns(header)
    return [_read_flat(columns, line) for line in lines[1:]]


def read_csv_members(text: str) -> dict[str, object]:
    """Return the members of a table of one line, by the names in its header.

    Raises:
        DecodeError: not CSV, or more or fewer than one line.
    """
    lines = _parse_csv(text)
    if len(lines) != _ONE_LINE:
        raise DecodeError(f"{len(lines)} lines of CSV where a header and a line belong")
    return {name: cell for name, cell in zip(*lines, strict=True) if cell}


def _parse_csv(text: str) -> list[list[str]]:
    """Return the cells of RFC 4180, CR LF or LF at the ends of lines."""
    lines: list[list[str]] = []
    at = 0
    while at < len(text):
        cells, at = _parse_line(text, at)
        lines.append(cells)
    if any(len(line) != len(lines[0]) for line in lines):
        raise DecodeError("a line has not as many cells as the header")
    return lines


def _parse_line(text: str, at: int) -> tuple[list[str], int]:
    cells: list[str] = []
    while True:
        match = _FIELD.match(text, at)
        assert match is not None, "the pattern matches the empty text too"
        quoted, bare = match.groups()
        cells.append(bare if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if text.startswith(",", at):
            at += 1
            continue
        for end in ("\r\n", "\n"):
            if text.startswith(end, at):
                return cells, at + len(end)
        if at == len(text):
            return cells, at
        raise DecodeError("not CSV: a quote that closes, and more behind it")


def _header(lines: Sequence[Sequence[str]]) -> list[str]:
    if not lines:
        raise DecodeError("not CSV: no header")
    return [_NOT_A_LETTER.sub("", cell.lower()) for cell in lines[0]]


def _layout(header: Sequence[str]) -> str:
    if header == ["conversations"]:
        return "cell"
    if not any(_place(name) for name in header):
        raise DecodeError("not CSV of conversations: no known column")
    return "rows" if any(name in _PREFIXES for name in header) else "flat"


def _read_cell(cells: Sequence[str]) -> list[dict[str, object]]:
    if len(cells) != 1:
        raise DecodeError(f"{len(cells)} lines where one cell holds all rows")
    # Where names are quoted it may be JSON.
    rows = None if cells[0].startswith('[{"') else read_jsv_rows(cells[0], is_bare=True)
    if rows is not None:
        return rows
    value = _structured(cells[0])
    if not isinstance(value, list):
        raise DecodeError("the cell holds no list of conversations")
    return [normal_row(item) for item in value]


def _read_row(header: Sequence[str], line: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {}
    for name, cell in zip(header, line, strict=True):
        if not cell:
            continue
        if name in _PREFIXES:
            row[MESSAGE] = _structured(cell)
        else:
            row[ROW_NAMES.get(name, name)] = cell
    return normal_row(row)


def _structured(cell: str) -> object:
    """Return the value of a cell: JSON where it is JSON, else JSV."""
    try:
        return parse_json(cell)
    except DecodeError:
        return read_jsv(cell)


def _place(name: str) -> tuple[str, str] | None:
    """Return where a flat column belongs: (row or message, wire name)."""
    if name in _PREFIXES or name in ROW_NAMES:
        return "row", ROW_NAMES.get(name, MESSAGE)
    if name in MESSAGE_NAMES:
        return "message", MESSAGE_NAMES[name]
    for prefix in _PREFIXES:
        if name.startswith(prefix) and name.removeprefix(prefix) in MESSAGE_NAMES:
            return "message", MESSAGE_NAMES[name.removeprefix(prefix)]
    return None


def _flat_columns(header: Sequence[str]) -> list[tuple[str, str]]:
    """Return the place of each column; a name that comes again belongs to the message."""
    places: dict[tuple[str, str], None] = {}
    for name in header:
        place = _place(name) or ("row", name)
        if place in places and name in MESSAGE_NAMES:
            place = ("message", MESSAGE_NAMES[name])
        if place in places:
            raise DecodeError(f"column {name} occurs twice")
        places[place] = None
    return list(places)


def _read_flat(columns: Sequence[tuple[str, str]], line: Sequence[str]) -> dict[str, object]:
    parts: Mapping[str, dict[str, object]] = {"row": {}, "message": {}}
    for (part, name), cell in zip(columns, line, strict=True):
        if cell:
            parts[part][name] = read_flag(cell) if name == "isUnread" else cell
    if parts["message"]:
        parts["row"][MESSAGE] = parts["message"]
    return parts["row"]
