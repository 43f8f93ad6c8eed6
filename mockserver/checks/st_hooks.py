"""Be the module that `SCHEMATHESIS_HOOKS=mockserver.checks.st_hooks st run …` names.

Importing it registers the hooks: that is what Schemathesis imports it for. The laws that judge an
answer by itself become checks, named as in `--checks law_l05_uniqueness`; those that compare
answers need `mockserver check`.
"""

from collections.abc import Callable, Mapping

from mockserver.checks.facts import Facts, read_page
from mockserver.checks.laws.law import Case, Law
from mockserver.checks.laws.table import LAWS
from mockserver.checks.messages import Response
from mockserver.checks.plan import parse_query
from mockserver.checks.schemas import register_hooks
from mockserver.errors import UsageError

__all__ = ["build_judges"]

# They judge by symbols, by who asked, by the passwords of a run, or what is no list.
_NEEDS_A_RUN = ("L01", "L09", "L75", "L91", "L99", "L100")


def build_judges() -> Mapping[str, Callable[[Response], str]]:
    """Return a judge for each law that can fail on one answer by itself."""
    return {
        f"law_{law.id.lower().replace('-', '_')}": _judge(law)
        for law in LAWS
        if law.reads == "each" and law.tier != "learn" and law.number not in _NEEDS_A_RUN
    }


def _judge(law: Law) -> Callable[[Response], str]:
    def judge(response: Response) -> str:
        try:
            asked = parse_query(response.request.query)
        except UsageError:
            # A wild query has no symbolic form, and so no meaning that a law could hold it to.
            return ""
        page = read_page(asked, response)
        facts = Facts()
        judgement = law.judge(Case(facts=facts, plan=asked, pages=(page,), core={}))
        if judgement.verdict != "violated":
            return ""
        return f"{law.id}\nReceived: {judgement.received}\nDocumented: {judgement.documented}"

    return judge


register_hooks(build_judges())
