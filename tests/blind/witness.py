"""Show by direct requests that each fault differs from the right host: `-m tests.blind.witness`.

A witness is steps between bars: `[Nx] WHO [keep|spoil] VERB TARGET [name=value …]`.
WHO is a user by Basic, `wrong` (ana, wrong password), `none`, or a jar of cookies; `keep` leaves
the jar as it is, `spoil` sends its session ids with another ending. `form=…` is a body.
Parts of a step that ` & ` joins are sent at the same time.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

import httpx2

from tests.blind.faults import FAULTS, SETS, numbers_of
from tests.blind.programs import blind_host
from tests.blind.switch import Fault
from tests.blind.world import ACCOUNTS, CUSTOMERS, ENDPOINTS, USERS

__all__ = ["main", "shows"]

PASSWORDS = {user.name: user.password for user in USERS}
HEADERS = {"accept": "Accept", "origin": "Origin", "tag": "If-None-Match", "cookie": "Cookie"}
SHOWN = ("content-type", "vary", "www-authenticate", "cache-control", "location", "set-cookie",
         "access-control-allow-origin", "x-debug", "content-disposition", "expires",
         "x-original-authorization")  # fmt: skip
SECRET = re.compile(r"(?<=ss-id=)[\w-]{12,}|(?<=ss-pid=)[\w-]{12,}|(?<=sessionId\":\")[\w-]{12,}")


def ids() -> dict[str, str]:
    """The names that a witness uses for ids."""
    named = {f"a{number}": value for number, value in enumerate(ACCOUNTS)}
    named |= {f"A{number}": value.upper() for number, value in enumerate(ACCOUNTS)}
    named |= {f"c{number}": value for number, value in enumerate(CUSTOMERS)}
    named |= {f"e{number}": value.id for number, value in enumerate(ENDPOINTS)}
    return named | {"high": max(ACCOUNTS), "low": min(ACCOUNTS)}


@dataclass(slots=True)
class Client:
    """Sends steps; what identifies a session is written as its number of appearance."""

    base: str
    jars: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def run(self, witness: str) -> Iterator[str]:
        """Send every step, and yield what came."""
        with httpx2.Client(base_url=self.base) as client:
            for step in witness.format(**ids()).split(" | "):
                words = step.split(" ")
                times = int(words.pop(0)[:-1]) if re.fullmatch(r"\d+x", words[0]) else 1
                parts = [part.split(" ") for part in " ".join(words).split(" & ")]
                for _ in range(times):
                    with ThreadPoolExecutor(len(parts)) as pool:
                        yield from pool.map(partial(self.send, client), parts)

    def send(self, client: httpx2.Client, words: list[str]) -> str:
        """Send one request."""
        who, *rest = words
        way = rest.pop(0) if rest[0] in ("keep", "spoil") else ""
        verb, target, *named = rest
        options = dict(part.split("=", 1) for part in named)
        headers = {HEADERS[name]: options[name] for name in HEADERS if name in options}
        headers.setdefault("Accept", "*/*")
        auth: tuple[str, str] | None = None
        if who in PASSWORDS:
            auth = who, PASSWORDS[who]
        elif who == "wrong":
            auth = "ana", "Not-The-One-3"
        elif "_" in options.get("auth", ""):
            headers["Authorization"] = options["auth"].replace("_", " ")
        elif "auth" in options:
            name, _, password = options["auth"].partition(":")
            auth = name, password
        jar = self.jars.setdefault(who, {}) if who.startswith("jar") else {}
        if jar:
            end = "xxxx" if way == "spoil" else ""
            pairs = [f"{k}={v[: len(v) - len(end)]}{end}" for k, v in jar.items() if v]
            headers["Cookie"] = "; ".join(pairs)
        client.cookies.clear()
        body = options.get("form")
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = client.request(verb, target, headers=headers, auth=auth, content=body)
        except httpx2.TimeoutException:
            return "no answer in time"
        if who.startswith("jar") and not way:
            for line in answer.headers.get_list("set-cookie"):
                key, _, value = line.split(";")[0].partition("=")
                jar[key] = value
        return self.written(answer)

    def written(self, answer: httpx2.Response) -> str:
        """An answer as text, the same from run to run."""
        lines = [f"{name}: {value}" for name, value in answer.headers.multi_items()]
        kept = [line for line in lines if line.split(":")[0].lower() in SHOWN]
        text = "\n".join([str(answer.status_code), *kept, answer.text])
        text = text.replace(self.base, "http://HOST")
        text = text.replace(quote(self.base, safe=""), quote("http://HOST", safe=""))
        return SECRET.sub(lambda found: self.number(found.group()), text)

    def number(self, secret: str) -> str:
        """The number by which a session id appeared."""
        return self.seen.setdefault(secret, f"#{len(self.seen)}")


def shows(fault: Fault) -> str:
    """Say in which of its requests a fault shows; empty where it does in none."""
    habit = ["--habit", fault.habit] if fault.habit else []
    with blind_host(*habit) as right, blind_host("--fault", str(fault.number)) as wrong:
        pairs = list(zip(Client(right).run(fault.witness), Client(wrong).run(fault.witness),
                         strict=True))  # fmt: skip
    differ = [number for number, (good, bad) in enumerate(pairs, 1) if good != bad]
    if not differ:
        return ""
    good, bad = pairs[differ[0] - 1]
    return f"request {differ[0]} of {len(pairs)}: {changed(good, bad)}"


def changed(good: str, bad: str) -> str:
    """The first place where two answers part."""
    at = next((n for n, (a, b) in enumerate(zip(good, bad, strict=False)) if a != b), len(good))
    start = max(at - 15, 0)
    return (
        f"{len(good)} to {len(bad)} characters, {good[start : at + 25]!r} {bad[start : at + 25]!r}"
    )


def main() -> None:
    """Try every fault, or those of one set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=SETS)
    parser.add_argument("--fault", type=int, action="append")
    parser.add_argument("-v", action="store_true", help="say where it shows")
    options = parser.parse_args()
    numbers = options.fault or (numbers_of(options.set) if options.set else sorted(FAULTS))
    silent = 0
    for number in numbers:
        seen = shows(FAULTS[number])
        silent += not seen
        if options.v or not seen:
            print(number, seen or "shows in no request of its witness", flush=True)
    print(f"{len(numbers) - silent} of {len(numbers)} faults show in their witness")
    sys.exit(1 if silent else 0)


if __name__ == "__main__":
    main()
