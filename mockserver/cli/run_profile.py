"""Run `profile`: list the points that the vendor leaves open, or check a profile file."""

from mockserver.cli.terminal import print_lines
from mockserver.contract import Point, load_contract
from mockserver.options.settle import Call
from mockserver.profile import Profile, compare, load_profile

__all__ = ["run"]


def run(call: Call) -> None:
    """Print every point, or where a file departs from the defaults."""
    contract = load_contract()
    path = call.values["check"]
    if path is None:
        for point in contract.points.values():
            print_lines(_describe_point(point))
        return
    differences = compare(load_profile(path), Profile.default(contract))
    count = f"{len(differences)} of {len(contract.points)} points depart"
    print_lines(
        [
            f"{path} is a profile; {count}",
            *(f"  {found.point}: {found.left} (default {found.right})" for found in differences),
        ]
    )


def _describe_point(point: Point) -> list[str]:
    seen = "" if point.observable else "; cannot be seen from outside"
    choices = [f"  - {choice}: {point.choice_help[choice]}" for choice in point.choices]
    if point.pattern is not None:
        choices.append(f"  - what matches {point.pattern}: {point.choice_help['pattern']}")
    return [
        f"{point.name} (default {point.default}{seen})",
        f"  {point.description}",
        *choices,
        f"  default because: {point.why}",
        "",
    ]
