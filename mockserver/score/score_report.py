"""Write a score for people: as Markdown, or as a page; kills by category, and what survived."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.checks.forms.html_report import render_page
from mockserver.score.bench import Score, kill_rates, score_to_json, survival_of
from mockserver.score.trial import Result

__all__ = ["SCORE_KINDS", "encode_score_html", "encode_score_json", "encode_score_markdown"]

_PARTS = (("still", "Bugs"), ("moving", "Bugs, while the data moves"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Hold what is shown of one part of a score.

    Attributes:
        rates: category, found, all; the last row is all categories.
        survivors: why, and which.
        laws: the laws that found most, with how many.
    """

    title: str
    rates: tuple[tuple[str, int, int], ...]
    survivors: tuple[tuple[str, tuple[str, ...]], ...]
    laws: tuple[tuple[str, int], ...]
    cost: str


def encode_score_json(score: Score) -> str:
    """Return the score as JSON."""
    return json.dumps(score_to_json(score), indent=1) + "\n"


def encode_score_markdown(score: Score) -> str:
    """Return the score as Markdown."""
    blocks = ["## What the laws are worth"]
    for part in _parts(score):
        rows = [
            f"| {name} | {found} of {count} | {_percent(found, count)} |"
            for name, found, count in part.rates
        ]
        table = "\n".join(["| category | found | |", "|---|---|---|", *rows])
        blocks += [f"### {part.title}", table, part.cost]
        for why, names in part.survivors:
            listed = "\n".join(f"- `{name}`" for name in names)
            blocks.append(f"**Survivors, {why} ({len(names)}):**\n\n{listed}")
        laws = ", ".join(f"{law} {count}" for law, count in part.laws)
        blocks.append(f"<details><summary>Caught by</summary>\n\n{laws or 'none'}\n\n</details>")
    if score.variations:
        alarms = _alarms(score.variations)
        title = f"Alarms: {len(alarms)} in {len(score.variations)} runs"
        blocks += ["### Servers without a bug", title]
        blocks += ["\n".join(f"- `{name}`: {what}" for name, what in alarms)] if alarms else []
    return "\n\n".join(blocks) + "\n"


def encode_score_html(score: Score) -> str:
    """Return the score as a page."""
    return render_page(
        "score.html",
        {
            "parts": _parts(score),
            "runs": len(score.variations),
            "alarms": _alarms(score.variations),
            "percent": _percent,
        },
    )


SCORE_KINDS: Mapping[str, Callable[[Score], str]] = {
    "html": encode_score_html,
    "json": encode_score_json,
    "markdown": encode_score_markdown,
}


def _parts(score: Score) -> list[Part]:
    found = [(title, getattr(score, name)) for name, title in _PARTS]
    return [_part(title, results) for title, results in found if results]


def _part(title: str, results: Sequence[Result]) -> Part:
    survivors: dict[str, list[str]] = {}
    laws: dict[str, int] = {}
    for result in results:
        why = survival_of(result)
        if why is not None:
            survivors.setdefault(why, []).append(str(result.trial.bug))
        for law in result.laws:
            laws[law] = laws.get(law, 0) + 1
    most, longest = max(r.requests for r in results), max(r.seconds for r in results)
    return Part(
        title=title,
        rates=tuple((name, *rate) for name, rate in kill_rates(results).items()),
        survivors=tuple((why, tuple(names)) for why, names in sorted(survivors.items())),
        laws=tuple(sorted(laws.items(), key=lambda item: -item[1])),
        cost=f"A run: at most {most} requests and {longest:.1f} s.",
    )


def _alarms(results: Sequence[Result]) -> list[tuple[str, str]]:
    return [
        (
            f"{result.trial.variation} (seed {result.trial.seed})",
            "; ".join(result.plans) or result.ended_by or "; ".join(result.crashes),
        )
        for result in results
        if result.is_alarm
    ]


def _percent(found: int, count: int) -> str:
    return f"{100 * found / max(count, 1):.0f} %"
