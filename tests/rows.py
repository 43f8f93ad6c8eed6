"""Filter a world's rows by brute force: what every client's answer is compared with."""

from collections.abc import Collection, Sequence

from mockserver.dotnet.ticks import parse_instant
from mockserver.models import ConversationInfo
from mockserver.world.rows import View

__all__ = ["matching_ids"]


def matching_ids(
    world: View,
    *,
    accounts: Collection[str] = (),
    endpoints: Collection[str] = (),
    customers: Collection[str] = (),
    after: str | None = None,
) -> Sequence[str | None]:
    """Return the ids of the rows that match, newest first, as the default profile has it."""
    found: list[tuple[int, int, str | None]] = []
    for number in range(len(world)):
        row = world.row(number)
        instant = _instant(row)
        message = row.most_recent_message
        assert message is not None
        if (
            (not accounts or message.account_id in accounts)
            and (not endpoints or message.endpoint_id in endpoints)
            and (not customers or message.customer_id in customers)
            and (after is None or instant > parse_instant(after))
        ):
            found.append((instant, number, row.id))
    return [id_ for _, _, id_ in sorted(found, reverse=True)]


def _instant(row: ConversationInfo) -> int:
    assert row.most_recent_message is not None
    assert row.most_recent_message.date is not None
    return parse_instant(row.most_recent_message.date)
