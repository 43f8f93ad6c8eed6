import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

import pytest
import servicestack

from tests.clients import dtos
from tests.clients.conftest import ACCOUNTS, AFTER, AWKWARD, COMMA, CUSTOMERS, PLAIN, Seen
from tests.rows import matching_ids

# Generated code, which imports everything from everywhere: its types say nothing.
ListConversations: Any = dtos.ListConversations
ListConversationsResponse: Any = dtos.ListConversationsResponse


@pytest.fixture
def stranger(seen: Seen) -> Iterator[servicestack.JsonServiceClient]:
    client = servicestack.JsonServiceClient(seen.url)
    yield client
    client._session.close()


@pytest.fixture
def client(seen: Seen, stranger: servicestack.JsonServiceClient) -> servicestack.JsonServiceClient:
    stranger.post(
        servicestack.Authenticate(
            provider="credentials", user_name=seen.username, password=seen.password
        )
    )
    return stranger


@pytest.mark.parametrize("base_path", ["api", ""], ids=["api", "json-reply"])
def test_basic_signs_in(
    base_path: str, seen: Seen, stranger: servicestack.JsonServiceClient
) -> None:
    stranger.set_base_path(base_path)
    stranger.set_credentials(seen.username, seen.password)

    answer = stranger.get(ListConversations())

    assert _ids(answer) == matching_ids(seen.world)


# Without the last: this client puts a list into brackets, in which an item's own are no text.
@pytest.mark.parametrize(
    "filters",
    [
        pytest.param({"accounts": [ACCOUNTS[1]]}, id="one"),
        pytest.param({"endpoints": PLAIN[:2], "customers": CUSTOMERS[:1]}, id="several"),
        pytest.param({"endpoints": AWKWARD[:-1]}, id="awkward"),
        pytest.param({"endpoints": []}, id="empty"),
        pytest.param({"after": AFTER}, id="after"),
    ],
)
def test_filter_gives_the_rows_of_the_world(
    filters: dict[str, list[str]], seen: Seen, client: servicestack.JsonServiceClient
) -> None:
    request = ListConversations(
        account_ids=filters.get("accounts"),
        endpoint_ids=filters.get("endpoints"),
        customer_ids=filters.get("customers"),
        after_date=filters.get("after"),
    )

    answer = client.get(request)

    assert _ids(answer) == matching_ids(seen.world, **filters)  # type: ignore[arg-type]  # by name


def test_id_with_a_comma_needs_quotes(seen: Seen, client: servicestack.JsonServiceClient) -> None:
    bare = client.get(ListConversations(endpoint_ids=[COMMA]))
    quoted = client.get(ListConversations(endpoint_ids=[f'"{COMMA}"']))

    assert _ids(bare) == matching_ids(seen.world, endpoints=COMMA.split(","))
    assert _ids(quoted) == matching_ids(seen.world, endpoints=[COMMA])


def test_path_takes_the_same_lists(seen: Seen, client: servicestack.JsonServiceClient) -> None:
    answer = client.get_url(
        "/conversations", ListConversationsResponse, {"endpointIds": list(PLAIN)}
    )

    assert _ids(answer) == matching_ids(seen.world, endpoints=PLAIN)


def test_row_arrives_whole(seen: Seen, client: servicestack.JsonServiceClient) -> None:
    answer = client.get(ListConversations(endpoint_ids=[AWKWARD[6]]))

    row = answer.conversations[0]
    stored = next(row_ for row_ in map(seen.world.row, range(len(seen.world))) if row_.id == row.id)
    message = stored.most_recent_message
    assert message is not None
    assert row.to_dict() == {
        "id": stored.id,
        "endpointId": stored.endpoint_id,
        "otherAddress": stored.other_address,
        "mostRecentMessage": {
            "id": message.id,
            "accountId": message.account_id,
            "customerId": message.customer_id,
            "endpointId": message.endpoint_id,
            "endpointDisplayName": message.endpoint_display_name,
            "date": message.date,
            "direction": message.direction,
            "otherAddress": message.other_address,
            "sender": message.sender,
            "text": message.text,
            "isUnread": message.is_unread,
        },
    }


def test_stranger_reads_the_reason_phrase(stranger: servicestack.JsonServiceClient) -> None:
    with pytest.raises(servicestack.WebServiceException) as raised:
        stranger.get(ListConversations())

    assert _error(raised.value) == (401, "Unauthorized", "401", "Unauthorized")


def test_wrong_password_is_told_in_the_body(
    seen: Seen, stranger: servicestack.JsonServiceClient
) -> None:
    request = servicestack.Authenticate(
        provider="credentials", user_name=seen.username, password="no such password"
    )

    with pytest.raises(servicestack.WebServiceException) as raised:
        stranger.post(request)

    assert _error(raised.value)[2:] == ("Unauthorized", "Invalid Username or Password")


def test_bad_date_is_told_by_the_reason_phrase(client: servicestack.JsonServiceClient) -> None:
    with pytest.raises(servicestack.WebServiceException) as raised:
        client.get(ListConversations(after_date="no date"))

    assert (raised.value.status_code, raised.value.status_description) == (400, "FormatException")


def test_send_is_a_post_which_the_operation_refuses(
    client: servicestack.JsonServiceClient,
) -> None:
    with pytest.raises(servicestack.WebServiceException) as raised:
        client.send(ListConversations())

    assert _error(raised.value)[:3] == (405, "Method Not Allowed", "NotImplementedException")


def test_signing_out_ends_the_session(client: servicestack.JsonServiceClient) -> None:
    client.post(servicestack.Authenticate(provider="logout"))

    with pytest.raises(servicestack.WebServiceException) as raised:
        client.get(ListConversations())

    assert raised.value.status_code == 401


def test_types_that_the_server_generates_are_the_vendors(
    seen: Seen, client: servicestack.JsonServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/types/python?IncludeTypes=ListConversations.*"
    served = ModuleType("served_dtos")
    monkeypatch.setitem(sys.modules, "served_dtos", served)

    exec(client.get_url(path, str), served.__dict__)
    answer = client.get(served.ListConversations(endpoint_ids=list(PLAIN)))

    assert _members(served) == _members(dtos)
    assert _ids(answer) == matching_ids(seen.world, endpoints=PLAIN)


def _members(module: ModuleType) -> dict[str, dict[str, str]]:
    """Return the types of the members of each class that a module defines."""
    return {
        name: {
            field.name: str(field.type).replace(f"{module.__name__}.", "")
            for field in fields(class_)
        }
        for name, class_ in vars(module).items()
        if is_dataclass(class_) and class_.__module__ == module.__name__
    }


def _ids(answer: Any) -> list[str | None]:
    return [row.id for row in answer.conversations]


def _error(error: servicestack.WebServiceException) -> tuple[int, str, str, str]:
    status = error.response_status
    return error.status_code, error.status_description, status.error_code, status.message
