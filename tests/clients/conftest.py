"""A server with awkward ids, what its clients should see, and the JavaScript clients."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.dotnet.ticks import parse_instant
from mockserver.models import ConversationInfo, MessageInfo, conversation_to_wire
from mockserver.server import MockServer
from mockserver.world.scenario import load_scenario
from tests.rows import matching_ids

CLIENTS = Path(__file__).parent
ACCOUNTS = ("5f8e6aac00000000000000a1", "5f8e6aac00000000000000a2", "5f8e6aac00000000000000a3")
CUSTOMERS = ("5f8e6ac500000000000000c1", "5f8e6ac500000000000000c2")
PLAIN = ("5f8e6aea00000000000000e1", "5f8e6aea00000000000000e2", "5f8e6aea00000000000000e3")
AWKWARD = ("b c", "p+q", "R&D=1;2", "100%25", "d/e?f#g", "Zoë", "日本 🙂", "it's", "a:b", "[z]")
# Without quotes around it, this is the two ids before the comma and after it.
COMMA = "left,right"
AFTER = "2026-02-10T00:00:00+02:00"
# In Node @servicestack/client sees that a sign-out takes away `ss-reftok` too, concludes that there
# was such a token, and shows how its attempt to renew it failed instead of the 401.
RENEWAL = {
    "code": "NotImplementedException",
    "message": "The operation 'GetAccessToken' does not exist for this service",
}


class Seen:
    """Say what a client of the awkward server should see, from its world and brute force."""

    def __init__(self, server: MockServer) -> None:
        self.url = server.url
        self.world = server.space.world
        self.user = next(user for user in server.space.scenario.users if user.account_ids is None)
        self.username = self.user.username
        self.password = self.user.password.reveal()

    def plan(self) -> dict[str, object]:
        """Return what a journey needs to know."""
        return {
            "url": self.url,
            "userName": self.username,
            "password": self.password,
            "account": ACCOUNTS[1],
            "customers": CUSTOMERS[:1],
            "several": PLAIN[:2],
            "awkward": AWKWARD,
            "comma": COMMA,
            "after": AFTER,
        }

    def journey(self) -> dict[str, object]:
        """Return what a journey should give."""
        refused = {"code": "401", "message": "Unauthorized"}
        everything = matching_ids(self.world)
        return {
            "stranger": refused,
            "wrongPassword": {"code": "Unauthorized", "message": "Invalid Username or Password"},
            "signIn": self.username,
            "all": everything,
            "one": matching_ids(self.world, accounts=[ACCOUNTS[1]]),
            "several": matching_ids(self.world, endpoints=PLAIN[:2], customers=CUSTOMERS[:1]),
            "awkward": matching_ids(self.world, endpoints=AWKWARD),
            "comma": matching_ids(self.world, endpoints=COMMA.split(",")),
            "quotedComma": matching_ids(self.world, endpoints=[COMMA]),
            "emptyList": everything,
            "after": matching_ids(self.world, after=AFTER),
            # The service's own errors have an empty body: the reason phrase is all there is.
            "badDate": {"code": "400", "message": "FormatException"},
            "signOut": True,
            "gone": refused,
            "basic": matching_ids(self.world, accounts=[ACCOUNTS[1]]),
        }


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Serve rows whose ids are awkward to send."""
    path = tmp_path_factory.mktemp("awkward") / "rows.json"
    endpoints = (*PLAIN, *AWKWARD, COMMA, *COMMA.split(","))
    rows = [
        conversation_to_wire(_row(number, endpoint))
        for number, endpoint in enumerate(endpoints * 2)
    ]
    path.write_text(json.dumps({"conversations": rows}), encoding="utf-8")
    scenario = load_scenario(dataset=path, now_ticks=parse_instant("2026-03-01T12:00:00Z"))
    with MockServer(scenario) as server:
        yield Seen(server)


def _row(number: int, endpoint: str) -> ConversationInfo:
    address = f"+1-303-555-01{number:02}"
    return ConversationInfo(
        id=f"5f8e6ac1{number:016x}",
        endpoint_id=endpoint,
        other_address=address,
        most_recent_message=MessageInfo(
            id=f"5f8e6ae5{number:016x}",
            account_id=ACCOUNTS[number % 3],
            customer_id=CUSTOMERS[number % 2],
            endpoint_id=endpoint,
            endpoint_display_name=f"Endpoint {endpoint}",
            date=f"2026-02-{1 + number % 28:02}T{number % 24:02}:30:00.000Z",
            direction="Outgoing" if number % 2 else "Incoming",
            other_address=address,
            sender=address,
            text=f"Message {number}",
            is_unread=number % 3 == 0,
        ),
    )
