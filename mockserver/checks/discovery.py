"""Learn from one base read what may be named in plans, whatever the list is like.

An empty, tiny or refused list gives few facts or none, so that laws end inconclusive. A list too
long to be read often is narrowed to a few endpoints of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.checks.facts import Facts, Page, build_facts, filter_fields
from mockserver.checks.messages import Send
from mockserver.checks.plan import query
from mockserver.checks.sandwich import Runner
from mockserver.checks.snapshot import Snapshot

__all__ = ["discover"]

_HUGE_ROWS = 1_200
_NARROW_ROWS = 300


def discover(
    send: Send,
    *,
    profile: Mapping[str, str] | None = None,
    is_live: bool = False,
    has_other: bool = False,
    fields: Mapping[str, str] | None = None,
    observe: Callable[[Page], None] = lambda page: None,
) -> Runner:
    """Return a runner that knows the target's ids, dates and rows.

    Raises:
        GuardError: the client refused or stopped.
        TargetError: unreachable, sign-in refused, or a front door.
    """
    blank = Facts(
        is_live=is_live,
        has_other=has_other,
        fields=fields or filter_fields(),
    )
    runner = Runner(
        send=send,
        facts=blank,
        profile=dict(profile or {}),
        observe=observe,
    )
    page = runner.ask(query(), purpose="base")
    if page.rows == ():
        # A host that has just started may answer before it has its rows.
        page = runner.ask(query(), purpose="base")
    runner.base = Snapshot.of(page)
    runner.facts = build_facts(page.rows or (), like=blank)
    if len(page.rows or ()) > _HUGE_ROWS:
        _narrow(runner, blank)
    return runner


def _narrow(runner: Runner, blank: Facts) -> None:
    """Make a few endpoints with rows enough the whole list of this run."""
    facts = runner.facts
    endpoints = facts.pools.get("endpoint", ())
    counts = _rows_by_endpoint(runner)
    chosen: list[str] = []
    total = 0
    for endpoint in endpoints:
        if total + counts[endpoint] <= _NARROW_ROWS:
            chosen.append(endpoint)
            total += counts[endpoint]
    if len(chosen) < 2:
        return
    values = [f"$endpoint[{endpoints.index(endpoint)}]" for endpoint in chosen]
    terms = query(("endpointIds", values))
    wide = replace(facts, narrow=terms)
    runner.facts = wide
    page = runner.ask(query(), purpose="base")
    if page.rows is None:
        runner.facts = facts
        return
    narrowed = build_facts(page.rows, like=blank)
    own = narrowed.pools["endpoint"]
    runner.facts = _renamed(narrowed, own)
    runner.base = Snapshot.of(page)


def _renamed(facts: Facts, own: tuple[str, ...]) -> Facts:
    return replace(
        facts, narrow=query(("endpointIds", [f"$endpoint[{i}]" for i in range(len(own))]))
    )


def _rows_by_endpoint(runner: Runner) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in runner.base.rows.values():
        endpoint = str(row.get("endpointId"))
        counts[endpoint] = counts.get(endpoint, 0) + 1
    return counts
