import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from servicestack import clients

from mockserver.contract import Contract, load_contract
from mockserver.profile import Profile
from mockserver.server.pages.metadata_pages import MetadataPage, metadata_page
from tests.programs import run_program

TRANSCRIPTS = Path(__file__).parents[3] / "fixtures" / "transcripts"
FRAMEWORKS = {"6.11": "servicestack-6", "8.10": "servicestack-8"}
CLASSES = {
    "ConversationInfo": ["id", "endpoint_id", "other_address", "most_recent_message"],
    "ListConversations": ["account_ids", "endpoint_ids", "customer_ids", "after_date"],
    "ListConversationsResponse": ["conversations"],
    "MessageInfo": [
        *("id", "account_id", "customer_id", "endpoint_id", "endpoint_display_name", "date"),
        *("direction", "other_address", "sender", "text", "is_unread"),
    ],
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract()


def page(path: str, *query: tuple[str, str], **choices: str) -> MetadataPage:
    contract = load_contract()
    found = metadata_page(
        path,
        query,
        base_url="http://HOST",
        contract=contract,
        profile=Profile.default(contract).with_choices(choices),
    )
    assert found is not None
    return found


def text(path: str, *query: tuple[str, str], **choices: str) -> str:
    return page(path, *query, **choices).body.decode()


def recorded(record_id: str, version: str, variant: str = "default") -> str:
    lines = (TRANSCRIPTS / f"servicestack-{version}-{variant}.ndjson").read_bytes().splitlines()
    record = next(r for r in map(json.loads, lines) if r["id"] == record_id)
    bodies = json.loads((TRANSCRIPTS / "bodies.json").read_bytes())
    return str(record["body"] if "body" in record else bodies[record["body_ref"]])


@pytest.fixture(scope="module")
def dtos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("generated")
    (folder / "generated_dtos.py").write_text(text("/types/python"))
    sys.path.insert(0, str(folder))
    module = __import__("generated_dtos")
    yield module
    sys.path.remove(str(folder))
    del sys.modules["generated_dtos"]


@pytest.mark.parametrize("version", FRAMEWORKS)
@pytest.mark.parametrize(("variant", "verbs"), [("default", "get"), ("any", "any")])
def test_types_are_described_as_recorded(version: str, variant: str, verbs: str) -> None:
    actual = text("/types/metadata.json", framework=FRAMEWORKS[version], verbs=verbs)

    assert actual == recorded("meta.types-metadata-json", version, variant)


@pytest.mark.parametrize("version", FRAMEWORKS)
@pytest.mark.parametrize(
    ("path", "record_id"),
    [("/types.json", "meta.types-json"), ("/metadata/nav.json", "meta.nav-json")],
)
def test_links_are_as_recorded(path: str, record_id: str, version: str) -> None:
    assert text(path, framework=FRAMEWORKS[version]) == recorded(record_id, version)


@pytest.mark.parametrize("version", FRAMEWORKS)
def test_operations_are_listed_as_recorded(version: str) -> None:
    actual = text("/operations/metadata.json", framework=FRAMEWORKS[version])

    assert actual == recorded("meta.operations", version, "json-default")


@pytest.mark.parametrize("name", CLASSES)
def test_python_has_the_vendors_classes(dtos: ModuleType, name: str) -> None:
    fields = dataclasses.fields(getattr(dtos, name))

    assert [field.name for field in fields] == CLASSES[name]
    assert {field.default for field in fields} == {None}


def test_python_reads_and_writes_rows(dtos: ModuleType, contract: Contract) -> None:
    example = contract.document["components"]["examples"]["TwoConversations"]["value"]

    response = dtos.ListConversationsResponse.from_dict(example)

    first, second = response.conversations
    assert first.most_recent_message.direction is dtos.MessageDirections.INCOMING
    assert first.most_recent_message.is_unread is True
    assert second.most_recent_message.customer_id is None
    assert second.to_dict() == {
        **example["conversations"][1],
        "mostRecentMessage": {
            **example["conversations"][1]["mostRecentMessage"],
            "customerId": None,
        },
    }


def test_python_client_knows_what_the_request_returns(dtos: ModuleType) -> None:
    request = dtos.ListConversations(account_ids=["a", "b"], after_date="2026-01-01")

    client = clients.JsonServiceClient("http://localhost:1")

    assert clients._resolve_response_type(request) is dtos.ListConversationsResponse
    assert client.create_url_from_dto("GET", request) == (
        "http://localhost:1/api/ListConversations?accountIds=[a,b]&afterDate=2026-01-01"
    )


def test_python_comments_are_the_contracts(contract: Contract) -> None:
    source = text("/types/python")

    assert [
        p.name for p in contract.parameters if f'    """\n    {p.comment}\n' not in source
    ] == []


@pytest.mark.parametrize(
    "language", ["python", "typescript", "typescript.d", "mjs", "js", "csharp"]
)
def test_head_says_where_the_source_is_from(language: str) -> None:
    head = text(f"/types/{language}", framework="servicestack-8").splitlines()

    assert head[0].endswith(" Options:")
    assert "Version: 8.10" in head
    assert "BaseUrl: http://HOST" in head


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ([], [*sorted(CLASSES)]),
        ([("IncludeTypes", "ListConversations.*")], [*sorted(CLASSES)]),
        ([("IncludeTypes", "ListConversations")], ["ListConversations"]),
        ([("includetypes", "MessageInfo,ConversationInfo")], ["ConversationInfo", "MessageInfo"]),
        (
            [("IncludeTypes", "ListConversationsResponse.*")],
            ["ConversationInfo", "ListConversationsResponse", "MessageInfo"],
        ),
        (
            [("ExcludeTypes", "ListConversations")],
            ["ConversationInfo", "ListConversationsResponse", "MessageInfo"],
        ),
    ],
)
def test_types_can_be_chosen(query: list[tuple[str, str]], names: list[str]) -> None:
    source = text("/types/typescript", *query)

    found = [line.split()[2] for line in source.splitlines() if line.startswith("export class")]

    assert sorted(found) == names


