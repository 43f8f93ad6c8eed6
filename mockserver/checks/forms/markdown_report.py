"""Write a report as Markdown for the page of a CI job: causes, coverage, and the rest folded.

A text that came from anywhere else than this package cannot end its place: it is escaped, or stands
in a fence that is longer than what it holds.
"""

import html
import re
from collections.abc import Iterator

from mockserver.checks.asked import wire_lines
from mockserver.checks.forms.doubts import doubtful_points
from mockserver.checks.forms.grid import STATES, Grid, State, field_note, grid_of
from mockserver.checks.forms.missed_pairs import told_pairs
from mockserver.checks.forms.outline import (
    Group,
    asides_of,
    facts_of,
    groups_of,
    is_counted,
    is_drift,
    open_laws,
    spent,
    verdict_of,
    verdict_words,
)
from mockserver.checks.forms.wording import cause_shown, certainty_words, tell_cause, tell_group
from mockserver.checks.report import Finding, Report
from mockserver.printable import printable

__all__ = ["MOST_BYTES", "encode_markdown"]

# A job's summary takes 1 MiB; a few bytes are for what the job itself adds.
MOST_BYTES = 900_000
_MARKS: dict[State | None, str] = {"held": "✅", "violated": "❌", "unreached": "➖", None: ""}
_SIGNS = {"nothing-wrong": "✅", "wrong": "❌"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$@&])")
_MISSED = 40


def encode_markdown(report: Report) -> str:
    """Return the report as Markdown; what is too long loses the details of its last causes."""
    groups = groups_of(report)
    details = [_detail(report, group, n) for n, group in enumerate(groups, start=1)]
    head, tail = _head(report, groups), _tail(report, groups)
    left = MOST_BYTES - sum(_size(part) for part in (*head, *tail))
    kept: list[str] = []
    for detail in details:
        left -= _size(detail)
        if left < 0:
            break
        kept.append(detail)
    if len(kept) < len(details):
        kept.append(f"The details of {len(details) - len(kept)} more causes are left out.")
    return "\n\n".join([*head, *kept, *tail]) + "\n"


def _head(report: Report, groups: list[Group]) -> list[str]:
    sign = _SIGNS.get(verdict_of(report), "⚠️")
    words = _text(verdict_words(report))
    lines = [
        f"## {sign} mockserver: {words}",
        _text(", ".join([f"exit code {int(report.exit_code)}", *spent(report)])),
    ]
    if groups:
        lines.append(
            "\n".join(_fitting(_sides(groups) if is_drift(report) else _causes(report, groups)))
        )
    return lines + [f"> {_text(aside)}" for aside in asides_of(report)]


def _causes(report: Report, groups: list[Group]) -> list[str]:
    rows = [
        f"| {n} | {_text(tell_group(group.findings))}{_mark(report, group.head)} "
        f"| {_text(group.head.law)} ({group.head.tier}) "
        f"| {_text(certainty_words(group.head))} |"
        for n, group in enumerate(groups, start=1)
    ]
    return ["| | what is wrong | law | how sure |", "|---|---|---|---|", *rows]


def _sides(groups: list[Group]) -> list[str]:
    """Return the differences of two targets, side by side."""
    found = [(group.head, group.head.evidence.sides) for group in groups]
    names = next(([side.name for side in sides] for _, sides in found if sides), ["", ""])
    rows = [
        f"| {n} | {_text(head.symptom)} | {' | '.join(_text(side.shows) for side in sides)} |"
        for n, (head, sides) in enumerate(found, start=1)
        if sides
    ]
    return [f"| | what differs | {' | '.join(map(_text, names))} |", "|---|---|---|---|", *rows]


def _fitting(lines: list[str]) -> list[str]:
    """Return as many lines of a table as leave room for the rest."""
    kept: list[str] = []
    left = MOST_BYTES // 3
    for line in lines:
        left -= _size(line)
        if left < 0:
            return [*kept, f"| | and {len(lines) - len(kept)} more | | |"]
        kept.append(line)
    return kept


def _detail(report: Report, group: Group, number: int) -> str:
    title = tell_group(group.findings)
    blocks = [*_finding(group.head, title)]
    if len(group.findings) > 1:
        others = [f"- {_text(_in_one_line(other))}" for other in group.findings[1:]]
        blocks += ["Of the same cause:", "\n".join(others)]
    return _folded(f"{number}. {_inline(title)}", blocks)


def _in_one_line(finding: Finding) -> str:
    """Return a finding that stands under a graver one, and the plan that shows it by itself."""
    plan = f", `--plan '{finding.plan}'`" if finding.plan else ""
    told = f"{finding.law} ({finding.tier}): {tell_cause(finding)}"
    print_ = f" [{finding.fingerprint}]" if finding.fingerprint else ""
    return f"{told}{print_}{plan}"


def _finding(finding: Finding, title: str) -> Iterator[str]:
    evidence = finding.evidence
    if evidence.sides is not None:
        yield "\n".join(
            ["| side | shows |", "|---|---|"]
            + [f"| {_text(side.name)} | {_text(side.shows)} |" for side in evidence.sides]
        )
        for side in evidence.sides:
            if side.replay:
                yield _fence([side.replay], "sh")
        return
    yield "\n".join(
        f"- **{name}:** {_text(value)}" for name, value in _rows(finding, title) if value
    )
    if evidence.requests:
        lines = [line for asked in evidence.requests for line in (*wire_lines(asked), "")]
        yield _fence(lines[:-1], "http")
    if finding.replay:
        yield "Shows again with:"
        yield _fence([finding.replay], "sh")


