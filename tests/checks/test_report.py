from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.checks.report import (
    Finding,
    LawResult,
    Report,
    fingerprint,
    merge_findings,
    replay_command,
)
from mockserver.checks.report_files import encode_json, save_report
from mockserver.errors import GuardError, UsageError

HOLDS = LawResult(id="L01-row-soundness", tier="must", verdict="holds")
BROKEN = LawResult(
    id="L06-union",
    tier="must",
    verdict="violated",
    plans=("endpointIds=$endpoint[0..1]",),
    received="some rows are missing",
    documented="every row that the query selects",
    replay="mockserver check URL --plan x",
)
SHOULD = replace(BROKEN, id="L11-repeated-key", tier="should")
DIFFERS = replace(BROKEN, id="L35-inclusivity", tier="learn", verdict="differs")
VAGUE = LawResult(id="L02-contradiction", tier="must", verdict="inconclusive", reason="no rows")
UNREACHED = replace(VAGUE, is_reached=False)
SKIPPED = LawResult(id="L55-tenants", tier="must", verdict="skipped", reason="no second user")
LEFT_OUT = replace(SKIPPED, is_left_out=True)
LEARNED = replace(DIFFERS, verdict="violated")
FINDING = Finding(fingerprint="f1", law=BROKEN.id, tier="must", symptom="missing rows")
EMPTY = Report(
    target={"origin": "http://localhost:4011", "kind": "loopback"}, requests=3, seconds=0.25
)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"laws": (HOLDS, HOLDS, VAGUE, SKIPPED)}, 0, id="nothing-wrong"),
        pytest.param({"laws": (HOLDS, VAGUE, LEFT_OUT)}, 0, id="half-of-those-not-left-out"),
        pytest.param({"laws": (HOLDS, VAGUE, SKIPPED)}, 5, id="fewer-than-half"),
        pytest.param({"laws": (VAGUE,)}, 5, id="none"),
        pytest.param({"laws": (VAGUE,), "allows_empty": True}, 0, id="none-which-is-allowed"),
        pytest.param({"laws": (HOLDS,), "is_empty": True}, 5, id="no-row"),
        pytest.param(
            {"laws": (HOLDS,), "is_empty": True, "allows_empty": True}, 0, id="no-row-allowed"
        ),
        pytest.param({"laws": (BROKEN,), "is_empty": True}, 1, id="1-before-no-row"),
        pytest.param({"laws": (LEARNED,)}, 0, id="learn-violated"),
        pytest.param({"laws": (BROKEN,)}, 1, id="must-violated"),
        pytest.param({"laws": (SHOULD,)}, 1, id="should-violated"),
        pytest.param({"laws": (SHOULD,), "is_lenient": True}, 0, id="should-violated-lenient"),
        pytest.param({"laws": (BROKEN,), "is_lenient": True}, 1, id="must-violated-lenient"),
        pytest.param({"laws": (DIFFERS,)}, 1, id="differs"),
        pytest.param({"laws": (VAGUE,), "required": (VAGUE.id,)}, 1, id="required-not-held"),
        pytest.param({"laws": (HOLDS,), "required": (HOLDS.id,)}, 0, id="required-held"),
        pytest.param({"laws": (UNREACHED,), "stopped_by": "bytes"}, 5, id="cut-short"),
        pytest.param({"laws": (HOLDS, UNREACHED)}, 0, id="budget-spent"),
        pytest.param({"laws": (HOLDS, VAGUE), "stopped_by": "bytes"}, 0, id="cut-after-every-must"),
        pytest.param({"trouble": "unreachable"}, 4, id="trouble"),
        pytest.param(
            {"laws": (UNREACHED,), "stopped_by": "time", "trouble": "gone"}, 5, id="5-before-4"
        ),
        pytest.param(
            {"laws": (BROKEN, UNREACHED), "stopped_by": "time", "trouble": "x"}, 1, id="1-before-5"
        ),
        pytest.param(
            {"laws": (BROKEN,), "findings": (replace(FINDING, waived="known"),)}, 0, id="waived"
        ),
        pytest.param(
            {
                "laws": (BROKEN,),
                "findings": (replace(FINDING, waived="known"), replace(FINDING, fingerprint="f2")),
            },
            1,
            id="one-of-two-waived",
        ),
        pytest.param({"findings": (replace(FINDING, law="scope"),)}, 1, id="finding-without-law"),
    ],
)
def test_exit_code_is_the_gravest_outcome(changes: dict[str, object], code: int) -> None:
    report = replace(EMPTY, **changes)  # type: ignore[arg-type]  # rows of the table above

    assert report.exit_code == code


def test_one_bug_has_one_fingerprint() -> None:
    assert fingerprint("L06", "missing", ["b", "a", "a"]) == fingerprint("L06", "missing", "ab")
    assert fingerprint("L06", "missing") != fingerprint("L06", "extra")


def test_merged_findings_keep_the_shortest_plan_and_count() -> None:
    long, short = replace(FINDING, plan="aaaa"), replace(FINDING, plan="a")

    assert merge_findings([long, short, long]) == (replace(short, count=3),)


def test_replay_is_a_command_that_a_shell_takes() -> None:
    assert replay_command("http://h:1", "a=$row[0].date", live="h", seed=3) == (
        "mockserver check http://h:1 --live h --scope accountIds=ID --seed 3"
        " --plan 'a=$row[0].date'"
    )


def test_a_report_is_written_as_its_kind_says(tmp_path: Path) -> None:
    save_report(EMPTY, tmp_path / "r.json", kind="json", secrets=["hunter2!"])

    assert (tmp_path / "r.json").read_text() == encode_json(EMPTY)


def test_a_report_takes_the_place_of_the_one_before_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("before")
    path.chmod(0o600)
    with path.open() as reader:
        save_report(EMPTY, path, kind="json")

        assert reader.read() == "before"
    assert path.read_text() == encode_json(EMPTY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_with_a_secret_is_not_written(tmp_path: Path) -> None:
    report = replace(EMPTY, notes=("hunter2!",))

    with pytest.raises(GuardError, match="secret"):
        save_report(report, tmp_path / "r.json", kind="json", secrets=["hunter2!"])
    assert not (tmp_path / "r.json").exists()


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        save_report(EMPTY, tmp_path, kind="text")
    with pytest.raises(UsageError, match="unknown kind of report"):
        save_report(EMPTY, tmp_path, kind="pdf")


def test_what_utf_8_cannot_carry_is_written_all_the_same(tmp_path: Path) -> None:
    save_report(replace(EMPTY, notes=("half \ud800",)), tmp_path / "r.json", kind="json")

    assert '"half \\ud800"' in (tmp_path / "r.json").read_text()
