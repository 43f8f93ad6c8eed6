"""Write reports to files; forms/ holds what each kind of report looks like."""

import os
from collections.abc import Iterable
from pathlib import Path

from mockserver.checks.forms.html_report import encode_html
from mockserver.checks.forms.json_report import encode_json
from mockserver.checks.forms.junit_report import encode_junit
from mockserver.checks.forms.markdown_report import encode_markdown
from mockserver.checks.forms.text_report import summarise
from mockserver.checks.report import Report
from mockserver.errors import GuardError, UsageError, unknown_name

__all__ = ["REPORT_KINDS", "encode_json", "encode_junit", "save_report", "summarise"]

_MIN_SECRET = 6


def _encode_text(report: Report) -> str:
    return summarise(report)


REPORT_KINDS = {
    "html": encode_html,
    "json": encode_json,
    "junit": encode_junit,
    "markdown": encode_markdown,
    "text": _encode_text,
}


def save_report(report: Report, path: Path, *, kind: str, secrets: Iterable[str] = ()) -> None:
    """Write the report; nothing is written if a secret would be in it.

    Raises:
        GuardError: a secret of six characters or more is in the text.
        UsageError: an unknown kind, or a file that cannot be written.
    """
    if kind not in REPORT_KINDS:
        raise unknown_name("kind of report", kind, REPORT_KINDS)
    text = REPORT_KINDS[kind](report)
    if any(len(secret) >= _MIN_SECRET and secret in text for secret in secrets):
        raise GuardError("the report would hold a secret, so it is not written", guard="masking")
    try:
        # Half of a pair of surrogates, which UTF-8 has no bytes for, is written as JSON does.
        _replace(path, text.encode(errors="backslashreplace"))
    except OSError as error:
        raise UsageError(f"--report: {path} cannot be written: {error.strerror}") from error


def _replace(path: Path, body: bytes) -> None:
    """Write a file as a whole: fuzz saves again and again, and may be killed meanwhile."""
    path = path.resolve()
    part = path.with_name(f".{path.name[:100]}.part")
    if path.exists() and not (path.is_file() and os.access(path.parent, os.W_OK)):
        # A device, a pipe, or a file in a folder that takes no new one.
        path.write_bytes(body)
        return
    part.write_bytes(body)
    if path.exists():
        part.chmod(path.stat().st_mode)
    part.replace(path)
