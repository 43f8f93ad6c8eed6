"""Law on pages of other origins: which of them a browser would let read answers."""

from collections.abc import Sequence

from mockserver.checks.asking.axes import LOOKALIKE, STRANGER
from mockserver.checks.facts import Facts
from mockserver.checks.laws.id_choices import part
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated
from mockserver.checks.plan import Query, text_value

__all__ = ["ORIGIN_LAWS"]

_ORIGIN = "@header-origin"
_ALLOWED = "access-control-allow-origin"
_CREDENTIALS = "access-control-allow-credentials"


def _origins(facts: Facts) -> Sequence[Query]:
    """Return by itself what a whole run asks in its histories anyway."""
    plan = part(facts)[0]
    origins = (STRANGER,) if facts.is_live else (LOOKALIKE, "null")
    return [plan.with_values(_ORIGIN, text_value(origin)) for origin in origins]


def _as_stranger(plan: Query) -> Sequence[Query]:
    stranger = plan.with_values(_ORIGIN, text_value(STRANGER))
    return (stranger, stranger.with_values("@auth", "none"))


def _lets_no_stranger_read(case: Case) -> Judgement:
    page = case.pages[0]
    origin = page.query.directive("header-origin")
    if not origin:
        return vacuous("a request of no page")
    if page.status >= 500 or page.status == 0:
        return vacuous("an answer of 500 or above, or none, which L16 judges")
    allowed = [text.strip() for text in page.response.header_values(_ALLOWED)]
    trusts = page.response.header(_CREDENTIALS) or ""
    if trusts.strip().lower() == "true" and {"*", origin}.intersection(allowed):
        where = "a refusal" if page.status in (401, 403) else "an answer"
        return violated(
            "any origin with credentials",
            f"{where} that a page of any origin may read with the user's cookies",
            "origins that are known, or none with credentials",
        )
    return holds()


ORIGIN_LAWS = (
    Law(
        id="L91-foreign-origin",
        statement="A page of an origin that nobody knows may not read answers with the user's"
        " cookies; where every origin may read, it reads without them.",
        tier="must",
        kind="single",
        reads="each",
        judge=_lets_no_stranger_read,
        plans=_origins,
        asks=_as_stranger,
    ),
)
