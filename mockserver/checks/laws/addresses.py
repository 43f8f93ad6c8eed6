"""The law on addresses: how numbers are written."""

import re
from collections.abc import Sequence

from mockserver.checks.decoding.decode import Row
from mockserver.checks.decoding.known_rows import once_a_row
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
    is_bare = is_whole = False
    for name, form_of in _FORMS.items():
        forms = set(map(form_of, case.pages[0].rows))
        if "other" in forms:
            return violated(
                f"{name} is no E.164", f"{name} is a number in another form", "E.164 or e-mail"
            )
        is_bare, is_whole = is_bare or "bare" in forms, is_whole or "E.164" in forms
        if is_bare and is_whole:
            return violated(f"{name} in two forms", f"{name} with + and without", "one form")
    return holds()


@once_a_row
def _form_of(row: Row) -> str:
    return _form(row.get("otherAddress"))


@once_a_row
def _form_in_message(row: Row) -> str:
    return _form(message_of(row).get("otherAddress"))


def _form(text: object) -> str:
    """Return E.164, bare for its digits alone, other for another number; empty for no number."""
    if not isinstance(text, str):
        return ""
    if _E164.fullmatch(text):
        return "E.164"
    is_number = _NUMBER.match(text) or _FOR_PEOPLE.fullmatch(text)
    if is_number and not _DAY.fullmatch(text):
        return "other"
    return "bare" if _LONG_NUMBER.fullmatch(text) else ""


_FORMS = {"otherAddress": _form_of, "mostRecentMessage.otherAddress": _form_in_message}


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