def _rows(finding: Finding, title: str) -> list[tuple[str, str]]:
    evidence = finding.evidence
    told = tell_cause(finding)
    kinds = evidence.kinds
    differs = "" if kinds is None else f" ({kinds[1]} in place of {kinds[0]})"
    return [
        ("law", f"{finding.law} ({finding.tier})" + (f": {told}" if told != title else "")),
        ("received", finding.received),
        ("documented", finding.documented),
        ("rows", evidence.counts),
        ("member", f"{evidence.member}{differs}" if evidence.member else ""),
        ("cause", ", ".join(f"{axis}: {kind}" for axis, kind in cause_shown(finding))),
        ("how sure", certainty_words(finding)),
        ("perhaps", "; ".join(evidence.hints)),
        ("also breaks", ", ".join(finding.also)),
        ("on the mock", "it does the same" if finding.also_on_mock else ""),
        ("fingerprint", finding.fingerprint),
        ("waived", finding.waived),
    ]


def _tail(report: Report, groups: list[Group]) -> list[str]:
    parts = []
    if report.coverage is not None:
        parts += _coverage(report)
    left = open_laws(report)
    if left:
        count = sum(len(group.laws) for group in left)
        rows = [
            f"| {group.verdict} | {_text(', '.join(group.laws))} | {_text(group.reason)} |"
            for group in left
        ]
        table = "\n".join(["| | laws | why |", "|---|---|---|", *rows])
        parts.append(_folded(f"{count} laws without a verdict", [table]))
    if report.profile:
        doubts = doubtful_points(report, groups)
        rows = [
            f"| {_text(point)} | {_text(measured.choice)}{_doubt(doubts.get(point))} "
            f"| {_text(measured.evidence)} |"
            for point, measured in sorted(report.profile.items())
        ]
        table = "\n".join(["| point | choice | seen by |", "|---|---|---|", *rows])
        parts.append(_folded("What was learned of the open points", [table]))
    rows = [f"| {_text(name)} | {_text(value)} |" for name, value in facts_of(report)]
    parts.append(_folded("This run", ["\n".join(["| | |", "|---|---|", *rows])]))
    return parts


def _doubt(why: str | None) -> str:
    return "" if why is None else f" (doubtful, {why})"


def _coverage(report: Report) -> list[str]:
    assert report.coverage is not None, "asked only where there is one"
    coverage, grid = report.coverage, grid_of(report.coverage)
    told = f"{coverage.covered:,} of {coverage.of:,} pairs of values acted"
    drawn = f"; {coverage.drawn:,} requests were drawn" if coverage.drawn else ""
    parts = ["### Coverage of the contract", f"{told}{drawn}."]
    if grid.rows:
        parts += [_grid_table(grid), _legend(grid)]
        note = field_note(report, grid)
        parts += [_text(note)] if note else []
    if coverage.missed:
        lines = [*told_pairs(coverage.missed)]
        missed = [f"- {_text(line)}" for line in lines[:_MISSED]]
        if len(lines) > _MISSED:
            missed.append(f"- and {len(lines) - _MISSED:,} more lines")
        title = f"{len(coverage.missed):,} pairs that did not act"
        parts.append(_folded(title, ["\n".join(missed)]))
    return parts


def _grid_table(grid: Grid) -> str:
    columns = [_text(column) or "any" for column in grid.columns]
    lines = [
        f"| parameter | spelling | {' | '.join(columns)} |",
        f"|---|---|{'---|' * len(columns)}",
    ]
    for row in grid.rows:
        marks = " | ".join(_MARKS[state] for state in row.states)
        lines.append(f"| {_text(row.name)} | {_text(row.detail)} | {marks} |")
    return "\n".join(lines)


def _legend(grid: Grid) -> str:
    return ", ".join(
        f"{_MARKS[state]} {words} ({grid.counts[state]})" for state, words in STATES.items()
    )


def _mark(report: Report, finding: Finding) -> str:
    if finding.waived:
        return f", waived: {_text(finding.waived)}"
    return "" if is_counted(report, finding) else ", not counted"


def _folded(title: str, blocks: list[str]) -> str:
    """Return what unfolds; `title` is HTML."""
    body = "\n\n".join(blocks)
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _fence(lines: list[str], language: str) -> str:
    shown = [printable(line) for line in lines]
    longest = max((len(run) for run in re.findall("`+", "\n".join(shown))), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def _text(text: str) -> str:
    """Return a text for a line or a cell; what stands between backticks is code."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return _SPECIAL.sub(r"\\\1", printable(text))
    return "".join(
        # A cell of a table ends at a bar even inside code.
        f"`{part}`".replace("|", "\\|") if number % 2 and part else _SPECIAL.sub(r"\\\1", part)
        for number, part in enumerate(parts)
    )


def _inline(text: str) -> str:
    """Return a text as HTML; what stands between backticks is code."""
    parts = html.escape(printable(text)).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(
        f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts)
    )


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace")) + 2
