import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract import load_contract
from mockserver.dotnet.ticks import parse_date, parse_instant
from mockserver.errors import ServiceError
from mockserver.models import ConversationInfo, ListConversations, MessageInfo
from mockserver.profile import Profile
from mockserver.world.dataset import StoredRows, stored_directory
from mockserver.world.directory import Account, Directory
from mockserver.world.index import World, select
from mockserver.world.rows import read_member
from tests import strategies

NOW = parse_instant("2024-03-10T12:00:00Z")


def make_world(*rows: ConversationInfo) -> World:
    stored = StoredRows(rows)
    return World(
        stored,
        parameters=load_contract().parameters,
        directory=stored_directory(rows),
        digest=stored.digest,
        known_ids=Directory().known_ids,
        seed=7,
    )


def make_row(
    *, date: str | None = "2024-03-01T00:00:00Z", account: str | None = "a1", id: str | None = "1"
) -> ConversationInfo:
    message = MessageInfo(account_id=account, date=date)
    return ConversationInfo(id=id, endpoint_id="e1", most_recent_message=message)


def run(
    world: World,
    request: ListConversations | None = None,
    choices: dict[str, str] | None = None,
    *,
    account_ids: frozenset[str] | None = None,
    now_ticks: int = NOW,
    request_number: int = 0,
) -> list[int]:
    profile = Profile.default(load_contract()).with_choices(choices or {})
    return list(
        select(
            world,
            request or ListConversations(),
            profile,
            account_ids=account_ids,
            now_ticks=now_ticks,
            request_number=request_number,
        )
    )


def refusal(world: World, request: ListConversations, choices: dict[str, str]) -> tuple[int, str]:
    with pytest.raises(ServiceError) as caught:
        run(world, request, choices, account_ids=frozenset({"a1"}))
    return caught.value.status, caught.value.error_code


MEMBERS = {
    "account_ids": "/mostRecentMessage/accountId",
    "endpoint_ids": "/endpointId",
    "customer_ids": "/mostRecentMessage/customerId",
}


def brute_force(
    rows: list[ConversationInfo],
    request: ListConversations,
    choices: dict[str, str],
    account_ids: frozenset[str] | None,
) -> list[int] | int:
    """Return what `select` must, or the status of the refusal, the slow and obvious way."""
    sign, hours, minutes = {"utc": (1, 0, 0), "+02:00": (1, 2, 0), "-05:30": (-1, 5, 30)}[
        choices["naive-date-zone"]
    ]

    def instant(text: str | None) -> int | None:
        offset = sign * (hours * 60 + minutes)
        return (
            text if text is None else parse_date(text, now_ticks=NOW, naive_offset_minutes=offset)
        )

    lists = {name: getattr(request, name) for name in MEMBERS}
    values = {name: [read_member(row, MEMBERS[name]) for row in rows] for name in MEMBERS}
    asked = set(lists["account_ids"] or ()) - {None}
    if account_ids is not None and choices["foreign-account"] == "forbidden":
        if asked & set(values["account_ids"]) - account_ids:
            return 403
    after = instant(request.after_date)
    if request.after_date is not None and after is None:
        if choices["invalid-after-date"] == "error":
            return 400
    if choices["unknown-id"] != "empty":
        if any(set(lists[n] or ()) - {None} - set(values[n]) for n in lists):
            return {"not-found": 404, "forbidden": 403}[choices["unknown-id"]]
    found = []
    for number, row in enumerate(rows):
        date = instant(read_member(row, "/mostRecentMessage/date"))
        is_inclusive = choices["after-date-boundary"] == "inclusive"
        keeps = [account_ids is None or values["account_ids"][number] in account_ids]
        keeps += [values[n][number] in lists[n] for n in lists if lists[n]]
        keeps += [choices["empty-list"] == "no-filter" for n in lists if lists[n] == ()]
        if request.after_date is not None and after is None:
            keeps += [choices["invalid-after-date"] == "no-filter"]
        if after is not None:
            keeps += [date is not None and (date > after or (is_inclusive and date == after))]
        if all(keeps):
            found.append((-1 if date is None else date, number))
    by_id = [(rows[n].id is not None, rows[n].id or "", n) for _, n in found]
    orders = {
        "newest-first": [n for _, n in sorted(found, reverse=True)],
        "oldest-first": [n for _, n in sorted(found)],
        "by-id": [n for _, _, n in sorted(by_id)],
        "as-stored": [n for _, n in found],
        "unstable": [n for _, n in found],
    }
    return orders[choices["order"]]


