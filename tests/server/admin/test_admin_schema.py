import re
from pathlib import Path

from openapi_spec_validator import validate

from mockserver.bugs.table import BUGS
from mockserver.documents.plain_data import load_yaml
from mockserver.server import MockServer
from mockserver.server.admin.admin_document import admin_document
from mockserver.server.admin.admin_routes import OPERATIONS
from tests.depth import deep_only, deep_or
from tests.programs import run_schemathesis

PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")
# The page is for people.
OF_THE_PAGE = {("get", ""), ("get", "/"), ("get", "/assets/{name}")}

CONFIGURATION = Path(__file__).with_name("schemathesis_admin.toml")
# These two have three of five cases of the phase; the others have the same kinds of them.
FEWER = """
[[operations]]
include-path = "/spaces"
phases.coverage.enabled = false

[[operations]]
include-path = "/spaces/{space}/faults"
phases.coverage.enabled = false
"""


def test_the_document_is_openapi(tmp_path: Path) -> None:
    (tmp_path / "admin.yaml").write_bytes(admin_document(tuple(BUGS)))
    document = load_yaml(tmp_path / "admin.yaml", kind="document")
    assert isinstance(document, dict)

    validate(document)
    described = {
        (method, path)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert described == {(o.method.lower(), o.path) for o in OPERATIONS} - OF_THE_PAGE


@deep_only
def test_schemathesis_finds_nothing_in_any_phase(tmp_path: Path) -> None:
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.read_text() + deep_or(FEWER, deep=""))
    with MockServer("default", now="2026-03-01T12:00:00Z") as server:
        ended = run_schemathesis(
            f"--config-file={configuration}",
            "run",
            f"{server.url}/__admin/openapi.yaml",
            f"--url={server.url}/__admin",
            f"--max-examples={deep_or(6, deep=60)}",
            "--continue-on-failure",
            "--no-color",
        )

    assert ended.returncode == 0, ended.stdout
    assert re.findall(rf"✅  ({'|'.join(PHASES)}) \(", ended.stdout) == list(PHASES)
