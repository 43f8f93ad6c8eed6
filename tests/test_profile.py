import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.profile import (
    Difference,
    Profile,
    compare,
    load_choices,
    load_profile,
    save_profile,
)

DEFAULT = Profile.default(load_contract())


def write(folder: Path, text: str) -> Path:
    path = folder / "profile.yaml"
    path.write_text(text)
    return path


def test_default_has_a_choice_for_every_point() -> None:
    assert set(DEFAULT.choices) == set(load_contract().points)
    assert DEFAULT["order"] == "newest-first"


def test_other_choices_leave_the_rest_alone() -> None:
    changed = DEFAULT.with_choices({"order": "by-id", "row-cap": 25})

    assert compare(DEFAULT, changed) == (
        Difference(point="order", left="newest-first", right="by-id"),
        Difference(point="row-cap", left="none", right="25"),
    )


def test_unknown_changes_nothing() -> None:
    assert DEFAULT.with_choices({"order": "unknown"}) == DEFAULT


def test_equal_profiles_are_one_key() -> None:
    same = DEFAULT.with_choices({"order": "newest-first"})

    assert {DEFAULT: 1}[same] == 1


def test_a_profile_does_not_share_its_argument() -> None:
    choices = dict(DEFAULT.choices)
    profile = Profile(choices=choices)

    choices["order"] = "by-id"

    assert profile == DEFAULT


def test_a_profile_goes_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(DEFAULT)) == DEFAULT


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"ordr": "by-id"}, "unknown point 'ordr'; known: after-date-boundary, "),
        ({"ordr": "by-id"}, "; did you mean order?"),
        ({"order": "by-ids"}, "unknown choice of order 'by-ids'; known: as-stored, by-id, "),
        ({"row-cap": "lots"}, "unknown choice of row-cap 'lots'; known: none (or: A number of"),
        ({"row-cap": 0}, "unknown choice of row-cap '0'; known: none"),
        ({"order": True}, "order: expected newest-first or oldest-first or by-id"),
        ({"nulls": None}, "nulls: expected omit or write, got None"),
    ],
)
def test_what_is_unknown_is_refused(choices: Mapping[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        DEFAULT.with_choices(choices)


def test_a_file_completes_the_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, "profile:\n  row-cap: 250\n  naive-date-zone: +10:00\n  nulls: write\n")

    assert load_profile(path) == DEFAULT.with_choices(
        {"row-cap": "250", "naive-date-zone": "+10:00", "nulls": "write"}
    )


def test_a_switch_may_be_written_bare_and_a_status_as_a_number(tmp_path: Path) -> None:
    path = write(tmp_path, "profile:\n  jsonp: off\n  refusal-status: 403\n")

    expected = DEFAULT.with_choices({"jsonp": "off", "refusal-status": "403"})
    assert load_profile(path) == expected
    save_profile(path, expected)
    assert load_profile(path) == expected


def test_a_saved_profile_loads_again(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    profile = DEFAULT.with_choices({"row-cap": 7, "naive-date-zone": "-05:00"})

    save_profile(path, profile)

    assert load_profile(path) == profile


def test_evidence_and_what_was_not_seen_survive(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"

    save_profile(path, {"order": "by-id", "verbs": "unknown"}, evidence={"order": "3 of 3 reads"})

    assert path.read_text() == (
        "profile:\n  order:\n    choice: by-id\n    evidence: 3 of 3 reads\n  verbs: unknown\n"
    )
    assert load_choices(path) == {"order": "by-id", "verbs": "unknown"}
    assert load_profile(path) == DEFAULT.with_choices({"order": "by-id"})


def test_unknown_differs_from_nothing() -> None:
    assert compare({"order": "unknown", "nulls": "omit"}, DEFAULT) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected `profile:`"),
        ("profile: 3", "expected `profile:`"),
        ("profile: {}\nprofil: {}", "unknown key 'profil'; known: profile"),
        ("profile: {order: {evidence: x}}", "order: choice is missing; known: choice, evidence"),
        ("profile: {order: {choice: by-id, x: 1}}", "order: unknown key 'x'"),
        ("profile: {orders: by-id}", "unknown point 'orders'"),
        ("profile: {1: by-id}", "unknown point '1'"),
        ("profile: {nulls: [omit]}", "nulls: expected omit or write, got ['omit']"),
        ("profile: [", "profile file"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        load_profile(write(tmp_path, text))


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write profile file .*: No such file"):
        save_profile(tmp_path / "none" / "profile.yaml", DEFAULT)
