"""Declare every option once: COMMANDS is the table of flags, variables, config keys and docs rows.

serve_options.py settles the values of one command and hands them down as one frozen value;
cli/main.py turns the rows into flags. Nothing here reads a file or the environment.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from mockserver.options.declaration import (
    CONFIG,
    Command,
    NewUser,
    Option,
    parse_assignment,
    parse_boolean,
    parse_count,
    parse_host,
    parse_one_of,
    parse_origin,
    parse_port,
    parse_positive,
    parse_user,
)
from mockserver.options.target_options import CHECK, DRIFT, FUZZ

__all__ = ["COMMANDS", "Command", "NewUser", "Option"]

_SCENARIO = (
    Option(flag="--scenario", metavar="NAME", help="a shipped scenario (default: `default`)"),
    Option(
        flag="--scenario-file",
        metavar="FILE",
        parse=Path,
        help="a scenario of your own, in YAML",
    ),
    Option(
        flag="--dataset",
        metavar="FILE",
        parse=Path,
        help="serve the rows of a JSON file instead of a generated world",
    ),
    Option(
        flag="--seed", metavar="N", parse=parse_count, help="draw another world of the same kind"
    ),
    Option(flag="--size", metavar="N", parse=parse_count, help="number of generated conversations"),
    Option(
        flag="--clock",
        metavar="live|frozen",
        parse=parse_one_of("clock", "live", "frozen"),
        help="let time pass, or not",
    ),
    Option(
        flag="--now",
        metavar="INSTANT",
        help="the instant of a frozen clock, such as 2026-03-01T12:00:00Z",
    ),
)
_SERVE = (
    Option(
        flag="--host",
        metavar="HOST",
        default="localhost",
        help="address to listen on; localhost is both 127.0.0.1 and ::1",
    ),
    Option(
        flag="--port",
        metavar="N",
        parse=parse_port,
        default=4011,
        help="port to listen on, 0 for a free one",
    ),
    Option(
        flag="--ready-file",
        metavar="FILE",
        parse=Path,
        help="write URL, port, process and users as JSON once the server answers",
    ),
    *_SCENARIO,
    Option(flag="--profile", metavar="FILE", parse=Path, help="a behaviour profile in YAML"),
    Option(
        flag="--set",
        metavar="POINT=CHOICE",
        parse=parse_assignment,
        is_repeatable=True,
        help="choose a behaviour; `mockserver profile` lists them",
    ),
    Option(
        flag="--user",
        metavar="NAME:PASSWORD",
        parse=parse_user,
        is_repeatable=True,
        variable="MOCKSERVER_SERVE_USER",
        separator="",
        help="add a made-up user who sees every account",
    ),
    Option(
        flag="--cors-origin",
        metavar="ORIGIN",
        parse=parse_origin,
        is_repeatable=True,
        help="a page's origin that may call, or `none`; without it every loopback origin may",
    ),
    Option(
        flag="--bug",
        metavar="NAME",
        is_repeatable=True,
        help="do one thing wrong, as the table of bugs says",
    ),
    Option(
        flag="--faults",
        metavar="PRESET",
        is_repeatable=True,
        help="break answers: flaky, slow, outage or expired-session",
    ),
    Option(
        flag="--state",
        metavar="FILE",
        parse=Path,
        help="keep every change in a file, and start from what it holds",
    ),
    Option(
        flag="--admin",
        metavar="open|token|off",
        parse=parse_one_of("mode", "open", "token", "off"),
        help="who may use the admin API; without it: open on loopback, else by token",
    ),
    Option(
        flag="--allowed-host",
        metavar="HOST",
        parse=parse_host,
        is_repeatable=True,
        help="another name of this server, for the admin API",
    ),
    Option(
        flag="--open-spaces",
        parse=parse_boolean,
        default=False,
        help="let the first sign-in to a space make it",
    ),
    Option(
        flag="--max-spaces",
        metavar="N",
        parse=parse_positive,
        default=1000,
        help="how many spaces there may be",
    ),
    Option(
        flag="--watch",
        parse=parse_boolean,
        default=False,
        help="take up a scenario or dataset file whenever it changes",
    ),
    Option(
        flag="--quiet",
        short="-q",
        parse=parse_boolean,
        default=False,
        help="print the ready line only",
    ),
    Option(
        flag="--verbose",
        short="-v",
        parse=parse_boolean,
        default=False,
        help="print headers too, secrets masked",
    ),
    CONFIG,
)
_DATASET = (
    *_SCENARIO,
    Option(
        flag="--format",
        metavar="json|ndjson",
        parse=parse_one_of("format", "json", "ndjson"),
        default="json",
        help="one JSON document, or one row a line",
    ),
    Option(
        flag="--stats",
        parse=parse_boolean,
        default=False,
        help="print counts instead of rows",
    ),
    Option(
        flag="--digest",
        parse=parse_boolean,
        default=False,
        help="print the SHA-256 of the world instead of rows",
    ),
    CONFIG,
)
_SPEC = (
    Option(
        flag="--scenario-schema",
        parse=parse_boolean,
        default=False,
        help="print the JSON Schema of a scenario file instead",
    ),
    CONFIG,
)
_PROFILE = (
    Option(
        flag="--check",
        metavar="FILE",
        parse=Path,
        help="check a profile file and print where it departs from the defaults",
    ),
    CONFIG,
)

_SCORE = (
    Option(
        flag="--bug",
        metavar="NAME",
        is_repeatable=True,
        help="measure by this bug alone",
    ),
    Option(
        flag="--jobs",
        metavar="N",
        parse=parse_count,
        help="worker processes (default: one a processor)",
    ),
    Option(flag="--report", metavar="json=FILE", help="write the results as JSON"),
    CONFIG,
)

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "serve": Command(
            help="Run the fake backend until SIGTERM or SIGINT.",
            options=_SERVE,
            exclusive=(
                ("--scenario", "--scenario-file"),
                ("--quiet", "--verbose"),
                # What a log says and what a file says later are two stories.
                ("--state", "--watch"),
            ),
        ),
        "check": CHECK,
        "fuzz": FUZZ,
        "drift": DRIFT,
        "score": Command(
            help="Measure the laws by each bug of the table, and by servers that do nothing wrong.",
            options=_SCORE,
        ),
        "dataset": Command(
            help="Print the rows that a user who sees every account gets from `serve`.",
            options=_DATASET,
            exclusive=(("--scenario", "--scenario-file"), ("--stats", "--digest")),
        ),
        "spec": Command(help="Print the contract, openapi.yaml.", options=_SPEC),
        "profile": Command(
            help="List the points that the vendor leaves open, with choices and defaults.",
            options=_PROFILE,
        ),
    }
)
