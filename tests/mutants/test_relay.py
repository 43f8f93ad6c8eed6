import http.client

from mockserver.server import MockServer
from tests.mutants.relay import Relay, relay_to


def test_a_relay_hands_on_every_byte_and_keeps_the_order(server: MockServer) -> None:
    paths = ["/healthz", "/conversations.json", "/nowhere"]

    with relay_to(server.port) as relay:
        answers = [_get(relay.port, path) for path in paths]

    assert answers == [_get(server.port, path) for path in paths]
    assert [ask.target for ask, _ in relay.record] == paths
    assert [(answer.status, answer.body) for _, answer in relay.record] == answers


def test_something_may_happen_after_each_request(server: MockServer) -> None:
    counts: list[int] = []

    def count(relay: Relay) -> None:
        counts.append(len(relay.record))

    with relay_to(server.port, after_each=count) as relay:
        _get(relay.port, "/healthz")
        _get(relay.port, "/healthz")

    assert counts == [1, 2]


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer
