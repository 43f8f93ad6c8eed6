"""A host of one's own: every address of it is private, and what was judged is what is asked."""

import socket
from dataclasses import replace
from typing import Any

import pytest

from mockserver.checks.messages import Request
from mockserver.checks.sending.client import Client
from mockserver.checks.sending.private_hosts import private_addresses
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.errors import TargetError, UsageError
from tests.checks.counting_server import counting_server
from tests.checks.test_client import FakeTime, ask_often

NAME = "api.staging.example"


def options(port: int = 80) -> TargetOptions:
    return TargetOptions(
        url=f"http://{NAME}:{port}", user="alice", password=Secret("wonder"), own=(NAME,)
    )


class Names:
    """Answer look-ups in turn, the last answer for ever, and count them."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.count = 0

    def __call__(self, host: str) -> list[str]:
        self.count += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


PRIVATE = (
    "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.7.7", "127.0.0.1", "169.254.1.1", "::1",
    "fe80::1", "fe80::1%eth0", "fd00::7", "::ffff:10.0.0.1",
)  # fmt: skip
PUBLIC = (
    "8.8.8.8", "172.32.0.1", "172.15.0.1", "100.64.0.1", "192.0.2.1", "0.0.0.0", "169.253.0.1",
    "2001:db8::1", "2600::1", "::", "::ffff:8.8.8.8", "64:ff9b::a00:1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_of_private_addresses_is_one_s_own(address: str) -> None:
    target = options().resolve(lookup=Names([address]))

    assert (target.kind, target.is_live, target.addresses) == ("own", False, (address,))


@pytest.mark.parametrize("address", PUBLIC)
def test_one_address_that_is_not_private_refuses_the_host(address: str) -> None:
    with pytest.raises(UsageError, match="is none of the private addresses"):
        options().resolve(lookup=Names(["10.0.0.1", address]))


def test_a_name_without_an_address_is_refused() -> None:
    def lookup(host: str) -> list[str]:
        raise socket.gaierror

    with pytest.raises(UsageError, match="the name has no address"):
        private_addresses(NAME, lookup=lookup)


def test_what_was_judged_is_asked_whatever_the_name_means_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(["127.0.0.1"], ["93.184.216.34"])
    look_up = socket.getaddrinfo

    def only_addresses(host: str, *rest: Any, **more: Any) -> Any:
        assert host == "127.0.0.1", "a name was looked up again"
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", only_addresses)

    with counting_server() as server:
        with Client(options(server.port), lookup=names) as client:
            ask_often(client, 3)

        assert [seen.headers["Host"] for seen in server.seen] == [f"{NAME}:{server.port}"] * 3
    assert names.count == 1


def test_no_other_address_is_tried_where_the_judged_one_does_not_answer() -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])

    with counting_server() as server:
        with (
            Client(options(server.port), lookup=names) as client,
            pytest.raises(TargetError, match="cannot be reached"),
        ):
            client.send(Request())

        assert server.seen == []
    assert names.count == 1


def test_a_host_of_one_s_own_is_asked_twenty_times_a_second() -> None:
    fake = FakeTime()

    with counting_server() as server:
        made = replace(options(server.port))
        with Client(
            made, clock=fake.clock, sleep=fake.sleep, lookup=Names(["127.0.0.1"])
        ) as client:
            ask_often(client, 41)

    assert sum(fake.slept) == pytest.approx(2.0)


def test_a_higher_rate_is_refused() -> None:
    with pytest.raises(UsageError, match="--rate 21 is too much for this target; at most 20"):
        replace(options(), rate=21).resolve(lookup=Names(["10.0.0.1"]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"live": NAME, "scope": ("a",)}, "exclude each other", id="live-too"),
        pytest.param({"proxy": Secret("http://127.0.0.1:1")}, "goes without --proxy", id="proxy"),
        pytest.param({"own": ("other.example",)}, "counts as live", id="another-host"),
    ],
)
def test_what_does_not_go_with_a_host_of_one_s_own_is_told(
    change: dict[str, object], message: str
) -> None:
    made = replace(options(), **change)  # type: ignore[arg-type]  # rows of the table above

    with pytest.raises(UsageError, match=message):
        made.resolve(lookup=Names(["10.0.0.1"]))
