from mockserver.dotnet.ticks import parse_instant
from mockserver.models import ConversationInfo, MessageInfo
from mockserver.world.dataset import stored_directory
from mockserver.world.scenario import build_world, load_scenario

ANCHOR = parse_instant("2026-03-01T12:00:00Z")


def test_every_id_of_a_generated_world_has_a_name() -> None:
    world = build_world(load_scenario("default"), anchor_ticks=ANCHOR)
    rows = [world.row(number) for number in range(len(world))]
    messages = [row.most_recent_message or MessageInfo() for row in rows]

    nameless = [
        row.id
        for row, message in zip(rows, messages, strict=True)
        if world.directory.name_of(message.account_id) is None
        or world.directory.name_of(row.endpoint_id) != message.endpoint_display_name
        or (message.customer_id and world.directory.name_of(message.customer_id) is None)
    ]

    assert nameless == []


def test_a_world_without_conversations_lists_its_endpoints() -> None:
    directory = build_world(load_scenario("empty"), anchor_ticks=ANCHOR).directory
    accounts = {account.id for account in directory.accounts}

    assert (len(directory.accounts), len(directory.customers), len(directory.lines)) == (3, 12, 40)
    assert {line.account_id for line in directory.lines} == accounts
    assert {customer.account_id for customer in directory.customers} <= accounts
    assert all(line.address and line.name for line in directory.lines)


def test_stored_rows_name_endpoints_and_count_accounts_and_customers() -> None:
    message = MessageInfo(
        account_id="a", customer_id="c", endpoint_id="e", endpoint_display_name="Support"
    )
    rows = [
        ConversationInfo(endpoint_id="e", most_recent_message=message),
        ConversationInfo(endpoint_id="nameless"),
    ]

    directory = stored_directory(rows)

    names = [directory.name_of(id_) for id_ in ("a", "c", "e", "nameless", "none", None)]
    assert names == ["Account 1", "Customer 1", "Support", "nameless", None, None]
