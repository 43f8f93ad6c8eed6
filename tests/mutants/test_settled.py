import pytest

from tests.mutants.sequences import Ask
from tests.mutants.settled import is_settled

BASIC = ("Authorization", "Basic YTpi")
JSON = ("Accept", "application/json")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "accountIds=a,b",
        "accountIds=a%2Cb",
        "accountIds=a&accountIds=b",
        "accountIds=",
        "accountIds=[]",
        "accountIds=%20",
        "accountIds=%22a%2Cb%22,c",
        "accountIds[]=a",
        "nope=1",
        "afterDate=2026-03-01T12:00:00Z",
        "afterDate=2026-03-01T12:00:00.1234567%2B02:00",
        "afterDate=2026-03-01",
        "afterDate=2026-13-01",
        "afterDate=garbage",
        "format=xml",
        "callback=cb",
    ],
)
def test_the_contract_settles_a_query(query: str) -> None:
    assert is_settled(Ask(target=f"/conversations?{query}", headers=(BASIC, JSON)))


@pytest.mark.parametrize(
    "query",
    [
        "accountIds=a,",
        "accountIds=a, b",
        "accountIds=[a,b]",
        "accountIds=%22",
        "accountIds=%zz",
        "AccountIds=a",
        "jsconfig=edv",
        "__code=503",
        "afterDate=2026",
        "afterDate=March",
        "afterDate=2026-03-01T12:00:00%2B15:00",
        "format=XML",
        "format=json&format=xml",
        "format=xml&callback=cb",
        "callback=1%2B1",
    ],
)
def test_the_contract_leaves_a_query_open(query: str) -> None:
    assert not is_settled(Ask(target=f"/conversations?{query}", headers=(BASIC, JSON)))


@pytest.mark.parametrize(
    ("accept", "settled"),
    [
        ("*/*", True),
        ("text/csv", True),
        ("TEXT/CSV", True),
        ("application/json, text/plain, */*", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, application/xml", False),
        ("application/xml;q=0.1, application/json;q=0.9", False),
        ("application/json;q=0", False),
        ("text/plain", False),
        ("garbage", False),
    ],
)
def test_an_accept_line_is_settled_if_it_prefers_one_type(accept: str, settled: bool) -> None:
    assert is_settled(Ask(target="/conversations", headers=(BASIC, ("Accept", accept)))) is settled


@pytest.mark.parametrize(
    ("headers", "settled"),
    [
        ((), True),
        ((("Authorization", "Basic !!"),), True),
        ((("Authorization", "Bearer a"),), True),
        ((("Cookie", "ss-id=a"),), True),
        ((("Cookie", "ss-pid=a; ss-opt=perm"),), True),
        ((BASIC, ("Cookie", "ss-id=a")), False),
        ((BASIC, BASIC), False),
        ((("Authorization", "Basic YTpi="),), False),
        ((("Cookie", "ss-id = a"),), False),
        ((("X-ss-id", "a"),), False),
        ((("If-None-Match", "*"),), False),
    ],
)
def test_credentials_are_settled_if_they_are_of_one_kind_and_well_formed(
    headers: tuple[tuple[str, str], ...], settled: bool
) -> None:
    assert is_settled(Ask(target="/conversations.json", headers=headers)) is settled


@pytest.mark.parametrize(
    ("method", "target", "settled"),
    [
        ("GET", "/conversations.csv", True),
        ("HEAD", "/conversations", True),
        ("GET", "/auth", True),
        ("POST", "/auth/logout", True),
        ("GET", "/auth/logout?continue=/x", True),
        ("GET", "/auth/logout?continue=//x", False),
        ("POST", "/conversations", False),
        ("GET", "/conversations/", False),
        ("GET", "/conversations.", False),
        ("GET", "/conversations.JSON", False),
        ("GET", "/json/reply/ListConversations", False),
        ("GET", "/metadata", False),
    ],
)
def test_the_contract_knows_its_own_operations_alone(
    method: str, target: str, settled: bool
) -> None:
    assert is_settled(Ask(method=method, target=target, headers=(JSON,))) is settled


@pytest.mark.parametrize(
    ("body", "settled"),
    [
        ('{"userName":"a","password":"b"}', True),
        ('{"password":"b"}', True),
        ("{}", True),
        ('{"UserName":"a"}', False),
        ("garbage", False),
    ],
)
def test_a_sign_in_is_settled_if_its_members_are_known(body: str, settled: bool) -> None:
    headers = (JSON, ("Content-Type", "application/json"))

    asked = Ask(method="POST", target="/auth/credentials", headers=headers, body=body)

    assert is_settled(asked) is settled
