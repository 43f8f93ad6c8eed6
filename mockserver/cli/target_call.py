"""Turn a command line about a target into values: what to ask, as whom, how far, and for what.

run_check.py, run_fuzz.py and run_drift.py run what is settled here. Passwords come from the
environment, a file or a prompt, never from the command line.
"""

import datetime
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.checks.facts import filter_fields
from mockserver.checks.report import Report
from mockserver.checks.report_files import REPORT_KINDS, save_report
from mockserver.checks.sending.target import Secret, TargetOptions
from mockserver.checks.verdicts import CheckOptions
from mockserver.cli.terminal import ask_secret
from mockserver.contract import load_contract
from mockserver.errors import UsageError
from mockserver.options.settle import Call
from mockserver.profile import UNKNOWN, load_choices

__all__ = ["Asked", "save_reports", "settle_target"]

_PASSWORD = "MOCKSERVER_PASSWORD"
_OTHER_PASSWORD = "MOCKSERVER_OTHER_PASSWORD"
_SESSION = "MOCKSERVER_SESSION"
# What a replay needs of the first command line; the scope's ids are left for the user.
_REPEATED = (
    "user", "auth", "other_user", "max_time", "rate", "law", "skip", "lenient", "allow_empty",
    "require", "plan",
)  # fmt: skip
_NAMES = ("user", "other_user")
_REPLAYED = (
    "user", "auth", "password_file", "other_user", "ca_file", "proxy", "profile", "spec", "seed",
    "config",
)  # fmt: skip
# What a run asks hangs on these, too.
_OF_RUN = ("budget", "law", "skip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold what is to be judged, and every value of the command line.

    Attributes:
        replay: the command that tries one plan again, without the plan.
        replay_run: the command that asks all of it again.
    """

    target: TargetOptions
    options: CheckOptions
    values: Mapping[str, Any]
    replay: str
    replay_run: str

    @property
    def repeated(self) -> Mapping[str, object]:
        """Return what of the command line a report has to hold so that it can be repeated."""
        # Who signs in to a live target is nobody's business who reads the report.
        hidden = () if self.target.live is None else _NAMES
        return {
            name.replace("_", "-"): list(value) if isinstance(value, tuple) else value
            for name in _REPEATED
            if name not in hidden and (value := self.values.get(name)) not in (None, False, ())
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the texts that no output may hold."""
        held = (
            self.target.password,
            self.target.other_password,
            self.target.session,
            self.target.proxy,
        )
        return tuple(secret.reveal() for secret in held if secret is not None)


def settle_target(call: Call, text: str, *, asks: bool = True, live: str | None = None) -> Asked:
    """Return what one argument of a command asks for.

    Args:
        asks: whether requests will be sent, so that somebody has to sign in.
        live: the host that the user consented to, where that is not for the flag to say.

    Raises:
        UsageError: no such target, nobody to sign in, no password, an unreadable file.
    """
    name = text if text in call.targets else None
    if name is not None:
        call = call.on_target(name)
    url = _address(call, text)
    values = call.values
    contract = load_contract(values["spec"]) if values["spec"] is not None else load_contract()
    profile: dict[str, str] = {}
    if values.get("profile") is not None:
        choices = load_choices(values["profile"], contract=contract)
        profile = {point: choice for point, choice in choices.items() if choice != UNKNOWN}
    session = os.environ.get(_SESSION) if values["auth"] == "session" else None
    if asks and values["user"] is None and session is None and values["auth"] != "session":
        raise UsageError(
            f"nobody to sign in; give --user NAME, and the password in {_PASSWORD}, "
            "by --password-file or at the prompt"
        )
    proxy = values["proxy"]
    target = TargetOptions(
        url=url,
        user=values["user"],
        password=_password(call, name) if asks and values["user"] else None,
        other_user=values["other_user"],
        other_password=_other_password(values) if asks and values["other_user"] else None,
        session=Secret(session) if session else None,
        auth=values["auth"],
        live=live if live is not None else values["live"],
        own=tuple(values["own"]),
        scope=values["scope"] or (),
        wait_seconds=values["wait"] or 0.0,
        budget=values["budget"],
        max_seconds=values["max_time"],
        rate=values["rate"],
        proxy=Secret(proxy) if proxy else None,
        ca_file=values["ca_file"],
        user_agent=values["user_agent"],
        audit=values["audit"],
    )
    options = CheckOptions(
        only=values["law"],
        skip=values["skip"],
        plan=values.get("plan"),
        profile=profile,
        fields=filter_fields(contract),
        contract=contract,
        seed=_seed(values["seed"], is_live=target.live is not None),
    )
    return Asked(
        target=target,
        options=options,
        values=values,
        replay=_replay_command(call, text, target, _REPLAYED),
        replay_run=_replay_command(call, text, target, (*_REPLAYED, *_OF_RUN)),
    )


def _seed(given: int | None, *, is_live: bool) -> int:
    """Return the seed: a live target is asked in another order each day."""
    if given is not None or not is_live:
        return given or 0
    return int(datetime.datetime.now(datetime.UTC).strftime("%Y%m%d"))


def _address(call: Call, text: str) -> str:
    """Return the address that an argument means."""
    if text in call.targets:
        return str(call.targets[text]["url"])
    if "://" in text:
        return text
    known = f"; known targets: {', '.join(sorted(call.targets))}" if call.targets else ""
    raise UsageError(
        f"{text!r} is neither an address such as http://localhost:4011 "
        f"nor a target of --config{known}"
    )


def _replay_command(call: Call, address: str, target: TargetOptions, names: Sequence[str]) -> str:
    """Return the command with those of these options that were given."""
    parts = ["mockserver", "check", address]
    if target.live is not None:
        parts += ["--live", target.live]
    for host in target.own:
        parts += ["--own", host]
    if target.scope:
        parts += ["--scope", "accountIds=ID"]
    for name in names:
        # Who signs in to a live target is nobody's business who reads the report.
        is_private = target.live is not None and name in ("user", "other_user", "proxy")
        if name in call.flags:
            value = call.values[name]
            text = "NAME" if is_private else str(value)
            for each in value if isinstance(value, tuple) else (text,):
                parts += [f"--{name.replace('_', '-')}", str(each)]
    return shlex.join(parts)


def save_reports(
    report: Report, outputs: Sequence[Sequence[tuple[str, Path]]], *, secrets: Sequence[str]
) -> None:
    """Write the report to every file that was asked for."""
    for kind, path in (pair for pairs in outputs for pair in pairs):
        assert kind in REPORT_KINDS, "the option's parser knows the same kinds"
        save_report(report, path, kind=kind, secrets=secrets)


def _password(call: Call, target: str | None) -> Secret:
    values = call.values
    if "password_file" in call.flags:
        return _read_password(values["password_file"])
    own = f"{_PASSWORD}_{target.upper().replace('-', '_')}" if target is not None else _PASSWORD
    for variable in (own, _PASSWORD):
        if os.environ.get(variable):
            return Secret(os.environ[variable])
    if values["password_file"] is not None:
        return _read_password(values["password_file"])
    return _prompt(values["user"], f"set {_PASSWORD} or give --password-file")


def _other_password(values: Mapping[str, Any]) -> Secret:
    if os.environ.get(_OTHER_PASSWORD):
        return Secret(os.environ[_OTHER_PASSWORD])
    return _prompt(values["other_user"], f"set {_OTHER_PASSWORD}")


def _read_password(path: Path) -> Secret:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is no text"
        raise UsageError(f"--password-file: {path} cannot be read: {reason}") from exc
    if not lines or not lines[0]:
        raise UsageError(f"--password-file: the first line of {path} is empty")
    return Secret(lines[0])


def _prompt(user: str, otherwise: str) -> Secret:
    if not sys.stdin.isatty():
        raise UsageError(f"no password for {user}; {otherwise}")
    return Secret(ask_secret(f"password of {user}"))
