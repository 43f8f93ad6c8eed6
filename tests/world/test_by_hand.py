"""Write rows by hand, leave out what one likes, and see that the rest fits."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.dotnet.ticks import parse_date, parse_instant
from mockserver.errors import UsageError
from mockserver.models import MESSAGE_FIELDS, ConversationInfo, MessageInfo
from mockserver.world.directory import Directory
from mockserver.world.index import World
from mockserver.world.scenario import Scenario, build_world, load_scenario, read_scenario
from tests.space.changed_lines import changes_of

NOW = parse_instant("2026-03-01T12:00:00Z")
TREE = [
    {
        "name": "Acme",
        "id": "acme",
        "customers": [
            {"name": "Front office", "id": "front", "endpoints": [{"name": "Support"}]},
            {"name": "Back office"},
        ],
        "endpoints": [{"name": "Night line", "address": "+12025550102"}],
    },
    {"name": "Globex", "endpoints": [{"name": "Support"}, {"address": "desk@example.com"}]},
]
FIVE_ROWS = """
conversations:
  - {text: "Are you open today?", date: -10m}
  - {text: "Thanks!", direction: Outgoing, date: -2h}
  - {account: Acme, endpoint: Support, otherAddress: "+13035550144"}
  - {account: Acme, isUnread: true}
  - {sender: "+13035550145"}
