"""The rows and users of the blind host: made up once, the same on every start."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

__all__ = [
    "ACCOUNTS",
    "CUSTOMERS",
    "ENDPOINTS",
    "NEWEST",
    "USERS",
    "Row",
    "User",
    "arrival",
    "make_rows",
    "written",
]

Row = dict[str, Any]
NEWEST = datetime.datetime(2026, 2, 28, 17, 20, 31, 250_000)
TEXTS = [
    "Could we move it to 3:30?",
    'The "early" slot, I mean',
    "Yes, please: Monday, Tuesday, or Friday",
    "Grüße aus Köln – bis später \U0001f642",
    "Terms & conditions <v2> apply",
    "First line\nsecond line",
    "[list] {of} things",
    "",
    "お電話ありがとうございます",
    "It's 50% off; a=b&c=d \\ done",
    "مرحبا",
    None,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A line of ours."""

    id: str
    account: str
    customer: str | None
    name: str | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may sign in; `accounts` is None for one who sees everything."""

    id: str
    name: str
    email: str
    password: str
    display: str
    roles: tuple[str, ...]
    accounts: frozenset[str] | None


def hexadecimal(rng: random.Random, prefix: str) -> str:
    """An id of 24 digits."""
    return prefix + f"{rng.getrandbits(4 * (24 - len(prefix))):0{24 - len(prefix)}x}"


def make_places() -> tuple[list[str], list[str], list[Endpoint]]:
    """Four accounts, 14 customers and 34 endpoints; the last two customers have one row each."""
    rng = random.Random(40_111)
    accounts = [hexadecimal(rng, "5f8e6a10") for _ in range(4)]
    customers = [hexadecimal(rng, "5f8e6a1c") for _ in range(14)]
    endpoints: list[Endpoint] = []
    for number in range(34):
        customer = number % 12 if number < 24 else None
        if number >= 32:
            customer = number - 20
        identity = hexadecimal(rng, "5f8e6a1e")
        if number == 13:  # Differs from its neighbour in the last digit alone.
            last = endpoints[12].id[-1]
            identity = endpoints[12].id[:-1] + ("3" if last == "7" else "7")
        account = number % 4 if customer is None else customer % 4
        mail = number % 7 == 3
        endpoints.append(
            Endpoint(
                id=identity,
                account=accounts[account],
                customer=None if customer is None else customers[customer],
                name=None if number == 9 else f"Line {number}, office {account + 1}",
                address=f"line.{number}@example.com" if mail else f"+1202555{100 + number:04d}",
            )
        )
    return accounts, customers, endpoints


ACCOUNTS, CUSTOMERS, ENDPOINTS = make_places()
USERS = (
    User(
        id="1",
        name="ana",
        email="ana@example.com",
        password="Quiet-River-81",
        display="Ana Prieto",
        roles=("SystemAdministrator",),
        accounts=None,
    ),
    User(
        id="2",
        name="ben",
        email="ben@example.com",
        password="Tall:Cedar-47",
        display="Ben Okafor",
        roles=("Manager",),
        accounts=frozenset({ACCOUNTS[0], ACCOUNTS[2]}),
    ),
)


def written(instant: datetime.datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return instant.isoformat(timespec="milliseconds") + "Z"


def conversation(number: int, line: Endpoint, date: str | None, rng: random.Random) -> Row:
    """One row, with its members in declared order."""
    incoming = rng.random() < 0.6
    mail = rng.random() < 0.15
    other = f"guest.{number}@example.com" if mail else f"+1503555{100 + number % 100:04d}"
    sender = other if incoming else line.address
    return {
        "id": f"65e1f4a2c2d4b7a9{0x1000 + number:08x}",
        "endpointId": line.id,
        "otherAddress": other,
        "mostRecentMessage": {
            "id": f"65e1f4a2c2d4b7aa{0x8000 + number * 7:08x}",
            "accountId": line.account,
            "customerId": line.customer,
            "endpointId": line.id,
            "endpointDisplayName": line.name,
            "date": date,
            "direction": "Incoming" if incoming else "Outgoing",
            "otherAddress": other,
            "sender": None if number % 31 == 5 else sender,
            "text": TEXTS[rng.randrange(len(TEXTS))],
            "isUnread": incoming and rng.random() < 0.5,
        },
    }


def make_rows() -> list[Row]:
    """160 rows; two have no date, some share an instant, one falls on a leap day's midnight."""
    rng = random.Random(7_412)
    rows: list[Row] = []
    instant = NEWEST
    for number in range(160):
        # The two endpoints of customers with one row appear once each.
        line = ENDPOINTS[32 + number % 2] if number in (20, 61) else ENDPOINTS[number * 11 % 32]
        if number % 9:
            instant -= datetime.timedelta(milliseconds=rng.randrange(1, 2 * 500_000_000) // 2)
        if number % 16 == 3:
            instant = instant.replace(hour=23, minute=rng.randrange(60))
        date: str | None = written(instant)
        if number in (47, 110):
            date = None
        if number == 159:
            date = "2024-02-29T00:00:00.000Z"
        rows.append(conversation(number, line, date, rng))
    rng.shuffle(rows)
    return rows


def arrival(number: int, instant: datetime.datetime | None = None) -> Row:
    """The n-th row that arrives while a host runs, from 1."""
    rng = random.Random(number)
    when = instant or NEWEST + datetime.timedelta(minutes=7 * number)
    return conversation(500 + number, ENDPOINTS[number * 5 % 32], written(when), rng)
