"""Hold the server to everything that real hosts answered.

DIFFERENT lists what is different on purpose, each line with its reason; nothing else may differ.
"""

import pytest

from mockserver.contract import load_contract
from mockserver.profile import Profile
from mockserver.server import MockServer
from mockserver.world.dataset_file import load_dataset
from mockserver.world.scenario import Scenario, Secret, User
from tests.depth import sampled
from tests.replay import TRANSCRIPTS, VERSIONS, Player, Record, load_records, score

FUZZ = ("binding", "negotiation", "authentication", "paths", "text")
VARIANTS = ("default", "credentials-first", "json-default", "any", "cors")
CHOICES = {
    "credentials-first": {"provider-order": "credentials"},
    "json-default": {"default-media-type": "json"},
    "any": {"verbs": "any"},
}
MORE_GROUPS = ("path", "override", "meta", "http")
ORIGINS = ("http://localhost:5173", "http://127.0.0.1:5173")
USERS = (
    User(
        username="alice",
        password=Secret("wonder:Land1"),
        email="alice@example.com",
        display_name="Alice Liddell",
        account_ids=None,
    ),
    User(
        username="bob.smith",
        password=Secret("pässwörd"),
        email="bob@example.com",
        roles=("Manager",),
        account_ids=None,
    ),
)

# What is different on purpose: (reason, ids or prefixes of ids that end with `*`).
DIFFERENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("an operation that the contract does not have", ("login.assignroles",)),
    ("ServiceStack's own dump for debugging", ("fmt-query-odd.debug-jsv",)),
    ("what its UI reads, with the millisecond of the answer in it", ("meta.app",)),
)


def recorded_server(dataset: str, version: str, variant: str = "default") -> MockServer:
    framework = {"6.11": "servicestack-6", "8.10": "servicestack-8"}[version]
    choices = {"framework": framework, "order": "as-stored", **CHOICES.get(variant, {})}
    scenario = Scenario(
        name="recorded",
        users=USERS,
        rows=load_dataset(TRANSCRIPTS / dataset).rows,
        cors_origins=ORIGINS if variant == "cors" else (),
    )
    profile = Profile.default(load_contract()).with_choices(choices)
    return MockServer(scenario, profile=profile)


def load_more(version: str) -> list[Record]:
    return load_records(f"servicestack-{version}-more.ndjson", version)


def is_different_on_purpose(record_id: str) -> bool:
    return any(
        record_id.startswith(given[:-1]) if given.endswith("*") else record_id == given
        for _, ids in DIFFERENT
        for given in ids
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_probe_is_answered_as_recorded(variant: str, version: str) -> None:
    records = load_records(f"servicestack-{version}-{variant}.ndjson", version)

    with recorded_server("dataset.json", version, variant) as server:
        player = Player(host="localhost", port=server.port)
        differing = {
            record.id: differences
            for record, differences in score(player, records, with_cors=variant == "cors")
            if differences and not is_different_on_purpose(record.id)
        }

    assert differing == {}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", ["default", "any"])
@pytest.mark.parametrize("group", MORE_GROUPS)
def test_every_further_probe_is_answered_as_recorded(
    group: str, variant: str, version: str
) -> None:
    records = [record for record in load_more(version) if record.group_name == group]
    asked = [record for record in records if record.variant == variant]

    with recorded_server("dataset.json", version, variant) as server:
        player = Player(host="localhost", port=server.port)
        differing = {
            record.id: differences for record, differences in score(player, asked) if differences
        }

    assert records
    assert differing == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_further_probe_is_left_out(version: str) -> None:
    assert {record.group_name for record in load_more(version)} == set(MORE_GROUPS)


@sampled(4)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", FUZZ)
def test_every_fuzzed_request_is_answered_as_recorded(name: str, version: str) -> None:
    records = load_records(f"fuzz/{name}.ndjson", version)
    dataset = "fuzz/text-dataset.json" if name == "text" else "fuzz/dataset.json"

    with recorded_server(dataset, version) as server:
        player = Player(host="localhost", port=server.port)
        differing = {
            record.id: differences
            for record, differences in score(player, records)
            if differences and not is_different_on_purpose(record.id)
        }

    assert differing == {}
