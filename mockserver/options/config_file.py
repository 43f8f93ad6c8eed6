"""Read a config file: one section a command, and `targets`, whose entries have names.

What is read are texts, which click takes as the defaults of a command's options. option_table.py
adds `--config` to every command by `config_option`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from mockserver.documents.plain_data import load_yaml
from mockserver.errors import UsageError, unknown_name
from mockserver.options.declaration import Command, Option
from mockserver.options.value_types import WrittenText

__all__ = ["TARGET_KEYS", "Config", "config_option"]

_TARGETS = "targets"
# What an entry of `targets` may hold.
TARGET_KEYS = ("url", "user", "auth", "scope", "profile", "password-file")
Section = Mapping[str, WrittenText | list[WrittenText]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Hold a config file: command → the option's name in Python → what is written.

    `targets` holds name → the same, `url` among them.
    """

    sections: Mapping[str, Section]
    targets: Mapping[str, Section]


def config_option(commands: Mapping[str, Command]) -> Option:
    """Return the option `--config` of commands, whose file may have a section for each of them.

    It raises UsageError where the file is unreadable or no YAML, or a command or key is unknown.
    """

    def read(ctx: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
        # Once for a command line: a target's own section is there already.
        if path is not None and not isinstance(ctx.obj, Config):
            ctx.obj = _load_config(path, commands)
            ctx.default_map = ctx.obj.sections.get(str(ctx.command.name), {})
        return path

    return Option(
        "--config",
        metavar="FILE",
        parse=Path,
        help="read options from a YAML file, one section a command",
        is_in_files=False,
        is_eager=True,
        callback=read,
    )


def _load_config(path: Path, commands: Mapping[str, Command]) -> Config:
    document = load_yaml(path, kind="configuration")
    if not isinstance(document, dict):
        raise UsageError(f"{path}: expected one section a command; known: {', '.join(commands)}")
    return Config(
        sections={
            str(name): _read_section(path, str(name), section, commands)
            for name, section in document.items()
            if name != _TARGETS
        },
        targets=_read_targets(path, document.get(_TARGETS, {})),
    )


def _read_section(
    path: Path, command: str, section: object, commands: Mapping[str, Command]
) -> Section:
    if command not in commands:
        raise UsageError(f"{path}: {unknown_name('section', command, [*commands, _TARGETS])}")
    if not isinstance(section, dict):
        raise UsageError(f"{path}: {command}: expected keys and values, got {section!r}")
    lists = {option.key: option.multiple for option in commands[command].options if option.key}
    return _read_keys(path, command, section, lists)


def _read_targets(path: Path, section: object) -> Mapping[str, Section]:
    if not isinstance(section, dict):
        raise UsageError(f"{path}: targets: expected NAME: {{url: …}}, got {section!r}")
    targets: dict[str, Section] = {}
    for name, entry in section.items():
        place = f"{_TARGETS}.{name}"
        if not isinstance(entry, dict) or "url" not in entry:
            raise UsageError(f"{path}: {place}: expected keys and values, `url` among them")
        targets[str(name)] = _read_keys(path, place, entry, dict.fromkeys(TARGET_KEYS, False))
    return targets


def _read_keys(
    path: Path, section: str, found: Mapping[object, object], lists: Mapping[str, bool]
) -> Section:
    """Return what a section says.

    Args:
        lists: the known keys → whether a list may stand there.
    """
    texts: dict[str, WrittenText | list[WrittenText]] = {}
    for key, value in found.items():
        if not isinstance(key, str) or key not in lists:
            raise UsageError(f"{path}: {section}: {unknown_name('key', str(key), lists)}")
        place = f"{path}: {section}.{key}"
        written = [
            WrittenText(text, place=place, folder=path.parent)
            for text in _read_texts(place, value, is_list=lists[key])
        ]
        texts[key.replace("-", "_")] = written if lists[key] else written[0]
    return texts


def _read_texts(place: str, value: object, *, is_list: bool) -> list[str]:
    if isinstance(value, list) and not is_list:
        raise UsageError(f"{place}: expected one value, got a list")
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | float) for item in values):
        raise UsageError(f"{place}: expected a value{' or a list' * is_list}")
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]
