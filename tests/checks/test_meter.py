import pytest

from mockserver.checks.sending.meter import Meter
from mockserver.checks.sending.target import TargetOptions
from mockserver.errors import StoppedError

MEBIBYTE = 1024 * 1024


class FakeTime:
    def __init__(self) -> None:
        self.seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def build_meter(fake: FakeTime, **options: object) -> Meter:
    target = TargetOptions(url="http://127.0.0.1:1", **options).resolve()  # type: ignore[arg-type]  # few
    return Meter(target, clock=fake.clock, sleep=fake.sleep)


def test_the_answers_of_a_run_are_at_most_a_gibibyte() -> None:
    meter = build_meter(FakeTime())
    for _ in range(16):
        meter.count_bytes(64 * MEBIBYTE, answer=64 * MEBIBYTE)

    with pytest.raises(StoppedError, match="1 GiB"):
        meter.count_bytes(1, answer=1)


def test_a_live_target_that_slows_down_is_asked_half_as_often() -> None:
    fake = FakeTime()
    meter = build_meter(fake, live="127.0.0.1", scope=("a",))
    for _ in range(5):
        meter.count_answer(200, seconds=0.1)
    meter.count_answer(200, seconds=0.9)
    meter.admit()
    meter.admit()

    assert fake.seconds == 2.0


def test_a_pause_doubles_the_interval() -> None:
    fake = FakeTime()
    meter = build_meter(fake, rate=1)
    meter.pause(10.0)
    meter.admit()
    meter.admit()

    assert fake.seconds == 12.0


def test_a_sign_out_is_not_sent_to_a_target_that_fails() -> None:
    meter = build_meter(FakeTime())
    for _ in range(8):
        meter.count_answer(500, seconds=0.1)

    assert not meter.admit_farewell()
