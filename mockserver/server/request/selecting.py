"""Select the rows that a request asks for and its user may see."""

from mockserver.server.request.exchange import Exchange
from mockserver.world.index import select

__all__ = ["select_rows"]


def select_rows(x: Exchange) -> None:
    """Find the numbers of the rows, in the profile's order.

    Raises:
        ServiceError: the profile refuses an id or a date (HTTP 400, 403, 404).
    """
    assert x.wanted is not None
    assert x.user is not None
    x.numbers = select(
        x.view,
        x.wanted,
        x.space.profile,
        account_ids=x.user.account_ids,
        now_ticks=x.now_ticks,
        space=x.space.name,
        request_number=x.space.requests,
    )
