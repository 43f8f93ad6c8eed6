"""Write the reference: TOPICS is the table of topics, each is drawn from the tables of the code.

A topic loads its tables when it is written, so that no other command and no other topic waits for
them. help_page.py lays out; run_help.py prints.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.cli.help_page import Page
from mockserver.errors import ExitCode
from mockserver.options.config_file import TARGET_KEYS
from mockserver.options.declaration import Option
from mockserver.options.option_table import COMMANDS

if TYPE_CHECKING:
    from mockserver.space.faults import Fault

__all__ = ["TOPICS", "Topic"]

# How people name the types of JSON Schema.
_KINDS = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true, false"}
# Nobody wants to be told of a bound beyond this one.
_MAX_TOLD = 10**12
# Of the formats that are none of FORMATS.
_PAGES = {"html": "a page for people", "jsonreport": "the same page under another type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Hold a topic: what it is about, in a line, and what writes it."""

    title: str
    write: Callable[[Page], None]


def _write_scenarios(page: Page) -> None:
    from mockserver.contract import load_contract
    from mockserver.world.scenario import describe_scenarios
    from mockserver.world.scenario_schema import scenario_schema

    page.heading("Scenarios for `serve --scenario NAME`")
    page.rows(describe_scenarios())
    page.heading("Keys of a scenario file, for `serve --scenario-file FILE`")
    page.rows(_keys(scenario_schema(load_contract())))
    page.heading("More")
    page.text("Unknown keys are errors. Paths are relative to the file.")
    page.text("The schema for an editor: `mockserver spec --scenario-schema`.")


