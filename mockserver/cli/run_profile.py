"""Run `profile`: list the points that the vendor leaves open, or check a profile file."""

from mockserver.cli.run_help import print_topic
from mockserver.cli.terminal import print_lines
from mockserver.contract import load_contract
from mockserver.options.settle import Call
from mockserver.profile import Profile, compare, load_profile

__all__ = ["run"]


def run(call: Call) -> None:
    """Print every point, or where a file departs from the defaults."""
    path = call.values["check"]
    if path is None:
        print_topic("profile")
        return
    contract = load_contract()
    differences = compare(load_profile(path), Profile.default(contract))
    count = f"{len(differences)} of {len(contract.points)} points depart"
    print_lines(
        [
            f"{path} is a profile; {count}",
            *(f"  {found.point}: {found.left} (default {found.right})" for found in differences),
        ]
    )
