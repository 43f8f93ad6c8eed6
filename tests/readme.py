"""Read the README as its tests need it: its sections, fenced blocks and commands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["README", "ROOT", "Block", "Section", "commands_of", "read_sections"]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

_FENCE = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```\n", re.DOTALL)
_FILE_NAME = re.compile(r"# ([\w.-]+)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold a fenced block: its language, its text, and the file that it is a part of."""

    language: str
    text: str
    source: str

    @property
    def file_name(self) -> str:
        """Return the file that the first line names, as a comment; "" where it names none."""
        match = _FILE_NAME.match(self.text)
        return match[1] if match else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Hold a section: its title and its blocks, in order."""

    title: str
    blocks: Sequence[Block]

    def texts(self, language: str) -> list[str]:
        """Return the texts of the blocks in a language."""
        return [block.text for block in self.blocks if block.language == language]


def read_sections(text: str) -> list[Section]:
    """Return the sections of a text, each from its `##` to the next."""
    return [
        Section(
            title=part.partition("\n")[0],
            blocks=tuple(
                Block(source=source, language=language, text=code)
                for source, language, code in _FENCE.findall(part)
            ),
        )
        for part in re.split(r"(?m)^## ", text)
    ]


def commands_of(section: Section) -> Iterator[str]:
    """Yield the commands of a section; one that goes over several lines is one."""
    lines: list[str] = []
    for line in "".join(section.texts("sh")).splitlines():
        lines.append(line)
        command = "\n".join(lines)
        if not line.endswith("\\") and command.count("'") % 2 == 0:
            yield command
            lines.clear()
