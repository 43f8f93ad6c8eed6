from pathlib import Path

import pytest

from mockserver.errors import UsageError
from mockserver.options.settle import settle

CONFIG = """
check: {user: of-the-section, rate: 3, seed: 5}
targets:
  stage: {url: "http://stage.example", user: of-the-target, profile: stage.yaml}
  odd: {url: "http://odd.example", auth: bsic}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


def test_a_target_goes_before_its_section_and_after_flag_and_variable(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_SEED", "6")

    call = settle("check", ["stage", "--config", str(config), "--rate", "7"]).on_target("stage")

    found = {name: call.values[name] for name in ("user", "rate", "seed", "profile")}
    assert found == {
        "user": "of-the-target",
        "rate": 7.0,
        "seed": 6,
        "profile": config.parent / "stage.yaml",
    }
    assert call.arguments == ("stage",)
    assert call.flags == {"config", "rate"}


def test_a_wrong_value_of_a_target_is_named_by_its_key(config: Path) -> None:
    call = settle("check", ["odd", "--config", str(config)])

    with pytest.raises(UsageError, match=r"config\.yaml: targets\.odd\.auth: .* mean basic"):
        call.on_target("odd")


def test_the_config_file_may_be_named_by_a_variable(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_CONFIG", str(config))

    assert settle("check", ["stage"]).values["user"] == "of-the-section"


def test_consent_comes_from_the_command_line_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_LIVE", "api.example.com")

    assert settle("check", ["http://localhost"]).values["live"] is None


def test_a_config_file_gives_no_consent(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("check: {live: api.example.com}")

    with pytest.raises(UsageError, match="unknown key 'live'"):
        settle("check", ["http://localhost", "--config", str(path)])


def test_two_exclusive_keys_of_a_file_are_both_named(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("serve: {quiet: true, verbose: true}")

    with pytest.raises(UsageError, match=r"serve\.quiet and .*serve\.verbose exclude each other"):
        settle("serve", ["--config", str(path)])
