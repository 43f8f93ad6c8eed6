"""Kill a server under writes, again and again, and count what was answered and then lost.

`python -m tests.chaos --kills 1000` prints the score; `make chaos` runs it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

WRITERS = 2
MOST_WRITES = 100
LONGEST_SECONDS = 0.01


@dataclass(kw_only=True)
class Score:
    """Count what happened."""

    kills: int = 0
    answered: int = 0
    lost: int = 0


def run_chaos(path: Path, *, kills: int, seed: int) -> Score:
    """Start, write, kill; then ask the next server for everything that was answered."""
    rng = random.Random(seed)
    score = Score()
    answered: dict[str, str] = {}
    for _ in range(kills):
        process, port = _start(path)
        score.lost += _count_lost(port, answered)
        _write_until_killed(process, port, answered, rng)
        score.kills += 1
        score.answered = len(answered)
    process, port = _start(path)
    score.lost += _count_lost(port, answered)
    _kill(process)
    return score


def _start(path: Path) -> tuple["subprocess.Popen[str]", int]:
    command = [sys.executable, "-m", "mockserver", "serve", "-q", "--port", "0"]
    command += ["--state", str(path), "--scenario", "one", "--max-spaces", "1000000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the server did not start"
    return process, int(line.rsplit(":", 1)[1])


def _kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def _write_until_killed(
    process: "subprocess.Popen[str]", port: int, answered: dict[str, str], rng: random.Random
) -> None:
    first = len(answered)
    writers = [
        threading.Thread(target=_write, args=(port, answered, f"{first}-{number}"))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    most = first + rng.randrange(MOST_WRITES)
    # A writer ends by itself only when something is wrong.
    while len(answered) < most and any(writer.is_alive() for writer in writers):
        time.sleep(0.001)
    # At any moment of the next write.
    time.sleep(rng.uniform(0, LONGEST_SECONDS))
    _kill(process)
    for writer in writers:
        writer.join()


def _write(port: int, answered: dict[str, str], label: str) -> None:
    """Let messages arrive at new addresses until the server is gone."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/__admin/spaces/default/dataset")
        endpoint = json.loads(connection.getresponse().read())["conversations"][0]["endpointId"]
        number = 0
        while True:
            address = f"{label}-{number}@example.com"
            body = json.dumps({"endpointId": endpoint, "otherAddress": address})
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/__admin/spaces/default/messages", body, headers)
            answer = connection.getresponse()
            made = json.loads(answer.read())
            assert answer.status == 201, made
            answered[made["id"]] = address
            number += 1
    except (OSError, HTTPException, ValueError):
        return
    finally:
        connection.close()


def _count_lost(port: int, answered: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/__admin/spaces/default/dataset")
    rows = json.loads(connection.getresponse().read())["conversations"]
    connection.close()
    there = {row["id"]: row["otherAddress"] for row in rows}
    return sum(there.get(id_) != address for id_, address in answered.items())


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        score = Score()
        left, part = options.kills, 0
        while left > 0:
            # A log that grows for a thousand rounds would only test patience.
            found = run_chaos(
                Path(folder) / f"{part}.ndjson", kills=min(50, left), seed=options.seed + part
            )
            score.kills += found.kills
            score.answered += found.answered
            score.lost += found.lost
            left, part = left - found.kills, part + 1
    print(f"kills {score.kills}  commands answered {score.answered}  commands lost {score.lost}")
    return 1 if score.lost else 0


if __name__ == "__main__":
    sys.exit(main())