"""


def scenario_of(document: Mapping[str, Any]) -> Scenario:
    return read_scenario(document, name="mine", seed=7)


def world_of(document: Mapping[str, Any]) -> World:
    return build_world(scenario_of(document), anchor_ticks=NOW)


def rows_of(*rows: Mapping[str, Any], **more: Any) -> Sequence[ConversationInfo]:
    world = world_of({"conversations": rows, **more})
    return [world.row(number) for number in range(len(world))]


def message_of(*rows: Mapping[str, Any], **more: Any) -> MessageInfo:
    """Return the message of the last of some rows."""
    message = rows_of(*rows, **more)[-1].most_recent_message
    assert message is not None
    return message


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(*rows: Mapping[str, Any], **more: Any) -> str:
    with pytest.raises(UsageError) as caught:
        rows_of(*rows, **more)
    return str(caught.value)


def test_five_rows_in_five_lines(tmp_path: Path) -> None:
    world = build_world(load_scenario(path=write(tmp_path, FIVE_ROWS)), anchor_ticks=NOW)
    rows = [world.row(number) for number in range(len(world))]
    messages = [row.most_recent_message or MessageInfo() for row in rows]

    assert [m.date for m in messages[:2]] == [
        "2026-03-01T11:50:00.000Z",
        "2026-03-01T10:00:00.000Z",
    ]
    assert [m.text for m in messages[:2]] == ["Are you open today?", "Thanks!"]
    assert (messages[1].direction, messages[1].is_unread) == ("Outgoing", False)
    assert (rows[2].other_address, messages[2].endpoint_display_name) == (
        "+13035550144",
        "Support",
    )
    assert (messages[3].direction, messages[3].is_unread) == ("Incoming", True)
    assert (rows[4].other_address, messages[4].direction) == ("+13035550145", "Incoming")
    assert {account.name for account in world.directory.accounts} == {"Acme"}
    assert world.warnings == ()


texts = st.text("abc +é漢", min_size=1, max_size=8)
names = st.sampled_from(["Acme", "Globex", "acme", "New one"])
dates = st.sampled_from(["-90s", "-2h", "-3d", "2026-02-28T10:00:00Z", "2025-12-31"])
members = {
    "account": names,
    "customer": st.sampled_from(["Front office", "New customer"]),
    "endpoint": st.sampled_from(["Night line", "New endpoint"]),
    "id": texts,
    "otherAddress": st.sampled_from(["+13035550144", "ann@example.com"]),
    "date": dates,
    "direction": st.sampled_from(["Incoming", "Outgoing"]),
    "sender": texts,
    "text": texts | st.none(),
    "isUnread": st.booleans(),
}
hand_rows = st.lists(st.fixed_dictionaries({}, optional=members), max_size=5)


@settings(max_examples=150)
@given(rows=hand_rows, has_tree=st.booleans(), size=st.sampled_from([{}, {"conversations": 3}]))
def test_what_is_given_is_kept_and_the_rest_fits(
    rows: list[dict[str, Any]], has_tree: bool, size: dict[str, int]
) -> None:
    """Whatever a row names is kept as given, and what it leaves out fits it."""
    more: dict[str, Any] = {"accounts": TREE} if has_tree else {}
    world = world_of({"conversations": rows, "size": size, **more})

    made = [world.row(number) for number in range(len(world))]

    assert len(made) == len(rows) + size.get("conversations", 0)
    assert [misfits(row, world.directory) for row in made] == [[]] * len(made)
    assert [lost(row, one, world) for row, one in zip(rows, made, strict=False)] == [[]] * len(rows)


def misfits(row: ConversationInfo, directory: Directory) -> list[str]:
    """Return which members of a row do not fit each other."""
    message = row.most_recent_message
    assert message is not None
    lines = {line.endpoint_id: line for line in directory.lines}
    line = lines[row.endpoint_id or ""]
    facts = {
        "endpointId": message.endpoint_id == row.endpoint_id,
        "otherAddress": message.other_address == row.other_address,
        "accountId": message.account_id == line.account_id,
        "customerId": message.customer_id == line.customer_id,
        "endpointDisplayName": message.endpoint_display_name == line.endpoint_display_name,
        "account": directory.name_of(message.account_id) is not None,
        "date": parse_date(message.date or "", now_ticks=NOW) is not None,
        "id": bool(row.id and message.id),
    }
    return [name for name, holds in facts.items() if not holds]


def lost(given_row: Mapping[str, Any], made: ConversationInfo, world: World) -> list[str]:
    """Return which members of a row by hand are not in the row that was made of it."""
    message = made.most_recent_message
    assert message is not None
    named = {
        "account": {message.account_id, world.directory.name_of(message.account_id)},
        "customer": {message.customer_id, world.directory.name_of(message.customer_id)},
        "endpoint": {message.endpoint_id, message.endpoint_display_name},
        "id": {made.id},
    }
    attributes = dict(MESSAGE_FIELDS)
    return [
        name
        for name, value in given_row.items()
        if not (name == "date" and str(value).startswith("-"))
        and value not in named.get(name, {getattr(message, attributes.get(name, "id"))})
    ]


def test_the_world_is_the_same_each_time_and_rows_do_not_depend_on_later_ones() -> None:
    first = [{"text": "one"}, {"account": "Acme"}, {}]

    assert rows_of(*first) == rows_of(*first)
    assert rows_of(*first, {"endpoint": "Another"})[:2] == rows_of(*first)[:2]


def test_relative_dates_count_from_the_anchor() -> None:
    rows = [{"date": date} for date in ("-90s", "-15m", "-2h", "-3d", "-1w", "-250ms", "+1h")]

    assert [(row.most_recent_message or MessageInfo()).date for row in rows_of(*rows)] == [
        "2026-03-01T11:58:30.000Z",
        "2026-03-01T11:45:00.000Z",
        "2026-03-01T10:00:00.000Z",
        "2026-02-26T12:00:00.000Z",
        "2026-02-22T12:00:00.000Z",
        "2026-03-01T11:59:59.750Z",
        "2026-03-01T13:00:00.000Z",
    ]


def test_size_adds_the_generated_rows_as_they_are_without_rows_by_hand() -> None:
    size = {"accounts": 3, "customers": 12, "endpoints": 40, "conversations": 50}
    alone = world_of({"size": size})
    beside = world_of({"size": size, "conversations": [{"account": "Acme"}, {"text": "hi"}]})

    assert len(beside) == 52
    assert [beside.row(n + 2) for n in range(50)] == [alone.row(n) for n in range(50)]
    assert len({beside.row(n).id for n in range(52)}) == 52


@pytest.mark.parametrize("date", ["-1h", "2026-02-28T10:00:00+02:00", "2026-02-28", None])
def test_rows_of_both_kinds_stand_by_date(date: str | None) -> None:
    world = world_of({"conversations": [{"date": date}, {}], "size": {"conversations": 40}})

    rows = [world.row(number) for number in world.find({}, now_ticks=NOW)]

    dates = [(row.most_recent_message or MessageInfo()).date for row in rows]
    ticks = [-1 if one is None else parse_date(one, now_ticks=NOW) or -1 for one in dates]
    assert ticks == sorted(ticks, reverse=True)
    assert len(ticks) == 42


def test_without_a_size_there_are_no_generated_rows() -> None:
    assert len(world_of({"conversations": []})) == 0
    assert len(world_of({"conversations": [{}]})) == 1


def test_generated_rows_are_at_the_endpoints_of_accounts_by_hand() -> None:
    world = world_of({"accounts": TREE, "size": {"conversations": 30}})
    names = {line.endpoint_id for line in world.directory.lines}

    assert len(world) == 30
    assert {world.row(n).endpoint_id for n in range(30)} <= names
    assert {account.name for account in world.directory.accounts} == {"Acme", "Globex"}


def test_an_owner_without_endpoints_gets_one() -> None:
    directory = world_of({"accounts": [{"name": "Acme"}], "conversations": []}).directory

    assert [(line.account_id, bool(line.address)) for line in directory.lines] == [
        (directory.accounts[0].id, True)
    ]


def test_an_owner_whose_endpoints_are_none_has_none() -> None:
    tree = [{"name": "Acme", "endpoints": []}]

    assert world_of({"accounts": tree, "conversations": []}).directory.lines == ()


def test_a_name_is_found_where_its_owners_say() -> None:
    message = message_of({"account": "Acme", "endpoint": "Support"}, accounts=TREE)

    assert (message.account_id, message.customer_id) == ("acme", "front")


def test_ids_do_for_names() -> None:
    message = message_of({"customer": "front"}, accounts=TREE)

    assert (message.account_id, message.endpoint_display_name) == ("acme", "Support")


def test_a_name_keeps_its_id_wherever_it_stands() -> None:
    one = message_of({"account": "Acme", "endpoint": "Support"})
    other = message_of({"account": "Globex"}, {"account": "Acme", "endpoint": "Support"})

    assert (one.account_id, one.endpoint_id) == (other.account_id, other.endpoint_id)


def test_a_new_name_may_bring_its_id() -> None:
    message = message_of(
        {"account": "Acme", "accountId": "a-1", "endpoint": "X", "endpointId": "e"}
    )

    assert (message.account_id, message.endpoint_id) == ("a-1", "e")


def test_null_is_kept() -> None:
    row = {"account": None, "endpoint": None, "otherAddress": None, "date": None, "id": None}

    made = rows_of(row)[0]

    assert (made.id, made.endpoint_id, made.other_address) == (None, None, None)
    message = made.most_recent_message
    assert message is not None
    assert (message.account_id, message.customer_id, message.date) == (None, None, None)
    assert (message.endpoint_id, message.endpoint_display_name) == (None, None)


def test_a_row_may_have_no_message() -> None:
    [row] = rows_of({"mostRecentMessage": None, "endpoint": "Support"})

    assert row.most_recent_message is None
    assert row.endpoint_id is not None


def test_an_address_and_its_endpoint_are_of_one_kind() -> None:
    message = message_of({"account": "Globex", "otherAddress": "ann@example.com"}, accounts=TREE)
    telephone = message_of({"account": "Globex", "otherAddress": "+13035550144"}, accounts=TREE)

    assert message.endpoint_id != telephone.endpoint_id
    assert telephone.endpoint_display_name == "Support"


def test_a_drawn_address_is_no_given_one() -> None:
    drawn = rows_of({"account": "Acme", "endpoint": "Support"})[0].other_address
    taken = {"account": "Acme", "endpoint": "Support", "otherAddress": drawn}

    rows = rows_of({"account": "Acme", "endpoint": "Support"}, taken)

    assert rows[0].other_address != rows[1].other_address == drawn


def test_rows_of_another_world_come_back_as_they_are() -> None:
    nulls = load_scenario("nulls").rows or ()
    wire = [
        {
            "id": row.id,
            "endpointId": row.endpoint_id,
            "otherAddress": row.other_address,
            "mostRecentMessage": None
            if (message := row.most_recent_message) is None
            else {name: getattr(message, attribute) for name, attribute in MESSAGE_FIELDS},
        }
        for row in nulls
    ]

    assert list(rows_of(*wire)) == list(nulls)


def test_rows_that_stand_the_newest_first_keep_their_order_at_one_instant() -> None:
    world = world_of({"conversations": [{"id": name, "date": "-1h"} for name in "abc"]})

    assert [world.row(number).id for number in world.find({}, now_ticks=NOW)] == ["a", "b", "c"]


def test_users_see_accounts_by_name(tmp_path: Path) -> None:
    users = "users: [{username: u, password: p, accounts: [Acme]}]"
    text = f"seed: 7\nconversations: [{{account: Acme}}]\n{users}\n"

    scenario = load_scenario(path=write(tmp_path, text))

    account = rows_of({"account": "Acme"})[0].most_recent_message
    assert account is not None
    assert scenario.users[0].account_ids == frozenset([account.account_id])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"endpoint": "Support"}, "/conversations/0/endpoint: 2 endpoints are called 'Support'"),
        ({"customer": "front", "account": "Globex"}, "/conversations/0/customer: 'front' belongs "),
        ({"account": "Acme", "accountId": "x"}, "/conversations/0/accountId: it is not the id of"),
        ({"account": None, "accountId": "x"}, "/conversations/0/accountId: it is not the id of"),
        ({"date": "2026-02-30"}, "/conversations/0/date: '2026-02-30' is in no calendar"),
        ({"date": "-999999999w"}, "/conversations/0/date: '-999999999w' leaves the years"),
        ({"date": "+999999999w"}, "/conversations/0/date: '+999999999w' leaves the years"),
        ({"mostRecentMessage": None, "text": "x"}, "/conversations/0/text: the row says that it"),
        ({"mostRecentMessage": {"text": "y"}, "text": "x"}, "/conversations/0/text: mostRecentM"),
    ],
)
def test_members_that_cannot_be_are_refused(row: dict[str, Any], message: str) -> None:
    assert refusal(row, accounts=TREE).startswith(message)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ([{"name": "A"}, {"name": "A"}], "/accounts/1/name: 'A' is there twice; give each an id"),
        ([{"id": "a"}, {"id": "a"}], "/accounts/1/id: 'a' is there twice"),
        (
            [{"endpoints": [{"name": "S"}, {"name": "S"}]}],
            "/accounts/0/endpoints/1/name: 'S' is there twice",
        ),
        (
            [{"customers": [{"id": "c"}]}, {"customers": [{"id": "c"}]}],
            "/accounts/1/customers/0/id: 'c' is there twice",
        ),
    ],
)
def test_accounts_that_cannot_be_are_refused(tree: list[Any], message: str) -> None:
    assert refusal(accounts=tree).startswith(message)


def test_generated_rows_need_an_endpoint() -> None:
    tree = [{"name": "A", "endpoints": []}]

    assert refusal(accounts=tree, size={"conversations": 1}).startswith("/size/conversations: ")


# One member changed at a time, so that each is wrong in every way in which it can be.
GOOD = {
    "accounts": TREE,
    "conversations": [
        {
            "account": "Acme",
            "customer": "Front office",
            "endpoint": "Support",
            "date": "-2h",
            "direction": "Incoming",
            "isUnread": True,
            "mostRecentMessage": {"text": "hi", "sender": None},
        },
    ],
    "users": [{"username": "u", "password": "p", "accounts": ["Acme"]}],
    "size": {"conversations": 2},
}
SPOILT = [
    pytest.param(document, id=name)
    for name, document in changes_of(GOOD)[""].items()
    if not name.endswith(("=deep", "=surrogate", "=zero-byte", "=huge", "=long"))
]


@pytest.mark.parametrize("document", SPOILT)
def test_a_spoilt_file_is_served_or_refused_with_the_line(
    document: dict[str, Any], tmp_path: Path
) -> None:
    text = yaml.safe_dump(document, sort_keys=False)
    path = write(tmp_path, text)

    told = told_of(path)

    found = re.fullmatch(r"scenario file \S+, line (\d+): (/\S*): .*", told)
    assert told == "served" or found is not None, told
    # The line that is named holds the member, or opens what lacks it.
    parts = [part for part in (found[2] if found else "/").split("/") if not part.isdecimal()]
    line = text.split("\n")[int(found[1]) - 1 if found else 0]
    named = ("-", "no-such-member", f"{parts[-1]}:")
    assert told == "served" or line.lstrip("- ").startswith(named) or line.lstrip().startswith("-")


def told_of(path: Path) -> str:
    try:
        build_world(load_scenario(path=path), anchor_ticks=NOW)
    except UsageError as exc:
        return str(exc)
    return "served"


def test_most_spoilt_files_are_refused() -> None:
    assert len(SPOILT) > 250


def test_a_number_without_quotes_is_told_so(tmp_path: Path) -> None:
    path = write(tmp_path, "conversations:\n  - text: hi\n    otherAddress: +13035550144\n")

    with pytest.raises(UsageError) as caught:
        load_scenario(path=path)

    assert str(caught.value) == (
        f"scenario file {path}, line 3: /conversations/0/otherAddress: expected a string or null, "
        "got 13035550144; put it in quotes"
    )


@pytest.mark.parametrize(
    "date", ["soon", "-2", "-2 h", "2h", "-2y", "-1.5h", "2026-3-1", "", "10:30"]
)
def test_a_text_that_is_no_date_is_refused(date: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"conversations:\n  - text: hi\n    date: '{date}'\n")

    with pytest.raises(UsageError) as caught:
        load_scenario(path=path)

    assert str(caught.value) == (
        f"scenario file {path}, line 3: /conversations/0/date: {date!r} is no date; write an "
        "instant such as 2026-03-01T12:00:00Z, or how long ago: -90s, -15m, -2h, -3d, -1w"
    )


def test_a_scenario_has_rows_by_hand_or_a_dataset(tmp_path: Path) -> None:
    path = write(tmp_path, "dataset: rows.json\nconversations: []\n")

    with pytest.raises(UsageError, match="line 2: /conversations: a dataset has its own"):
        load_scenario(path=path)


def test_scenarios_with_the_same_rows_are_equal() -> None:
    one = scenario_of({"conversations": [{"text": "hi"}]})

    assert one == scenario_of({"conversations": [{"text": "hi"}]})
    assert one != dataclasses.replace(one, conversations=())
