"""Declare every option once: COMMANDS is the table of flags, variables, config keys and docs rows.

settle.py reads a command line by these rows.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import click

from mockserver.limits import MAX_CONVERSATIONS, MAX_JOBS, MAX_SPACES
from mockserver.options.config_file import config_option
from mockserver.options.declaration import Command, Option
from mockserver.options.target_options import CHECK, DRIFT, FUZZ
from mockserver.options.value_types import (
    parse_assignment,
    parse_count,
    parse_header,
    parse_host,
    parse_one_of,
    parse_origin,
    parse_outputs,
    parse_port,
    parse_user,
    parse_within,
)

__all__ = ["COMMANDS"]


# Nothing at the top for these two: only a shell asks for them.
def _scenario_names() -> list[str]:
    from mockserver.resources import find_resource

    return sorted(path.stem for path in find_resource("scenarios").glob("*.yaml"))


def _assignments() -> list[str]:
    from mockserver.contract import load_contract

    points = load_contract().points.values()
    return [f"{point.name}={choice}" for point in points for choice in point.choices]


_SCENARIO = (
    Option(
        "--scenario",
        metavar="NAME",
        help="a shipped scenario (default: `default`)",
        words=_scenario_names,
    ),
    Option(
        "--scenario-file",
        metavar="FILE",
        parse=Path,
        help="a scenario of your own, in YAML",
    ),
    Option(
        "--dataset",
        metavar="FILE",
        parse=Path,
        help="serve the rows of a JSON or NDJSON file instead of a generated world",
    ),
    Option("--seed", metavar="N", parse=parse_count, help="draw another world of the same kind"),
    Option(
        "--size",
        metavar="N",
        parse=parse_within(0, MAX_CONVERSATIONS),
        help="number of generated conversations",
    ),
    Option(
        "--clock",
        metavar="live|frozen",
        parse=parse_one_of("clock", "live", "frozen"),
        help="let time pass, or not",
    ),
    Option(
        "--now",
        metavar="INSTANT",
        help="the instant of a frozen clock, such as 2026-03-01T12:00:00Z",
    ),
)
_SERVE = (
    Option(
        "--host",
        metavar="HOST",
        default="localhost",
        help="address to listen on; localhost is both 127.0.0.1 and ::1",
    ),
    Option(
        "--port",
        metavar="N",
        parse=parse_port,
        default=4011,
        help="port to listen on, 0 for a free one",
    ),
    Option(
        "--ready-file",
        metavar="FILE",
        parse=Path,
        help="write URL, port, process and users as JSON once the server answers",
    ),
    *_SCENARIO,
    Option("--profile", metavar="FILE", parse=Path, help="a behaviour profile in YAML"),
    Option(
        "--for",
        metavar="browser",
        help="choose what an app in a browser needs: a 401 that opens no password dialog",
    ),
    Option(
        "--set",
        metavar="POINT=CHOICE",
        parse=parse_assignment,
        is_repeatable=True,
        help="choose a behaviour; `mockserver profile` lists them",
        words=_assignments,
    ),
    Option(
        "--user",
        metavar="NAME:PASSWORD",
        parse=parse_user,
        is_repeatable=True,
        variable="MOCKSERVER_SERVE_USER",
        separator="",
        help="add a made-up user who sees every account",
    ),
    Option(
        "--cors-origin",
        metavar="ORIGIN",
        parse=parse_origin,
        is_repeatable=True,
        help="a page's origin that may call, or `none`; without it every loopback origin may",
    ),
    Option(
        "--cors-header",
        metavar="NAME",
        parse=parse_header,
        is_repeatable=True,
        help="another request header that a page may send",
    ),
    Option(
        "--bug",
        metavar="NAME",
        is_repeatable=True,
        help="do one thing wrong, as the table of bugs says",
    ),
    Option(
        "--faults",
        metavar="PRESET",
        is_repeatable=True,
        help="break answers: flaky, slow, outage or expired-session",
    ),
    Option(
        "--state",
        metavar="FILE",
        parse=Path,
        help="keep every change in a file, and start from what it holds",
    ),
    Option(
        "--admin",
        metavar="open|token|off",
        parse=parse_one_of("mode", "open", "token", "off"),
        help="who may use the admin API; without it: open on loopback, else by token",
    ),
    Option(
        "--allowed-host",
        metavar="HOST",
        parse=parse_host,
        is_repeatable=True,
        help="another name of this server, for the admin API and your own rows",
    ),
    Option("--open-spaces", help="let the first sign-in to a space make it"),
    Option(
        "--max-spaces",
        metavar="N",
        parse=parse_within(1, MAX_SPACES),
        default=1000,
        help="how many spaces there may be",
    ),
    Option("--watch", help="take up a scenario or dataset file whenever it changes"),
    Option("--open", help="open the console in a browser, once the server listens"),
    Option(
        "--log",
        metavar="text|json",
        parse=parse_one_of("form", "text", "json"),
        default="text",
        help="a line a request: in columns, or a JSON object as in the journal",
    ),
    Option(
        "--quiet",
        short="-q",
        help="print the ready line only",
    ),
    Option(
        "--verbose",
        short="-v",
        help="print headers too, secrets masked",
    ),
)
_DATASET = (
    *_SCENARIO,
    Option(
        "--format",
        metavar="json|ndjson",
        parse=parse_one_of("format", "json", "ndjson"),
        default="json",
        help="one JSON document, or one row a line",
    ),
    Option("--stats", help="print counts instead of rows"),
    Option("--digest", help="print the SHA-256 of the world instead of rows"),
)
_SPEC = (
    Option("--scenario-schema", help="print the JSON Schema of a scenario file instead"),
    Option("--report-schema", help="print the JSON Schema of a report instead"),
)
_PROFILE = (
    Option(
        "--check",
        metavar="FILE",
        parse=Path,
        help="check a profile file and print where it departs from the defaults",
    ),
)

_SCORE = (
    Option(
        "--bug",
        metavar="NAME",
        is_repeatable=True,
        help="measure by this bug alone",
    ),
    Option(
        "--jobs",
        metavar="N",
        parse=parse_within(1, MAX_JOBS),
        help="worker processes (default: one a processor)",
    ),
    Option(
        "--report",
        metavar="KIND=FILE",
        parse=parse_outputs("html", "json", "markdown"),
        is_repeatable=True,
        help="write the results too: json=F, markdown=F, html=F",
    ),
)

_ROWS: Mapping[str, Command] = {
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
    "init": Command(
        help="Write a commented scenario of your own, NAME.yaml; nothing is overwritten.",
        options=(),
        arguments=(click.Argument(["name"], metavar="[NAME]", required=False),),
    ),
    "spec": Command(
        help="Print the contract, openapi.yaml.",
        options=_SPEC,
        exclusive=(("--scenario-schema", "--report-schema"),),
    ),
    "profile": Command(
        help="List the points that the vendor leaves open, with choices and defaults.",
        options=_PROFILE,
    ),
    "help": Command(
        help="Print reference: a topic such as `faults`, or what a command takes.",
        options=(),
        arguments=(click.Argument(["topic"], metavar="TOPIC", required=False),),
    ),
}
_CONFIG = config_option(_ROWS)
# Only what has other options can take them from a file.
COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        name: replace(row, options=(*row.options, _CONFIG)) if row.options else row
        for name, row in _ROWS.items()
    }
)
