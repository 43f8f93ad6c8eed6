"""Compile what generators make of the two documents, with real answers as values of their types."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockserver.bugs.table import BUGS
from mockserver.contract import load_contract
from mockserver.resources import find_resource
from mockserver.server import MockServer
from mockserver.server.admin.admin_document import admin_document
from mockserver.world.scenario import scenario_names
from tests.admin_tour import JSON, ask_all, document, fill_journal, operations, template_of
from tests.clients.conftest import ACCOUNTS, AFTER, CLIENTS, PLAIN, Seen
from tests.depth import ci_or, deep_or
from tests.mock_client import ADA, NOW, Client, Got
from tests.programs import run_program
from tests.rows import matching_ids

# The head of a file of answers. What an answer is declared as has no `any` and no `unknown` in it.
HEAD = """\
import type {operations as Admin} from './admin'
import type {operations as Api} from './api'

type Bodies = {'application/json': unknown} | {'application/problem+json': unknown}
type Json<Answer> = Answer extends {content: infer Body extends Bodies} ? Body[keyof Body] : never
"""
SIGN_IN = {"userName": ADA[0], "password": ADA[1]}
# Method, path and body of what signs in and out, and of what is refused.
AROUND: tuple[tuple[str, str, object], ...] = (
    ("post", "/auth/credentials", SIGN_IN),
    ("post", "/auth/credentials", {**SIGN_IN, "password": "wrong"}),
    ("post", "/auth/credentials", {}),
    ("get", "/auth", None),
    ("get", "/auth/status", None),
    ("get", "/auth/logout", None),
    ("get", "/conversations?afterDate=no+date", None),
    ("get", "/conversations?accountIds={", None),
    ("get", "/conversations?__code=500", None),
)
# Every row of `large` is made as all others are: it takes its time, and its last day is enough.
SCENARIOS = deep_or(
    ci_or(["default", "nulls"], ci=sorted({*scenario_names()} - {"large"})),
    deep=sorted(scenario_names()),
)
QUERIES = {"large": "?afterDate=2026-02-28T12:00:00Z"}


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """Hold what the compiler said of each file; what it made is in `folder`."""

    folder: Path
    errors: Mapping[str, list[str]]


@pytest.fixture(scope="module")
def compiled(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("types") / "typed"
    shutil.copytree(CLIENTS / "typed", folder)
    (folder / "node_modules").symlink_to(node_modules)
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(find_resource("openapi.yaml"), folder / "api.yaml")
    (folder / "admin.yaml").write_bytes(admin_document(tuple(BUGS)))
    answers = enumerate([*api_answers(), *admin_answers()])
    lines = [f"export const answer{number}: {answer}\n" for number, answer in answers]
    (folder / "answers.ts").write_text(HEAD + "".join(lines), encoding="utf-8")
    with MockServer("one") as server:
        client = Client(port=server.port)
        (folder / "dtos.d.ts").write_bytes(client.ask("GET", "/types/typescript.d").body)
        (folder / "classes.ts").write_bytes(client.ask("GET", "/types/typescript").body)
    made = run_program("node", str(folder / "generate.mjs"))
    assert made.stderr == ""
    tsc = node_modules / "typescript" / "bin" / "tsc"
    ended = run_program("node", str(tsc), "--project", str(folder))
    errors: dict[str, list[str]] = {}
    for line in re.findall(r"(?m)^\S.*", ended.stdout):
        # A line without a place is of the compiler itself.
        place, _, error = line.rpartition(": error ")
        errors.setdefault(Path(place).name.partition("(")[0], []).append(error)
    return Compiled(folder=folder, errors=errors)


def api_answers() -> Iterator[str]:
    """Yield what the API answers in every scenario, each with its type."""
    paths = load_contract().document["paths"]
    for name in SCENARIOS:
        with MockServer(name, now=NOW) as server:
            client = Client(port=server.port)
            rows = client.list(f"/conversations{QUERIES.get(name, '')}").rows
            yield declare("Api", "ListConversations", "200", {"conversations": rows})
            for method, path, body in AROUND:
                got = client.ask(method.upper(), path, body, user=None if body else ADA)
                operation = paths[path.partition("?")[0]][method]
                yield declare("Api", operation["operationId"], status_in(operation, got), got.json)


def admin_answers() -> Iterator[str]:
    """Yield what the admin API answers, each with its type."""
    with MockServer("nulls", now=NOW) as server:
        client = Client(port=server.port)
        fill_journal(client)
        for method, path, got in ask_all(client, operations(client)):
            operation = document()["paths"][template_of(path)][method]
            if got.headers.get("content-type", "").partition(";")[0] in JSON:
                status = status_in(operation, got)
                yield declare("Admin", operation["operationId"], status, got.json)


def status_in(operation: Mapping[str, Any], got: Got) -> str:
    """Return the key of an answer's status."""
    keys = (str(got.status), f"{got.status // 100}XX", "default")
    return next(key for key in keys if key in operation["responses"])


def declare(types: str, operation: str, status: str, value: object) -> str:
    text = json.dumps(thin(value), ensure_ascii=False)
    return f"Json<{types}['{operation}']['responses']['{status}']> = {text}"


def thin(value: object) -> object:
    """Return a value with one item of each kind that types tell apart in its lists."""
    match value:
        case dict():
            return {name: thin(member) for name, member in value.items()}
        case list():
            return list({json.dumps(kind_of(item)): item for item in map(thin, value)}.values())
    return value


def kind_of(value: object, name: str = "") -> object:
    match value:
        case dict():
            return {name: kind_of(member, name) for name, member in value.items()}
        case list():
            return [kind_of(item, name) for item in value]
        case str() if name == "direction":
            return value
    return type(value).__name__


def test_every_answer_fits_the_types_that_are_generated(compiled: Compiled) -> None:
    assert compiled.errors.get("answers.ts", []) == []
    assert {name for name in compiled.errors if name.endswith(".d.ts")} == set()


def test_the_generated_types_refuse_what_is_wrong(compiled: Compiled) -> None:
    assert compiled.errors.get("misuse.ts", []) == []


def test_no_member_is_of_an_unknown_type(compiled: Compiled) -> None:
    types = (compiled.folder / "api.d.ts").read_text()
    bare = re.sub(r'"[^"\n]*"|/\*.*?\*/', "_", types, flags=re.DOTALL)

    assert re.findall(r"(?m)^ +[\w-]+\??: .*\b(?:unknown|any)\b.*", bare) == []


def test_openapi_fetch_reads_the_mock_by_the_types(compiled: Compiled, seen: Seen) -> None:
    plan = json.dumps(seen.plan())

    ended = run_program("node", str(compiled.folder / "out" / "client.js"), plan)

    assert compiled.errors.get("client.ts", []) == []
    assert json.loads(ended.stdout) == {
        "stranger": 401,
        "wrongPassword": "Invalid Username or Password",
        "signIn": seen.username,
        "all": matching_ids(seen.world),
        "one": matching_ids(seen.world, accounts=[ACCOUNTS[1]]),
        "several": matching_ids(seen.world, endpoints=PLAIN[:2]),
        "after": matching_ids(seen.world, after=AFTER),
        "badDate": [400, "FormatException"],
        "user": True,
    }


def test_the_definitions_of_the_framework_compile_where_types_are_erased(
    compiled: Compiled,
) -> None:
    assert compiled.errors.get("definitions.ts", []) == []


def test_the_classes_of_the_framework_do_not(compiled: Compiled) -> None:
    wrong = "TS1294: This syntax is not allowed when 'erasableSyntaxOnly' is enabled."
    assert compiled.errors.get("classes.ts", []) == [wrong]
