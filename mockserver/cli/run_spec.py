"""Run `spec`: print the contract, or the JSON Schema of a scenario file or of a report."""

from mockserver.cli.terminal import print_data, print_json
from mockserver.contract import load_contract
from mockserver.documents.report_schema import report_schema
from mockserver.options.settle import Call
from mockserver.resources import find_resource
from mockserver.world.scenario_schema import scenario_schema

__all__ = ["run"]


def run(call: Call) -> None:
    """Print what was asked for."""
    if call.values["scenario_schema"]:
        print_json(scenario_schema(load_contract()))
    elif call.values["report_schema"]:
        print_json(report_schema())
    else:
        print_data([find_resource("openapi.yaml").read_text(encoding="utf-8")])