def test_a_chosen_type_stays_chosen_when_the_source_is_made_again() -> None:
    source = text("/types/typescript", ("IncludeTypes", "MessageInfo"))

    assert "\nIncludeTypes: MessageInfo\n//ExcludeTypes: \n" in source


def test_what_is_no_name_does_not_reach_the_source() -> None:
    assert "alert" not in text("/types/typescript", ("IncludeTypes", "*/alert(1)/*"))


def test_typescript_is_what_the_client_expects() -> None:
    source = text("/types/typescript")

    assert source.endswith(
        "    public constructor(init?: Partial<ListConversations>)"
        " { (Object as any).assign(this, init); }\n"
        "    public getTypeName() { return 'ListConversations'; }\n"
        "    public getMethod() { return 'GET'; }\n"
        "    public createResponse() { return new ListConversationsResponse(); }\n"
        "}\n"
    )
    assert "    public direction?: MessageDirections;\n" in source
    assert "export class ListConversations implements IReturn<ListConversationsResponse>" in source


def test_the_page_names_the_typescript_that_compiles_everywhere() -> None:
    page = text("/metadata")

    assert 'In TypeScript take the <a href="/types/typescript.d">definitions</a>' in page


def test_javascript_module_loads(tmp_path: Path) -> None:
    (tmp_path / "dtos.mjs").write_text(text("/types/mjs"))
    (tmp_path / "use.mjs").write_text(
        "import { ListConversations, MessageDirections } from './dtos.mjs';\n"
        "const r = new ListConversations({ accountIds: ['a'] });\n"
        "console.log(JSON.stringify([r.accountIds, r.getTypeName(), r.getMethod(),"
        " r.createResponse().constructor.name, MessageDirections.Outgoing]));\n"
    )

    output = run_program("node", str(tmp_path / "use.mjs"))

    assert json.loads(output.stdout) == [
        *(["a"], "ListConversations", "GET", "ListConversationsResponse", "Outgoing"),
    ]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/metadata", "text/html; charset=utf-8"),
        ("/METADATA", "text/html; charset=utf-8"),
        ("/json/metadata", "text/html; charset=utf-8"),
        ("/ui", "text/html; charset=utf-8"),
        ("/ui/ListConversations", "text/html; charset=utf-8"),
        ("/types", "text/html"),
        ("/types/metadata", "text/html"),
        ("/types/metadata.json", "application/json; charset=utf-8"),
        ("/types/metadata.xml", "application/xml"),
        ("/types/python", "text/plain; charset=utf-8"),
        ("/types/typescript", "text/plain; charset=utf-8"),
        ("/types/csharp", "text/plain; charset=utf-8"),
        ("/types/mjs", "text/javascript; charset=utf-8"),
        ("/types/js", "text/javascript; charset=utf-8"),
        ("//Types//js/", "text/javascript; charset=utf-8"),
        ("//metadata", "text/html; charset=utf-8"),
        ("/json/metadata/", "text/html; charset=utf-8"),
        ("/XML/Metadata/more", "text/html; charset=utf-8"),
        ("/jsonreport/metadata", "text/html; charset=utf-8"),
        ("/operations/metadata/", "text/html"),
        ("/metadata/nav/auth", "text/html"),
        ("/admin-ui", "text/html; charset=utf-8"),
        ("/admin-ui/users", "text/html; charset=utf-8"),
        ("/ui/", "text/html; charset=utf-8"),
        ("/uiwhatever", "text/html; charset=utf-8"),
        ("/metadata/app", "text/html"),
        ("/operations/metadata", "text/html"),
    ],
)
def test_content_types_are_as_recorded(path: str, content_type: str) -> None:
    assert page(path).content_type == content_type


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/types/cobol", "/yaml/metadata", "/metadata/debug", "/x", "/metadata/"),
        *("/UI", "/Admin-ui", "//ui", "/ui/assets/ui.css", "/admin-ui/lib/js/vue.js"),
        *("/types.JSON", "//json/metadataa", "/json//metadata"),
    ],
)
def test_other_paths_have_no_page(path: str, contract: Contract) -> None:
    assert metadata_page(path, (), base_url="http://HOST", contract=contract) is None


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("json", "{&#34;conversations&#34;:[{&#34;id&#34;:&#34;65e1f4a2c2d4b7a90e1f1001"),
        ("xml", "&lt;ListConversationsResponse xmlns:i="),
        ("jsv", "{conversations:[{id:65e1f4a2c2d4b7a90e1f1001,"),
        ("csv", "Conversations"),
        ("jsonl", "{&#34;conversations&#34;:[{"),
    ],
)
def test_an_operations_page_shows_its_format(name: str, sample: str) -> None:
    shown = text(f"/{name}/metadata", ("op", "ListConversations"))

    assert f"<h2>In {name.upper()}</h2>" in shown
    assert sample in shown


