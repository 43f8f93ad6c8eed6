"""Declare the options of the commands that ask a target: check, fuzz and drift.

option_table.py puts them into its table. A password or token of a target is no option: it comes
from the environment, a file or a prompt.
"""

import re
from pathlib import Path

import click

from mockserver.errors import UsageError
from mockserver.options.declaration import Command, Option
from mockserver.options.value_types import (
    parse_count,
    parse_number,
    parse_one_of,
    parse_outputs,
)

__all__ = ["CHECK", "DRIFT", "FUZZ"]

_REPORT_KINDS = ("html", "json", "junit", "markdown", "text")
_MAX_SHARDS = 1_000


def _parse_scope(text: str) -> tuple[str, ...]:
    name, _, ids = text.partition("=")
    if name != "accountIds":
        # The ids are not repeated: they are the target's.
        raise UsageError("the scope is no accountIds=ID[,ID]; give the accounts that may be read")
    items = tuple(item.strip() for item in ids.split(","))
    if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", item) for item in items):
        raise UsageError("an id of the scope is empty or holds other than letters, digits, _ . -")
    return items


def _parse_shard(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count <= _MAX_SHARDS:
        raise UsageError(
            f"{text!r} is no shard I/N; give one such as 1/4, at most of {_MAX_SHARDS}"
        )
    return index, count


_WHO = (
    Option("--user", metavar="NAME", help="who signs in; the password: MOCKSERVER_PASSWORD"),
    Option(
        "--auth",
        metavar="basic|cookie|session",
        parse=parse_one_of("way to sign in", "basic", "cookie", "session"),
        help="how (default: basic on loopback, cookie live); session takes MOCKSERVER_SESSION",
    ),
    Option(
        "--password-file",
        metavar="FILE",
        parse=Path,
        help="read the password from the first line of a file",
    ),
    Option(
        "--other-user",
        metavar="NAME",
        help="a user of another tenant; the password: MOCKSERVER_OTHER_PASSWORD",
    ),
)
_HOW = (
    Option(
        "--wait",
        metavar="S",
        parse=parse_number,
        help="try the first connection again for so many seconds",
    ),
    Option("--proxy", metavar="URL", help="ask through this proxy; no other is used"),
    Option("--ca-file", metavar="FILE", parse=Path, help="trust the certificates of a file"),
    Option("--user-agent", metavar="TEXT", help="send another User-Agent"),
    Option(
        "--scope",
        metavar="accountIds=ID[,ID]",
        parse=_parse_scope,
        help="ask for these accounts only; a row outside them is a finding",
    ),
    Option(
        "--live",
        metavar="HOST",
        is_argv_only=True,
        help="consent to ask this host, which is not this machine",
    ),
    Option(
        "--own",
        metavar="HOST",
        is_repeatable=True,
        is_argv_only=True,
        help="ask this host as one of yours: every address of it is private",
    ),
    Option(
        "--audit",
        metavar="FILE",
        parse=Path,
        help="append one line a request, without the target's data",
    ),
)
_LIMITS = (
    Option(
        "--budget",
        metavar="N",
        parse=parse_count,
        help="requests at most (default: 250, live 150; fuzz: 1000000, live 150)",
    ),
    Option("--max-time", metavar="S", parse=parse_number, help="seconds at most"),
    Option("--rate", metavar="N", parse=parse_number, help="requests a second at most"),
    Option("--seed", metavar="N", parse=parse_count, help="draw other plans"),
)
_WHAT = (
    Option("--spec", metavar="FILE", parse=Path, help="judge by another openapi.yaml"),
    Option("--law", metavar="ID", is_repeatable=True, help="try this law only, such as L07"),
    Option("--skip", metavar="ID", is_repeatable=True, help="leave a law out"),
)
_PROFILE = Option(
    "--profile",
    metavar="FILE",
    parse=Path,
    help="expect the choices of a profile; another choice is a finding",
)
_VERDICT = (
    Option("--lenient", help="let only the laws of tier `must` decide"),
    Option("--allow-empty", help="let a run that shows nothing, or too little, end with 0"),
    Option(
        "--require",
        metavar="ID",
        is_repeatable=True,
        help="fail unless this law holds; inconclusive is not enough",
    ),
    Option(
        "--waive",
        metavar="FILE",
        parse=Path,
        help="accept the findings of a YAML file, each until a day",
    ),
)
_REPORT = Option(
    "--report",
    metavar="KIND=FILE",
    parse=parse_outputs(*_REPORT_KINDS),
    is_repeatable=True,
    help="write the report too: json=F, junit=F, markdown=F, html=F, text=F",
)
_EVIDENCE = (
    Option(
        "--evidence",
        metavar="DIR",
        parse=Path,
        help="keep every exchange with its real values, for this machine alone: HAR, curl lines",
    ),
    Option(
        "--evidence-live",
        is_argv_only=True,
        help="let --evidence keep what a live target answers",
    ),
)
_LEARN = Option(
    "--learn",
    metavar="FILE",
    parse=Path,
    help="write what was seen of each unspecified point, with its evidence",
)
_ASK_NOTHING = (
    Option("--dry-run", help="say what would be asked, and ask nothing"),
    Option("--laws", help="list the laws"),
    Option("--explain", metavar="ID", help="say what a law holds a server to"),
)
_PLAN = Option("--plan", metavar="TEXT", help="try one plan of a report again")
_REPEAT = Option(
    "--repeat",
    metavar="REPORT.json",
    parse=Path,
    is_in_files=False,
    help="run again what a JSON report tells of: its seed, budget, options and target",
)
_FUZZ = (
    Option(
        "--shard",
        metavar="I/N",
        parse=_parse_shard,
        help="draw what the other shards of N do not",
    ),
    Option(
        "--examples",
        metavar="PATH|redis://…",
        help="share the plans that failed: a folder, or a Redis of several shards",
    ),
    Option(
        "--max-examples",
        metavar="N",
        parse=parse_count,
        help="stop after so many drawn plans",
    ),
)
_CHECK = (
    *_WHO,
    *_HOW,
    *_LIMITS,
    *_WHAT,
    _PROFILE,
    _LEARN,
    *_VERDICT,
    _REPORT,
    _PLAN,
    *_ASK_NOTHING,
)
_URL = click.Argument(["url"], metavar="URL", required=False)  # an address, or a target of --config

CHECK = Command(
    help="Judge a server once: does it keep the contract?",
    options=(*_CHECK, *_EVIDENCE, _REPEAT),
    arguments=(_URL,),
)
FUZZ = Command(
    help="Try the same laws on ever new plans, until told to stop.",
    options=(*_CHECK, *_FUZZ),
    arguments=(_URL,),
)
DRIFT = Command(
    help="Compare two servers: their choices and the shapes of their rows.",
    options=(*_WHO, *_HOW, *_LIMITS, *_WHAT, *_VERDICT, _REPORT, _ASK_NOTHING[0]),
    # Each is an address, a profile file, or a target of --config.
    arguments=tuple(click.Argument([name.lower()], metavar=name) for name in ("A", "B")),
)