def _keys(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the members of a schema of objects, those inside included, with what they hold."""
    for name, member in schema["properties"].items():
        help = member.get("description", "")
        kind = _kind(member)
        yield f"{prefix}{name}", f"{help} ({kind})" if kind else help
        inner = member.get("items", member)
        # The points of a profile are a topic of their own.
        if "properties" in inner and name != "profile":
            dot = "[]." if inner is not member else "."
            yield from _keys(inner, f"{prefix}{name}{dot}")


def _kind(schema: Mapping[str, Any]) -> str:
    """Return in a few words what a value has to be; nothing where its members say it."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = _KINDS.get(str(schema.get("type")), "")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high <= _MAX_TOLD:
        return f"{kind} from {low:,} to {high:,}"
    if schema.get("type") == "array":
        most = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
        return f"list{most}"
    return kind


def _write_profile(page: Page) -> None:
    from mockserver.contract import load_contract
    from mockserver.profile import CLIENTS

    page.heading("What the vendor leaves open, for `serve --set POINT=CHOICE`")
    page.text(
        "The contract's default comes first, then `--profile FILE`, then the scenario, then "
        "`--for`, then `--set`, then the space; the last one holds. A file holds "
        "`profile: {POINT: CHOICE}`; "
        "`mockserver profile --check FILE` checks it, `mockserver check URL --learn FILE` writes "
        "one."
    )
    page.heading("What an app of a kind needs, in a word: `serve --for NAME`, `for: NAME`")
    page.rows(
        (name, ", ".join(f"{point}={choice}" for point, choice in choices.items()))
        for name, choices in CLIENTS.items()
    )
    for point in load_contract().points.values():
        seen = "" if point.observable else "; cannot be seen from outside"
        page.heading(f"{point.name} (default {point.default}{seen})")
        page.text(point.description)
        page.rows((f"- {choice}", point.choice_help[choice]) for choice in point.choices)
        if point.pattern is not None:
            page.entry(f"- or what matches {point.pattern}", point.choice_help["pattern"])
        page.text(f"Why this default: {point.why}")


def _write_faults(page: Page) -> None:
    from mockserver.space.faults import FAULTS, PRESETS, fault_forms

    page.heading('Faults, as rules: {"fault": NAME, PARAMETERS, "match": {…}, "fire": {…}}')
    page.rows((name, fault.help) for name, fault in FAULTS.items())
    page.heading("Parameters")
    page.rows((name, _parameters(fault)) for name, fault in FAULTS.items())
    rule = fault_forms()[0]["properties"]
    for part in ("match", "fire"):
        page.heading(f"{part}: {rule[part]['description']}")
        page.rows(_keys(rule[part]))
    page.heading("Presets for `serve --faults NAME`, and names that may stand in place of rules")
    for name, rules in PRESETS.items():
        page.entry(name, *map(json.dumps, rules))
    page.heading("Where they go")
    page.text("In a scenario's `faults`, in `serve --faults`, or to a running space:")
    page.code(
        "curl -X PUT -H 'Content-Type: application/json' \\",
        '  -d \'[{"fault": "status", "code": 503}]\' \\',
        "  http://localhost:4011/__admin/spaces/default/faults",
    )
    page.text(
        "For one request: the header `Prefer: code=503, delay=250`, or `__code` and `__delay` in "
        "the query. Latencies add up; of the other faults the first that fires is carried out. "
        "Which request a rule hits follows from the seed, the rule and the number of the request."
    )


def _parameters(fault: "Fault") -> str:
    """Return what a fault takes, in each of the ways in which it takes it."""
    ways = [[f"{key} ({_kind(schema)})" for key, schema in way.items()] for way in fault.takes]
    wanted = [" and ".join(way) for way in ways if way]
    more = [f"{key} ({_kind(schema)}), if wanted" for key, schema in fault.optional.items()]
    return "; ".join([*([" or ".join(wanted)] if wanted else []), *more]) or "none"


def _write_bugs(page: Page) -> None:
    from mockserver.bugs.table import BUGS

    page.heading("Bugs for `serve --bug NAME`: one thing done wrong, to see who finds it")
    page.text(
        "Several add up. The key `bugs` of a scenario and `PUT spaces/NAME/bugs` of the admin API "
        "take the same names."
    )
    for category in dict.fromkeys(bug.category for bug in BUGS.values()):
        page.heading(category)
        page.rows((b.name, b.help) for b in BUGS.values() if b.category == category)


def _write_laws(page: Page) -> None:
    from mockserver.checks.laws.law import TIERS
    from mockserver.checks.laws.table import LAWS

    page.heading("Laws of `mockserver check` and `fuzz`: what holds of a server that is right")
    page.rows(TIERS.items())
    page.text(
        "`check --explain ID` says more of one. `--law`, `--skip` and `--require` take ids: "
        "`--require L69` fails a run whose data could not tell whether the filters work, "
        "`--require L70` one that did not see every point of `--profile`."
    )
    page.text("`--waive FILE` accepts findings; the file is a YAML list of entries such as")
    page.code('- {fingerprint: f3a9c1b2d4e0, reason: "ticket 17", expires: 2026-12-31}')
    page.text("or with `law: L42` in place of the fingerprint.")
    for tier in TIERS:
        page.heading(tier)
        page.rows((law.id, law.statement) for law in LAWS if law.tier == tier)


def _write_formats(page: Page) -> None:
    from mockserver.wire.formats.encode import FORMATS
    from mockserver.wire.quirks import QUIRKS

    page.heading("Formats of an answer")
    types = {name: kind for row in QUIRKS.values() for name, kind in row.content_types.items()}
    for name, kind in types.items():
        row = FORMATS.get(name)
        having = [choice for choice, quirks in QUIRKS.items() if name in quirks.content_types]
        where = "" if len(having) == len(QUIRKS) else f" ({', '.join(having)} only)"
        page.entry(
            name, f"{row.content_type if row else kind}{where}", row.help if row else _PAGES[name]
        )
    page.heading("What chooses it; the first that speaks decides")
    page.rows(
        [
            ("1. the path", "`/conversations.json`, `/json/reply/ListConversations`"),
            ("2. `callback`", "`?callback=NAME` wraps JSON in a call of NAME: JSONP"),
            ("3. `format`", "`?format=json`"),
            ("4. `Accept`", "`Accept: application/json`; q-values do nothing"),
            ("5. the profile", "its point `default-media-type`: html unless you choose json"),
        ]
    )
    page.text("`?jsconfig=` shapes JSON and JSV as ServiceStack documents it.")


def _write_admin(page: Page) -> None:
    from mockserver.server.admin.admin_document import admin_api

    document = admin_api(())
    page.heading("Admin API, under http://localhost:4011/__admin")
    page.text(
        "`{space}` is the name of a space; `default` is the unnamed one. Open while the server "
        "listens on loopback; otherwise start with `--admin token` and send the token that is "
        "printed as `Authorization: Bearer …`. Errors are `application/problem+json`. "
        "`/__admin/openapi.yaml` is all of this as an OpenAPI document, `/__admin/` a page."
    )
    page.heading("Operations")
    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                asked = _asked(item[method], document["components"]["schemas"])
                page.entry(f"{method.upper()} {path}", item[method]["summary"], *asked)


def _asked(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an operation takes: its query, and its body."""
    names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
    if names:
        yield f"query: {', '.join(names)}"
    bodies = operation.get("requestBody", {}).get("content", {})
    for body in bodies.values():
        members = dict.fromkeys(_members(body["schema"], schemas))
        if members:
            yield f"members: {', '.join(members)}"
        if "example" in body:
            yield f"such as: {json.dumps(body['example'])}"
    if bodies:
        yield f"body: {' or '.join(bodies)}"


def _members(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that a body may have, of each of its forms."""
    if "$ref" in schema:
        yield from _members(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for form in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _members(form, schemas)
    yield from schema.get("properties", ())


def _write_exit_codes(page: Page) -> None:
    page.heading("Exit codes")
    page.rows((str(int(code)), code.help) for code in ExitCode)
    page.heading("Several at once")
    page.text(
        "6 counts most, then 1, 5, 4 and 0. An output that is closed early, as by `| head`, "
        "changes no code."
    )


def _write_config(page: Page) -> None:
    page.heading("Options: flags, variables and keys of `--config FILE`")
    page.text(
        "A flag beats the environment, the environment beats the file, the file beats the "
        "default. The file is YAML with one section a command; a key is the flag without its "
        "dashes. An empty variable counts as absent. Commas separate the items of a repeatable "
        "option in a variable; in the file they are a list. A switch takes true, false, 1 or 0. "
        "Relative paths in the file start from its folder."
    )
    page.code("serve:", "  port: 4012", "  set: [order=oldest-first, nulls=write]")
    page.text(
        "`targets` of the file names what is asked often, as in "
        '`targets: {staging: {url: "https://staging.example.com", user: robot}}` for '
        f"`mockserver check staging`; an entry may hold {', '.join(TARGET_KEYS)}. Its password is "
        "`MOCKSERVER_PASSWORD_STAGING`, or else `MOCKSERVER_PASSWORD`. A `MOCKSERVER_PORT` that "
        "starts with `tcp://` is ignored: Kubernetes sets it so."
    )
    known: dict[Option, str] = {}
    for name, command in COMMANDS.items():
        new = [option for option in command.options if option not in known]
        if command.options:
            page.heading(name)
        for option in new:
            known[option] = name
            short = f", {option.short}" if option.short else ""
            flag = f"{option.flag} {option.metavar or ''}".rstrip() + short
            page.entry(flag, _describe_option(option))
        for other in dict.fromkeys(known[o] for o in command.options if o not in new):
            flags = [o.flag for o in command.options if known[o] == other]
            page.text(f"as for {other}: {', '.join(flags)}")


def _describe_option(option: Option) -> str:
    has_default = option.default is not None and not option.is_flag
    default = f" (default {option.default})" if has_default else ""
    places = option.environment or "on the command line alone"
    if option.environment and not option.key:
        places += ", in no file"
    return f"{option.help}{default}; {places}"


TOPICS: Mapping[str, Topic] = {
    "scenarios": Topic(
        title="what a server may start with, and the keys of a scenario file",
        write=_write_scenarios,
    ),
    "profile": Topic(
        title="the points that the vendor leaves open, with choices and defaults",
        write=_write_profile,
    ),
    "faults": Topic(
        title="how answers are broken on purpose: faults, rules, presets", write=_write_faults
    ),
    "bugs": Topic(title="the named wrong steps, for `serve --bug`", write=_write_bugs),
    "laws": Topic(title="what `check` and `fuzz` hold a server to", write=_write_laws),
    "formats": Topic(title="the formats of an answer, and what chooses one", write=_write_formats),
    "admin": Topic(title="the operations of the admin API", write=_write_admin),
    "exit-codes": Topic(title="how each command ends", write=_write_exit_codes),
    "config": Topic(title="every option as flag, variable and key of a file", write=_write_config),
}