def test_an_operations_page_describes_every_member(contract: Contract) -> None:
    shown = text("/json/metadata", ("op", "listconversations"))

    names = [p.name for p in contract.parameters] + ["mostRecentMessage", "isUnread"]
    assert [name for name in names if f"<code>{name}</code>" not in shown] == []


@pytest.mark.parametrize(
    ("language", "sample"),
    [
        ("python", "class ListConversations(IReturn[ListConversationsResponse]):"),
        ("typescript", "export class ListConversations implements"),
        ("csharp", "public partial class ListConversations"),
        ("cobol", "<h2>MessageInfo</h2>"),
    ],
)
def test_an_operations_page_shows_a_language(language: str, sample: str) -> None:
    assert sample in text("/json/metadata", ("op", "ListConversations"), ("lang", language))


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/html/metadata", "ListConversations"),
        ("/jsonreport/metadata", "Authenticate"),
        ("/json/metadata", "Nope"),
        ("/json/metadata", ""),
        ("/csv/metadata", "AuthenticateLogout"),
        ("/json/metadata", "AdminDashboard"),
        ("/json/metadata", "GetNavItems"),
        ("/json/metadata", "TypesPython"),
    ],
)
def test_an_unknown_operation_is_refused(path: str, operation: str) -> None:
    found = page(path, ("op", operation))

    assert (found.status, found.reason) == (403, "Service Not Available")
    assert found.content_type == "text/plain"


@pytest.mark.parametrize("version", FRAMEWORKS)
@pytest.mark.parametrize("name", ["Authenticate", "authenticate", "AssignRoles", "UNASSIGNROLES"])
@pytest.mark.parametrize("format_name", ["json", "xml", "jsv", "csv", "jsonl"])
def test_an_operation_of_the_framework_has_a_page(
    format_name: str, name: str, version: str
) -> None:
    found = page(f"/{format_name}/metadata", ("op", name), framework=FRAMEWORKS[version])

    assert (found.status, found.content_type) == (200, "text/html; charset=utf-8")
    assert found.varies == (version == "8.10")
    assert f"<h1>{name}</h1>".lower() in found.body.decode().lower()


def test_a_common_js_module_loads(tmp_path: Path) -> None:
    (tmp_path / "dtos.js").write_text(text("/types/js"))
    (tmp_path / "use.js").write_text(
        "const { ListConversations, MessageDirections } = require('./dtos.js');\n"
        "const r = new ListConversations({ accountIds: ['a'] });\n"
        "console.log(JSON.stringify([r.accountIds, r.getTypeName(), r.getMethod(),"
        " r.createResponse().constructor.name, MessageDirections.Outgoing]));\n"
    )

    output = run_program("node", str(tmp_path / "use.js"))

    assert json.loads(output.stdout) == [
        *(["a"], "ListConversations", "GET", "ListConversationsResponse", "Outgoing"),
    ]
