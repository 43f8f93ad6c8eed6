"""Run again what a report tells of: the same seed, budget and options on the same target.

What the command line itself gives wins over the report. Neither the consent to ask a host nor the
ids of a scope stand in a report: `--live`, `--own` and `--scope` are given anew.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mockserver.checks.report import Report
from mockserver.contract import load_contract
from mockserver.documents.json_schema import Schema
from mockserver.documents.report_schema import report_schema
from mockserver.errors import UsageError
from mockserver.options.option_table import COMMANDS
from mockserver.options.settle import Call, settle
from mockserver.profile import Profile

__all__ = ["Repeated", "repeat"]

_SCHEMA = Schema(report_schema)
_FLAG = "--repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """Hold a call that repeats a report, and what was expected then.

    Attributes:
        profile: the choices that the target was expected to have made.
        contract_digest: of the contract that it was judged by.
    """

    call: Call
    profile: Mapping[str, str]
    contract_digest: str

    def compare(self, report: Report) -> Report:
        """Return the new report, with a note where it was judged by another contract."""
        if report.stamp.contract_digest == self.contract_digest:
            return report
        note = "the contract is another one than that of the report which is repeated"
        return replace(report, notes=(*report.notes, note))


def repeat(call: Call) -> Repeated:
    """Return the call that runs the report of `--repeat` again.

    Raises:
        UsageError: the file is no report of `check`, or an option of it is not known here.
    """
    path: Path = call.values["repeat"]
    document = _read(path)
    run, target = document["run"], document["target"]
    if "origin" not in target:
        raise UsageError(f"{_FLAG}: {path} is no report of check or fuzz, which name one target")
    address = [] if call.arguments else [target["origin"] + target["basePath"]]
    told = {"seed": run["seed"], "budget": run["budget"] or None}
    words = [word for pair in {**told, **run["options"]}.items() for word in _words(*pair, call)]
    section = {} if call.config is None else call.config.sections.get(call.command, {})
    again = settle(
        call.command, [*words, *call.argv, *address], obj=call.config, default_map=section
    )
    profile = {} if "profile" in call.flags else run["profile"]
    try:
        Profile.default(load_contract()).with_choices(profile)
    except UsageError as exc:
        raise UsageError(f"{_FLAG}: {path}: {exc}") from exc
    return Repeated(
        call=again,
        profile=profile,
        contract_digest=run["contractDigest"],
    )


def _read(path: Path) -> Any:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is no JSON"
        raise UsageError(f"{_FLAG}: {path} cannot be read: {reason}") from exc
    try:
        _SCHEMA.check(document)
    except UsageError as exc:
        raise UsageError(f"{_FLAG}: {path} is no report of schemaVersion 2: {exc}") from exc
    return document


def _words(name: str, value: object, call: Call) -> Iterator[str]:
    """Yield what the command line would have said; nothing where this one says otherwise."""
    option = next((o for o in COMMANDS[call.command].options if o.flag == f"--{name}"), None)
    if option is None or option.is_argv_only:
        raise UsageError(f"{_FLAG}: the report names an option --{name} that it may not set")
    if value is None or option.name in call.flags:
        return
    for item in value if isinstance(value, list) else [value]:
        yield from [option.flag] if item is True else [f"{option.flag}={item}"]
