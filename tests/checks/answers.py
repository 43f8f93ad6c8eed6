"""Single answers made by hand, for laws that judge answers and not rows."""

import json
from collections.abc import Mapping, Sequence

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import Facts, Page, build_facts, key_of, read_page, resolve
from mockserver.checks.laws.law import Case
from mockserver.checks.laws.table import find_laws
from mockserver.checks.messages import Response
from mockserver.checks.plan import parse_query
from tests.checks.toy import build_rows

__all__ = ["BODY", "FACTS", "JSON", "ROWS", "answer", "judge"]

ROWS = build_rows(30)
FACTS = build_facts(ROWS)
BODY = json.dumps({"conversations": ROWS}).encode()
JSON = ("Content-Type", "application/json; charset=utf-8")
Header = tuple[str, str]


def answer(
    plan: str = "",
    *headers: Header,
    status: int = 200,
    body: bytes | str = BODY,
    seconds: float = 0.01,
    is_secure: bool = False,
) -> Page:
    """Return the page of an answer to a symbolic query; JSON unless the headers say otherwise."""
    asked = parse_query(plan)
    names = {name.lower() for name, _ in headers}
    response = Response(
        status=status,
        reason="",
        headers=headers if "content-type" in names else (JSON, *headers),
        body=body.encode() if isinstance(body, str) else body,
        elapsed_seconds=seconds,
        request=resolve(asked, FACTS),
        is_secure=is_secure,
    )
    return read_page(asked, response)


def judge(
    law: str,
    *pages: Page,
    plan: str = "",
    facts: Facts = FACTS,
    learned: Mapping[str, tuple[str, ...]] | None = None,
    shown: frozenset[str] = frozenset(),
    rows: Sequence[Row] = ROWS,
) -> tuple[str, str]:
    """Return a law's verdict on answers, and the symptom of a violation."""
    case = Case(
        facts=facts,
        plan=parse_query(plan),
        pages=pages,
        core={key_of(row): row for row in rows},
        learned=learned or {},
        shown=shown,
    )
    judgement = find_laws(law)[0].judge(case)
    return judgement.verdict, judgement.symptom
