"""Find where in a YAML file a JSON pointer leads, for errors that name the line."""

import re
from pathlib import Path

import yaml

__all__ = ["find_line", "split_pointer"]

_POINTER = re.compile(r"(/[^\s:]*): (.*)", re.DOTALL)


def split_pointer(text: str) -> tuple[str | None, str]:
    """Return the JSON pointer that leads a sentence, and the rest; None where none does."""
    found = _POINTER.fullmatch(text)
    return (None, text) if found is None else (found[1], found[2])


def find_line(path: Path, pointer: str) -> int | None:
    """Return the line of a YAML file that a JSON pointer leads to.

    A member that is not there leads to what lacks it. None where the file cannot be read.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None
    if node is None:
        return None
    line: int = node.start_mark.line
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == name]
        elif isinstance(node, yaml.SequenceNode) and name.isdecimal():
            found = [(item, item) for item in node.value[int(name) : int(name) + 1]]
        else:
            found = []
        if not found:
            break
        line, node = found[0][0].start_mark.line, found[0][1]
    return line + 1
