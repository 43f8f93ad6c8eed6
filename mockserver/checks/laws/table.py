"""List every law: the catalogue's number and a slug, 71 and above where the catalogue has none.

The engine applies 69, vacuity, to every law; its row says whether the data was telling at all.
"""

from mockserver.checks.laws.access import ACCESS_LAWS
from mockserver.checks.laws.addresses import ADDRESS_LAWS
from mockserver.checks.laws.combined import COMBINED_LAWS
from mockserver.checks.laws.date_texts import DATE_TEXT_LAWS
from mockserver.checks.laws.dates import DATE_LAWS
from mockserver.checks.laws.filters import FILTER_LAWS
from mockserver.checks.laws.formats import FORMAT_LAWS
from mockserver.checks.laws.freshness import FRESHNESS_LAWS
from mockserver.checks.laws.id_case import ID_CASE_LAWS
from mockserver.checks.laws.law import Law
from mockserver.checks.laws.meta import META_LAWS
from mockserver.checks.laws.negotiation import NEGOTIATION_LAWS
from mockserver.checks.laws.odd_inputs import ODD_INPUT_LAWS
from mockserver.checks.laws.origins import ORIGIN_LAWS
from mockserver.checks.laws.privacy import PRIVACY_LAWS
from mockserver.checks.laws.reading import READING_LAWS
from mockserver.checks.laws.row_dates import ROW_DATE_LAWS
from mockserver.checks.laws.session_cookies import SESSION_COOKIE_LAWS
from mockserver.checks.laws.shape import SHAPE_LAWS
from mockserver.checks.laws.signing import SIGNING_LAWS
from mockserver.checks.laws.slowness import SLOWNESS_LAWS
from mockserver.checks.laws.spelling import SPELLING_LAWS
from mockserver.checks.laws.state import STATE_LAWS
from mockserver.checks.laws.tenants import TENANT_LAWS
from mockserver.checks.laws.unknown_ids import UNKNOWN_ID_LAWS
from mockserver.errors import unknown_name

__all__ = ["LAWS", "find_laws"]

LAWS: tuple[Law, ...] = tuple(
    sorted(
        (
            *SHAPE_LAWS,
            *ROW_DATE_LAWS,
            *ADDRESS_LAWS,
            *READING_LAWS,
            *FILTER_LAWS,
            *SPELLING_LAWS,
            *DATE_LAWS,
            *DATE_TEXT_LAWS,
            *FORMAT_LAWS,
            *FRESHNESS_LAWS,
            *NEGOTIATION_LAWS,
            *ACCESS_LAWS,
            *STATE_LAWS,
            *META_LAWS,
            *COMBINED_LAWS,
            *TENANT_LAWS,
            *UNKNOWN_ID_LAWS,
            *SESSION_COOKIE_LAWS,
            *SIGNING_LAWS,
            *ORIGIN_LAWS,
            *PRIVACY_LAWS,
            *ID_CASE_LAWS,
            *ODD_INPUT_LAWS,
            *SLOWNESS_LAWS,
        ),
        key=lambda law: (int(law.number[1:]), law.id),
    )
)


def find_laws(name: str) -> tuple[Law, ...]:
    """Return the laws of an id or of a number such as `L07`.

    Raises:
        UsageError: there is none.
    """
    found = tuple(law for law in LAWS if name in (law.id, law.number))
    if not found:
        raise unknown_name("law", name, [law.id for law in LAWS])
    return found
