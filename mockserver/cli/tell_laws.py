"""Tell of the laws and plans without asking a target anything: --laws, --explain and --dry-run."""

from collections.abc import Iterator, Mapping

from mockserver.checks.engine import list_requests
from mockserver.checks.facts import Facts
from mockserver.checks.laws.law import TIERS, Law
from mockserver.checks.laws.table import LAWS, find_laws
from mockserver.cli.target_call import Asked, settle_target
from mockserver.cli.target_run import prepare
from mockserver.cli.terminal import print_lines
from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.options.settle import Call

__all__ = ["tell_instead", "url_of"]

_KINDS = {
    "single": "each answer is judged by itself",
    "relational": "answers are compared; what fails is judged again on rows that did not change",
    "loopback-only": "tried on this machine only",
}
# A small world, so that a law can show what it would ask.
_SAMPLE = Facts(
    pools={"account": ("a", "b"), "endpoint": ("c", "d", "e"), "customer": ("f", "g")},
    dates=tuple(range(10**15, 10**15 + 10**13, 10**12)),
    texts=("",) * 10,
    has_other=True,
)


def url_of(call: Call) -> str:
    """Return the target that a command names.

    Raises:
        UsageError: it names none.
    """
    if not call.arguments:
        raise UsageError(f"nothing to {call.command}; give the URL of the API")
    return call.arguments[0]


def tell_instead(call: Call) -> bool:
    """Print what a command line wants to know; False where it wants a target to be asked."""
    values = call.values
    if _was_told(values):
        return True
    if values["dry_run"]:
        _tell_plan(settle_target(call, url_of(call), asks=False))
        return True
    return False


def _was_told(values: Mapping[str, object]) -> bool:
    """Answer --laws and --explain, which ask nothing of any target."""
    if values["laws"]:
        for law in LAWS:
            print_lines([f"{law.id:<22} {law.tier:<7} {law.statement}"])
        return True
    if values["explain"] is not None:
        for law in find_laws(str(values["explain"])):
            print_lines(_explain(law))
        return True
    return False


def _explain(law: Law) -> Iterator[str]:
    yield f"{law.id} ({law.tier})"
    yield f"  {law.statement}"
    yield f"  tier: {TIERS[law.tier]}"
    yield f"  judged: {_KINDS[law.kind]}"
    if law.cost:
        yield f"  costs: {law.cost} request{'s' * (law.cost > 1)} a plan when it holds"
    plans = law.plans(_SAMPLE) if law.reads == "own" else ()
    if plans:
        yield f"  such as: {law.id} {plans[0]}".rstrip()
    if law.point is not None:
        point = load_contract().points[law.point]
        yield f"  reads the point {point.name}: {point.description}"
        yield f"  choices: {', '.join(point.choices)} (default {point.default})"


def _tell_plan(asked: Asked) -> None:
    prepare(asked)
    target = asked.target.resolve()
    limits = target.limits
    scope = f"  GET only, one sign-in and sign-out; {len(asked.target.scope)} account(s) in scope"
    print_lines(
        [
            f"would ask {target.origin}{target.base_path}/conversations ({target.kind})",
            f"  sign-in: {target.auth}; requests: at most {limits.requests}; seconds: at most "
            f"{limits.run_seconds:g}; at once: {limits.together}",
            *([scope] if target.is_live else []),
            *(f"  {line}" for line in list_requests(asked.options, is_live=target.is_live)),
            "nothing was asked (--dry-run)",
        ]
    )