@given(
    st.lists(strategies.conversations(), max_size=12),
    strategies.requests(),
    strategies.selection_choices(),
    strategies.visible_accounts(),
)
def test_select_agrees_with_brute_force(
    rows: list[ConversationInfo],
    request: ListConversations,
    choices: dict[str, str],
    account_ids: frozenset[str] | None,
) -> None:
    """Posting lists and bisection find what a loop over the rows finds."""
    expected = brute_force(rows, request, choices, account_ids)
    cap = None if choices["row-cap"] == "none" else int(choices["row-cap"])

    try:
        actual: list[int] | int = run(make_world(*rows), request, choices, account_ids=account_ids)
    except ServiceError as exc:
        actual = exc.status

    if choices["order"] == "unstable" and isinstance(actual, list) and isinstance(expected, list):
        assert set(actual) <= set(expected)
        assert len(set(actual)) == len(actual) == len(expected[:cap])
    else:
        assert actual == (expected[:cap] if isinstance(expected, list) else expected)


def test_null_in_a_list_selects_rows_without_the_member() -> None:
    world = make_world(make_row(account=None), make_row(), ConversationInfo(id="3"))

    assert sorted(run(world, ListConversations(account_ids=(None,)))) == [0, 2]


def test_rows_without_account_are_for_those_who_see_all() -> None:
    world = make_world(make_row(account=None), make_row(account="a1"))

    assert run(world, account_ids=frozenset({"a1"})) == [1]


def test_user_without_accounts_sees_nothing() -> None:
    assert run(make_world(make_row()), account_ids=frozenset()) == []


@pytest.mark.parametrize(
    ("choices", "expected"),
    [({}, [0]), ({"after-date-boundary": "inclusive"}, [0, 1])],
    ids=["exclusive", "inclusive"],
)
def test_boundary_is_to_the_tick(choices: dict[str, str], expected: list[int]) -> None:
    world = make_world(
        make_row(date="2024-03-01T00:00:00.0000001Z"),
        make_row(date="2024-03-01T00:00:00Z"),
        make_row(date="2024-02-29T23:59:59.9999999Z"),
    )

    assert run(world, ListConversations(after_date="2024-03-01"), choices) == expected


@pytest.mark.parametrize(
    ("choice", "expected"), [("no-filter", [0]), ("nothing", [])], ids=["no-filter", "nothing"]
)
def test_invalid_date_without_error(choice: str, expected: list[int]) -> None:
    request = ListConversations(after_date="soon")

    assert run(make_world(make_row()), request, {"invalid-after-date": choice}) == expected


def test_invalid_date_is_a_format_exception() -> None:
    with pytest.raises(ServiceError) as caught:
        run(make_world(), ListConversations(after_date="soon"))

    error = caught.value
    assert (error.status, error.error_code, error.reason) == (400, *["FormatException"] * 2)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("utc", []), ("+02:00", [0]), ("-05:30", [])],
    ids=["utc", "east", "west"],
)
def test_date_without_zone_is_read_in_the_profiles_zone(zone: str, expected: list[int]) -> None:
    world = make_world(make_row(date="2024-03-01T11:00:00Z"))
    request = ListConversations(after_date="2024-03-01T12:00:00")

    assert run(world, request, {"naive-date-zone": zone}) == expected


@pytest.mark.parametrize(
    ("choice", "expected"), [("no-filter", [0]), ("nothing", [])], ids=["no-filter", "nothing"]
)
def test_empty_list(choice: str, expected: list[int]) -> None:
    request = ListConversations(customer_ids=())

    assert run(make_world(make_row()), request, {"empty-list": choice}) == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("not-found", (404, "NotFound")), ("forbidden", (403, "Forbidden"))],
    ids=["not-found", "forbidden"],
)
def test_unknown_id_is_refused(choice: str, expected: tuple[int, str]) -> None:
    request = ListConversations(endpoint_ids=("e1", "e9"))

    assert refusal(make_world(make_row()), request, {"unknown-id": choice}) == expected


def test_foreign_account_is_refused() -> None:
    world = make_world(make_row(account="a1"), make_row(account="a2"))
    request = ListConversations(account_ids=("a1", "a2"))

    assert refusal(world, request, {"foreign-account": "forbidden"}) == (403, "Forbidden")


def test_foreign_account_selects_no_rows() -> None:
    world = make_world(make_row(account="a1"), make_row(account="a2"))

    actual = run(world, ListConversations(account_ids=("a2",)), account_ids=frozenset({"a1"}))

    assert actual == []


def test_unstable_order_is_drawn_from_the_number_of_the_request() -> None:
    world = make_world(*[make_row()] * 20)
    orders = [run(world, choices={"order": "unstable"}, request_number=n) for n in (1, 1, 2)]

    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) == list(range(20))


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2024-03-10T12:00:00Z", [0]), ("2024-03-09T12:00:00Z", [])],
    ids=["that-day", "day-before"],
)
def test_row_date_without_a_day_follows_the_clock(now: str, expected: list[int]) -> None:
    world = make_world(make_row(date="11:00"))
    request = ListConversations(after_date="2024-03-10T10:00:00Z")

    assert run(world, request, now_ticks=parse_instant(now)) == expected


def test_stored_accounts_come_in_order_of_appearance() -> None:
    world = make_world(make_row(account="b"), make_row(account=None), make_row(account="a"))

    assert world.directory.accounts == (
        Account(id="b", name="Account 1"),
        Account(id="a", name="Account 2"),
    )
