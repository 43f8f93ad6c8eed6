"""Make a behaviour profile of what laws measured, each point with its evidence in symbols."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mockserver.checks.report import Measurement
from mockserver.contract import Contract, load_contract
from mockserver.profile import UNKNOWN, save_profile

__all__ = ["Learned", "fitting_choices", "merge_points", "save_learned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Hold one measurement: the choices that fit, the likeliest first, and who saw it how."""

    point: str
    choices: tuple[str, ...]
    law: str
    plan: str


def merge_points(
    learned: Iterable[Learned], *, contract: Contract | None = None
) -> dict[str, Measurement]:
    """Return one measurement for each point of the contract.

    `unknown` where nothing was seen, where the point cannot be seen, or where two measurements
    fit no common choice.
    """
    points = (contract or load_contract()).points
    seen: dict[str, list[Learned]] = {name: [] for name in points}
    for item in learned:
        if item.point in seen:
            seen[item.point].append(item)
    return {name: _merge(items) for name, items in seen.items()}


def fitting_choices(
    learned: Iterable[Learned], *, contract: Contract | None = None
) -> dict[str, tuple[str, ...]]:
    """Return each point that can be seen → the choices that fit all that was seen of it."""
    points = (contract or load_contract()).points.values()
    items = list(learned)
    found = {}
    for point in points:
        seen = [item.choices for item in items if item.point == point.name]
        if seen or point.observable:
            common = seen[0] if seen else ()
            found[point.name] = tuple(c for c in common if all(c in one for one in seen))
    return found


def save_learned(path: Path, profile: Mapping[str, Measurement]) -> None:
    """Write a profile file that `serve --profile` and `check --profile` read.

    Raises:
        UsageError: the file cannot be written.
    """
    choices = {point: measured.choice for point, measured in profile.items()}
    evidence = {point: m.evidence for point, m in profile.items() if m.evidence}
    save_profile(path, choices, evidence=evidence)


def _merge(items: list[Learned]) -> Measurement:
    if not items:
        return Measurement(choice=UNKNOWN)
    common = [c for c in items[0].choices if all(c in item.choices for item in items)]
    plans = list(dict.fromkeys(item.plan for item in items))
    if not common:
        said = ", ".join(dict.fromkeys(item.choices[0] for item in items))
        return Measurement(
            choice=UNKNOWN, evidence=f"seen both ways ({said}): {'; '.join(plans[:2])}"
        )
    also = f"; {', '.join(common[1:5])} would fit too" if len(common) > 1 else ""
    return Measurement(choice=common[0], evidence=f"{items[0].law}: {plans[0]}{also}")
