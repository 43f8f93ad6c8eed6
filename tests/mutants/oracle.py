"""Say where an answer differs from a right one on something that the contract settles.

What counts is the status class, the media type, the set of rows, the decoded members, and who is
signed in. Texts of errors and pages, the order of rows and reason phrases never count; nor does an
answer that a server with another choice at a point of the profile would give. Which requests are
settled says settled.py; nothing here knows how the checks judge.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import yaml

from tests.mutants.decoding import decode, rows_of
from tests.mutants.places import ROOT
from tests.mutants.sequences import Answer, Ask
from tests.mutants.settled import is_settled

__all__ = ["Allowed", "Difference", "View", "allow", "choices", "different", "is_same", "view_of"]

# The points of which no other choice makes a difference here (rows have no order), or of which a
# cap on one answer would explain every row that is missing.
_NOT_TRIED = frozenset({"order", "row-cap"})
# What stands for every offset: where both ends agree with the default, all do.
_OFFSETS = ("+14:00", "-14:00")
_SESSION_ID = re.compile("session_?id", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Hold what the contract settles of one answer.

    Attributes:
        status: its class, such as 4; 0 for no answer.
        kind: of the body: rows, members, error, nothing, empty, page or unreadable.
        rows: the ids of the rows, sorted.
        members: each row, or the object, as JSON; sorted.
    """

    status: int
    media_type: str = ""
    kind: str = ""
    rows: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Hold what answers to one request are right; none where the contract leaves it open."""

    views: tuple[View, ...]
    digests: frozenset[tuple[int, str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Hold one answer that is wrong, and in which parts of a view."""

    label: str
    ask: Ask
    parts: tuple[str, ...]


@cache
def choices() -> Mapping[str, tuple[str, ...]]:
    """Return the choices other than the default at each point that the contract leaves open."""
    contract = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    points = contract["paths"]["/conversations"]["get"]["x-unspecified"]
    return {
        point["name"]: tuple(
            choice for choice in map(str, point["choices"]) if choice != str(point["default"])
        )
        + (_OFFSETS if "offset" in point.get("pattern-means", "").lower() else ())
        for point in points
        if point["name"] not in _NOT_TRIED
    }


def allow(ask: Ask, usual: Answer, others: Iterable[tuple[str, Answer]]) -> Allowed:
    """Return what is right, by what a server without a fault answers.

    Args:
        others: the same at every other choice, with the choice.
    """
    answers = list(others)
    first = view_of(ask, usual)
    views = [first]
    known = _bytes_of(usual)
    for choice, answer in answers:
        if _bytes_of(answer) == known:
            continue
        view = view_of(ask, answer)
        if choice in _OFFSETS and view != first:
            return Allowed(views=(), digests=frozenset())
        views.append(view)
    # What a script gets that is refused, the contract does not say.
    is_refused_script = "callback=" in ask.target and first.kind != "rows"
    if is_refused_script or not is_settled(ask):
        return Allowed(views=(), digests=frozenset())
    digests = frozenset(map(_bytes_of, (usual, *(answer for _, answer in answers))))
    return Allowed(views=tuple(dict.fromkeys(views)), digests=digests)


def different(ask: Ask, answer: Answer, allowed: Allowed) -> tuple[str, ...]:
    """Return in what an answer differs from each that is right, told from the usual one."""
    if not allowed.views or _bytes_of(answer) in allowed.digests:
        return ()
    view = view_of(ask, answer)
    if view in allowed.views:
        return ()
    usual = allowed.views[0]
    names = [item.name for item in fields(View)]
    return tuple(name for name in names if getattr(view, name) != getattr(usual, name))


def is_same(one: Answer, other: Answer) -> bool:
    """Say whether two answers are the same to whoever sees no more than a view."""
    return (one.status, one.media_type, one.body) == (other.status, other.media_type, other.body)


def view_of(ask: Ask, answer: Answer) -> View:
    """Return what the contract settles of an answer."""
    status = answer.status // 100
    if ask.method == "HEAD":
        # A server need not have it; where it has, no body is there to compare.
        return View(status=5 if status in (0, 5) else 2)
    if not answer.body or status in (0, 3):
        return View(
            status=status, media_type=answer.media_type if status == 2 else "", kind="empty"
        )
    media_type = answer.media_type
    if media_type == "text/html":
        return View(status=status, media_type=media_type, kind="page")
    try:
        decoded = decode(media_type, answer.body)
    except ValueError:
        return View(status=status, media_type=media_type, kind="unreadable")
    if status == 2 and ask.target.startswith("/conversations"):
        return _view_rows(status, media_type, decoded)
    return _view_object(status, media_type, decoded, answer)


def _view_rows(status: int, media_type: str, decoded: Any) -> View:
    rows = rows_of(media_type, decoded)
    if rows is None:
        return View(status=status, media_type=media_type, kind="unreadable")
    objects = [row if isinstance(row, dict) else {"": row} for row in rows]
    ids = sorted(str(_member(row, "id")) for row in objects)
    members = sorted(map(_canonical, objects))
    return View(
        status=status,
        media_type=media_type,
        kind="rows",
        rows=tuple(ids),
        members=tuple(members),
    )


def _view_object(status: int, media_type: str, decoded: Any, answer: Answer) -> View:
    item = decoded[0] if isinstance(decoded, list) and len(decoded) == 1 else decoded
    if not isinstance(item, dict):
        is_nothing = item in (None, "", [])
        kind = "nothing" if is_nothing else "unreadable"
        return View(status=status, media_type=media_type, kind=kind)
    error = _member(item, "responseStatus")
    if isinstance(error, dict) and _member(error, "errorCode"):
        return View(status=status, media_type=media_type, kind="error")
    if all(value in (None, "", []) for value in item.values()):
        return View(status=status, media_type=media_type, kind="nothing")
    held = {value for _, value in answer.cookies} | {
        line.partition(";")[0].partition("=")[2] for line in answer.values("set-cookie")
    }
    told = {
        name: value in held if _SESSION_ID.fullmatch(name) else value
        for name, value in item.items()
    }
    return View(status=status, media_type=media_type, kind="members", members=(_canonical(told),))


def _member(item: Mapping[str, Any], name: str) -> Any:
    """Return a member in either spelling: XML and CSV have capitals."""
    return item.get(name, item.get(name[:1].upper() + name[1:]))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _bytes_of(answer: Answer) -> tuple[int, str, bytes]:
    """Return what two answers that are the same share; a list may be long, so it is digested."""
    return answer.status, answer.media_type, hashlib.blake2b(answer.body).digest()


def tell(differences: Sequence[Difference]) -> str:
    """Return in a line where the first differences are."""
    return "; ".join(f"{found.label}: {', '.join(found.parts)}" for found in differences[:3])
