"""The law on addresses: how numbers are written."""

import re
from collections.abc import Sequence
from functools import lru_cache

from mockserver.checks.decoding.decode import Row
from mockserver.checks.facts import message_of
from mockserver.checks.laws.law import Case, Judgement, Law, holds, vacuous, violated

__all__ = ["ADDRESS_LAWS", "digits", "is_phone"]

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,24}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# As people write numbers, or with some of it hidden.
_FOR_PEOPLE = re.compile(r"(?=(?:\D*\d){7})[+(0-9][0-9 ().\-/*]*[ ().\-/*][0-9 ().\-/*]*")
_NUMBER = re.compile(r"\+[0-9 (]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d.*")
_LONG_NUMBER = re.compile(r"[0-9]{10,15}")


def is_phone(value: object) -> bool:
    """Say whether a text is a phone number, however it is written."""
    return isinstance(value, str) and _PHONE.fullmatch(value) is not None


def digits(value: object) -> str:
    """Return the digits of a text."""
    return re.sub(r"\D", "", str(value))


def _are_written_as_documented(case: Case) -> Judgement:
    """Judge numbers alone: what is neither number nor e-mail address may be a name of anybody."""
    if not case.pages[0].rows:
        return vacuous("no rows in the answer")
    every: list[str] = []
    for name in ("otherAddress", "mostRecentMessage.otherAddress"):
        texts = [text for row in case.pages[0].rows if isinstance(text := _at(row, name), str)]
        if any(map(_is_in_another_form, texts)):
            return violated(
                f"{name} is no E.164", f"{name} is a number in another form", "E.164 or e-mail"
            )
        every += texts
        bare = any(map(_LONG_NUMBER.fullmatch, every))
        if bare and any(map(_E164.fullmatch, every)):
            return violated(f"{name} in two forms", f"{name} with + and without", "one form")
    return holds()


# Most answers of a run hold the same rows.
@lru_cache(maxsize=8_192)
def _is_in_another_form(text: str) -> bool:
    is_number = _NUMBER.match(text) or _FOR_PEOPLE.fullmatch(text)
    return bool(is_number) and not (_E164.fullmatch(text) or _DAY.fullmatch(text))


def _at(row: Row, name: str) -> object:
    return (message_of(row) if "." in name else row).get("otherAddress")


ADDRESS_LAWS: Sequence[Law] = (
    Law(
        id="L57-addresses",
        statement="A phone number of the other side is written in E.164; a short one may be"
        " otherwise, as services have them.",
        tier="should",
        kind="single",
        reads="each",
        judge=_are_written_as_documented,
    ),
)
