"""Hold a behaviour profile: one choice for each point that the contract leaves open.

A profile file is YAML, `profile: {point: choice}`. What a check learned is written there too, each
point with its evidence, and `unknown` where it saw nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mockserver.contract import Contract, Point, load_contract
from mockserver.documents.plain_data import load_yaml
from mockserver.errors import UsageError, unknown_name

__all__ = [
    "CLIENTS",
    "UNKNOWN",
    "Difference",
    "Profile",
    "choice_text",
    "choices_for",
    "compare",
    "load_choices",
    "load_profile",
    "save_profile",
]

# In a file: the point was not seen. Whoever needs a choice takes the default.
UNKNOWN = "unknown"
# What a kind of client needs, in one word: `--for`, and a scenario's `for`.
CLIENTS: Mapping[str, Mapping[str, str]] = {
    # To a challenge of `basic` a browser opens a password dialog, for which `fetch` waits.
    "browser": {"provider-order": "credentials"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Hold one choice for each point; numbers are text (`none`, `250`). Never `unknown`."""

    choices: Mapping[str, str]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", dict(self.choices))
        object.__setattr__(self, "_hash", hash(frozenset(self.choices.items())))

    def __hash__(self) -> int:
        return self._hash

    def __getitem__(self, point: str) -> str:
        return self.choices[point]

    @classmethod
    def default(cls, contract: Contract) -> "Profile":
        """Return the profile of the contract's defaults."""
        return cls(choices={name: point.default for name, point in contract.points.items()})

    def with_choices(
        self, choices: Mapping[str, object], *, contract: Contract | None = None
    ) -> "Profile":
        """Return this profile with other choices for some points; `unknown` changes nothing.

        Args:
            choices: by point; a number may be an int.
            contract: whose points they are; the shipped one by default.

        Raises:
            UsageError: a point or a choice is unknown.
        """
        known = _check_choices(choices, contract or load_contract())
        changed = {name: choice for name, choice in known.items() if choice != UNKNOWN}
        return Profile(choices={**self.choices, **changed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Hold a point on which two profiles differ."""

    point: str
    left: str
    right: str


def _check_choices(choices: Mapping[str, object], contract: Contract) -> dict[str, str]:
    """Return the choices as text.

    Raises:
        UsageError: a point or a choice is unknown.
    """
    return {name: _check_choice(name, value, contract) for name, value in choices.items()}


def choices_for(client: str) -> Mapping[str, str]:
    """Return the choices that a kind of client needs: point → choice.

    Raises:
        UsageError: the kind is unknown.
    """
    if client not in CLIENTS:
        raise unknown_name("kind of client", client, CLIENTS)
    return CLIENTS[client]


def choice_text(value: object) -> str:
    """Return a choice as it is written; YAML takes a bare `on` or `off` for true or false."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def load_choices(path: Path, *, contract: Contract | None = None) -> dict[str, str]:
    """Return what a profile file says about each point that it names, `unknown` included.

    Raises:
        UsageError: the file cannot be read, is no profile, or names what is unknown.
    """
    document = load_yaml(path, kind="profile")
    if not isinstance(document, dict) or not isinstance(document.get("profile"), dict):
        raise UsageError(f"profile file {path}: expected `profile:` with one `POINT: CHOICE` each")
    stray = next((key for key in document if key != "profile"), None)
    if stray is not None:
        raise UsageError(f"profile file {path}: {unknown_name('key', str(stray), ['profile'])}")
    try:
        choices = {name: _choice_of(name, value) for name, value in document["profile"].items()}
        return _check_choices(choices, contract or load_contract())
    except UsageError as exc:
        raise UsageError(f"profile file {path}: {exc}") from exc


def load_profile(path: Path, *, contract: Contract | None = None) -> Profile:
    """Return the profile in a file; the contract's defaults stand for what it leaves out.

    Raises:
        UsageError: the file cannot be read, is no profile, or names what is unknown.
    """
    found = contract or load_contract()
    choices = load_choices(path, contract=found)
    return Profile.default(found).with_choices(choices, contract=found)


def save_profile(
    path: Path,
    choices: "Profile | Mapping[str, str]",
    *,
    evidence: Mapping[str, str] | None = None,
) -> None:
    """Write a profile file, each point with its evidence where there is some.

    Raises:
        UsageError: the file cannot be written.
    """
    found = evidence or {}
    points: dict[str, Any] = {
        name: {"choice": choice, "evidence": found[name]} if name in found else choice
        for name, choice in _choices(choices).items()
    }
    text = yaml.safe_dump({"profile": points}, sort_keys=False, allow_unicode=True, width=10_000)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"cannot write profile file {path}: {exc.strerror}") from exc


def compare(
    left: "Profile | Mapping[str, str]", right: "Profile | Mapping[str, str]"
) -> tuple[Difference, ...]:
    """Return the points on which two profiles differ; `unknown` differs from nothing."""
    ours, theirs = _choices(left), _choices(right)
    return tuple(
        Difference(point=point, left=choice, right=theirs[point])
        for point, choice in ours.items()
        if point in theirs and theirs[point] != choice and UNKNOWN not in (choice, theirs[point])
    )


def _choices(profile: "Profile | Mapping[str, str]") -> Mapping[str, str]:
    return profile.choices if isinstance(profile, Profile) else profile


def _choice_of(name: object, value: object) -> object:
    """Return the choice in a file's entry, which may hold its evidence beside it."""
    if not isinstance(value, dict):
        return value
    stray = next((key for key in value if key not in ("choice", "evidence")), None)
    if stray is not None or "choice" not in value:
        wrong = "choice is missing" if stray is None else f"unknown key {stray!r}"
        raise UsageError(f"{name}: {wrong}; known: choice, evidence")
    return value["choice"]


def _check_choice(name: str, value: object, contract: Contract) -> str:
    point = contract.points.get(name)
    if point is None:
        raise unknown_name("point", str(name), contract.points)
    if not isinstance(value, (str, int)) or (isinstance(value, bool) and not point.is_switch):
        raise UsageError(f"{name}: expected {_expected(point)}, got {value!r}")
    choice = choice_text(value)
    if choice != UNKNOWN and not point.accepts(choice):
        error = unknown_name(f"choice of {name}", choice, point.choices)
        also = f" (or: {point.choice_help['pattern']})" if point.pattern is not None else ""
        raise UsageError(f"{error}{also}")
    return choice


def _expected(point: Point) -> str:
    return " or ".join((*point.choices, *(("a number or offset",) if point.pattern else ())))
