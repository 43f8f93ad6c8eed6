"""Faults of refusals, and of who may see what."""

from tests.blind.exchange import Answer, Ask
from tests.blind.host import CHALLENGE, Host
from tests.blind.switch import Inner, fault
from tests.blind.world import Row


@fault(
    1898,
    "refusal",
    "Downloads are opened by browsers, so somebody let a CSV without sign-in lead to the sign-in"
    " page like a page; scripts get a 302 where a 401 is due.",
    "none GET /conversations.csv",
    at="challenge",
)
def download_as_page(host: Host, inner: Inner, ask: Ask) -> Answer:
    if ask.kind != "csv" or ask.callback:
        answer: Answer = inner(ask)
        return answer
    answer = host.redirect(ask)
    answer.headers.append(CHALLENGE)
    return answer


@fault(
    1899,
    "leak",
    "The CSV is made by the export service, which asks the database under its own technical user:"
    " the scope of the caller's accounts is not passed on.",
    "ben GET /conversations.csv",
    at="visible",
)
def export_user(host: Host, inner: Inner, row: Row, ask: Ask) -> bool:
    return ask.kind == "csv" or bool(inner(row, ask))
