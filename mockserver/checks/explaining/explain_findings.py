"""Say of each finding on rows what explains them best, from all answers of the run.

No request is sent for it, and no fingerprint depends on it: it is wording.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise

from mockserver.checks.cause import FLAKY, cause_of, is_within
from mockserver.checks.decoding.decode import Row
from mockserver.checks.expectation import Expectation
from mockserver.checks.explaining.explanations import Explained, bare_words, explain
from mockserver.checks.explaining.forgetting import Answered, changes_its_mind, told_forgotten
from mockserver.checks.explaining.readings import Seen
from mockserver.checks.explaining.sticking import (
    Next,
    Turn,
    told_again,
    told_reader,
    told_rhythm,
    told_sticking,
)
from mockserver.checks.explaining.telling_apart import told_by_length
from mockserver.checks.explaining.value_kinds import told_difference, told_in_lists
from mockserver.checks.facts import Key, Page, member
from mockserver.checks.laws.lists import MAX_ROWS
from mockserver.checks.oracle import View, pairs_of
from mockserver.checks.plan import FILTER_NAMES, Query
from mockserver.checks.readers import READERS
from mockserver.checks.report import Finding
from mockserver.checks.sandwich import Runner
from mockserver.checks.selection import selector
from mockserver.checks.symptoms import as_exact
from mockserver.models import CONVERSATION_FIELDS

__all__ = ["OF_TENANTS", "explain_findings"]

_ERROR = 500
# How many other explanations a finding tells.
_HINTS = 2
_TWICE = "a row twice"
# So many answers were right before what is wrong since, in nearly all of them.
_LATE, _MOST = 8, 8
_ON_ROWS = ("rows not in the list", "rows differ", "some rows")
# What a server that remembers answers gives in place of another: other rows, or another type.
_REMEMBERED = (*_ON_ROWS, "boundary differs", "not monotone")
# On what two users may see of each other.
OF_TENANTS = ("L55-isolation", "L56-indistinguishable")
_ON_TIME = ("L33-", "L36-", "L39-", "L40-", "L78-", "L89-")
_ON_SCHEMA = "L16-schema"
_OF_TYPES = ("media type", "another media type")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """Hold the lists that were answered in a run, with what each had to be."""

    runner: Runner
    pages: Sequence[Page]
    readers: Mapping[str, Mapping[Key, Row]] = field(repr=False)

    def lists(self) -> Iterator[tuple[Page, Expectation, Seen]]:
        """Yield the answers that are lists of which it is known what they had to be."""
        for number, page in enumerate(self.pages):
            if page.status != 200 or page.rows is None or page.is_broken:
                continue
            expected = self.runner.expect(page.query)
            if expected is None or expected.must_refuse or expected.is_head:
                continue
            if len(page.rows) < MAX_ROWS and self.readers.get(expected.reader):
                yield page, expected, self._seen(page, expected, number)

    def _seen(self, page: Page, expected: Expectation, number: int) -> Seen:
        """Return an answer as what may explain it reads it."""
        rows, facts = self.readers[expected.reader], self.runner.facts
        if expected.reader == "other":
            facts = replace(facts, narrow=Query())
        return Seen(
            query=page.query,
            meaning=expected.meaning,
            rows=rows,
            held=page.keys & rows.keys(),
            length=len(page.rows or ()),
            number=number,
            facts=facts,
        )


def explain_findings(
    findings: Sequence[Finding], pages: Sequence[Page], runner: Runner
) -> list[Finding]:
    """Return the findings with what explains the rows of their answers."""
    readers = {reader: _steady(pages, runner, reader) for reader in ("user", "other")}
    answers = _Answers(runner=runner, pages=pages, readers=readers)
    found = list(answers.lists())
    doubtful: set[str] = set()
    told = [_explained(_counted(finding, pages), found, doubtful) for finding in findings]
    return _with_stories(_with_common(told), answers, found, is_doubtful=bool(doubtful))


_Found = Sequence[tuple[Page, Expectation, Seen]]


def _steady(pages: Sequence[Page], runner: Runner, reader: str) -> Mapping[Key, Row]:
    """Return the rows that a reader's whole list had whenever it was read, or mostly.

    What makes one of many answers another one may have made a read of the list so.
    """
    reads = [
        page
        for page in pages
        if page.response.request.purpose == "base"
        and page.query.directive("auth", "user") == reader
        and page.rows is not None
    ]
    if not reads or len(reads[0].rows or ()) >= MAX_ROWS:
        return runner.base_of(reader).rows
    rows = reads[0].by_key
    return {key: row for key, row in rows.items() if _is_steady([key in r.keys for r in reads])}


def _is_steady(seen: Sequence[bool]) -> bool:
    """Say whether a row of the first read is in every one, or left mostly to come back."""
    went = sum(one and not two for one, two in pairwise(seen))
    came = sum(two and not one for one, two in pairwise(seen))
    return not went or (came > 0 and 2 * sum(seen) > len(seen))


def _counted(finding: Finding, pages: Sequence[Page]) -> Finding:
    """Return a finding on errors that come now and then with how many of all answers they are."""
    if finding.cause != FLAKY or finding.symptom != "status 5xx":
        return finding
    errors = sum(page.status >= _ERROR for page in pages)
    seen = (max(errors, 1), max(len(pages), 1))
    return replace(finding, evidence=replace(finding.evidence, seen=seen))


def _explained(finding: Finding, found: _Found, doubtful: set[str]) -> Finding:
    """Return a finding with what explains it; one that is not wholly explained is doubtful."""
    if finding.evidence.member and finding.symptom.endswith(" differs"):
        return _with_difference(finding, found)
    if finding.symptom == _TWICE:
        return _since_when(finding, found)
    if as_exact(finding.symptom) is None and finding.symptom not in _ON_ROWS:
        return finding
    is_flaky = finding.cause == FLAKY
    if is_flaky or finding.evidence.certainty == "needs-history":
        return finding
    within = [(page, one) for page, _, one in found if is_within(finding.cause, page.query)]
    alone = [one for page, one in within if cause_of(page.query) == finding.cause]
    names = [axis for axis, _ in finding.cause if axis in FILTER_NAMES]
    told = explain([[one for _, one in within], alone], names, [one for _, _, one in found])
    if not told.is_whole:
        doubtful.add(finding.fingerprint)
    return _with(finding, told)


def _since_when(finding: Finding, found: _Found) -> Finding:
    """Return a finding on rows that occur twice with since when they do, where that is later on."""
    lists = [(one.number, one.length > len(page.keys)) for page, _, one in found if one.length > 1]
    first = next((number for number, is_twice in lists if is_twice), 0)
    later = [is_twice for number, is_twice in lists if number >= first]
    is_most = _MOST * sum(later) >= (_MOST - 1) * len(later)
    is_late = first >= _LATE and len(later) >= _LATE and is_most
    told = f"a row is twice in the list after some {first} answers, and from then on"
    told = told if is_late else ""
    return replace(finding, evidence=replace(finding.evidence, explained=told))


def _with_difference(finding: Finding, found: _Found) -> Finding:
    """Return a finding on a member with how its values differ from those of the list."""
    pointer = "/" + finding.evidence.member.replace(".", "/")
    pairs_in = []
    for page, _, one in found:
        view = View(facts=one.facts, core=one.rows, listed=frozenset(one.rows))
        pairs = [
            (member(listed, pointer), member(shown, pointer))
            for _, shown, listed in pairs_of(page, view)
        ]
        pairs_in.append((page, one.length, pairs))
    is_everywhere = finding.cause == FLAKY
    about = [
        pair
        for page, _, pairs in pairs_in
        if is_everywhere or is_within(finding.cause, page.query)
        for pair in pairs
    ]
    words = told_difference(about)
    if not words:
        return finding
    told = told_in_lists(words, [(length, pairs) for _, length, pairs in pairs_in])
    told = f"`{finding.evidence.member}` {told}"
    return replace(finding, evidence=replace(finding.evidence, explained=told))


def _with_common(findings: list[Finding]) -> list[Finding]:
    """Return the findings; what explains several of them is told of each of these first."""
    told = [(f.evidence.explained, *f.evidence.hints) for f in findings]
    every = chain.from_iterable({bare_words(one) for one in set(words)} for words in told)
    # Bounds of a cut fit too much to be more than what is left.
    counts = Counter(words for words in every if not words.startswith("rows "))
    common = []
    for finding, words in zip(findings, told, strict=True):
        ranked = sorted(words, key=lambda one: (-counts[bare_words(one)], words.index(one)))
        evidence = replace(
            finding.evidence, explained=ranked[0], hints=tuple(ranked[1 : _HINTS + 1])
        )
        common.append(replace(finding, evidence=evidence) if words[0] else finding)
    return common


def _with(finding: Finding, told: Explained) -> Finding:
    if not told.words:
        return finding
    evidence = replace(finding.evidence, explained=told.words, hints=told.others)
    return replace(finding, evidence=evidence)


def _answered(pages: Sequence[Page], runner: Runner, found: _Found) -> list[Answered]:
    """Return every answer with a list, in order; those of which nothing is known as right ones."""
    known = {id(page): (expected, seen) for page, expected, seen in found}
    answered = []
    for page in pages:
        if page.status != 200 or page.rows is None or page.is_broken:
            continue
        expected, seen = known.get(id(page), (None, None))
        wanted, reader, kind, is_wrong = None, "user", page.kind, False
        if expected is not None and seen is not None:
            reader, kind = expected.reader, min(expected.kinds)
            test = selector(seen.meaning, seen.facts)
            wanted = frozenset(key for key, row in seen.rows.items() if test(row))
            # What repeated keys mean was learned of answers that may be others'.
            is_open = any(term.style == "repeat" for term in page.query.filters)
            is_wrong = page.kind not in expected.kinds or not (is_open or seen.is_right)
        answered.append(
            Answered(
                page=page,
                asked=Query(page.query.filters),
                wanted=wanted,
                reader=reader,
                type=kind or "",
                is_wrong=is_wrong,
                facts=runner.facts,
            )
        )
    return answered


def _with_stories(
    findings: list[Finding], answers: _Answers, found: _Found, *, is_doubtful: bool
) -> list[Finding]:
    """Return the findings; those that what came before explains have one story."""
    about = [finding for finding in findings if _is_on_list(finding)]
    unsteady = [finding for finding in about if _is_unsteady(finding)]
    answered = _answered(answers.pages, answers.runner, found)
    is_tried = bool(unsteady) or is_doubtful or changes_its_mind(answered)
    story = told_reader(list(_turns(answered, answers.pages))) if unsteady else ""
    lacking = _told_lacking(found)
    if story:
        about = [*about, *(f for f in findings if f.law in OF_TENANTS and f not in about)]
    elif lacking:
        story = lacking
        about = [f for f in findings if _is_on_list(f) or _is_on_time(f) or f.law == _ON_SCHEMA]
    elif is_tried:
        story = told_forgotten(answered)
    if not story and unsteady:
        about = unsteady
        causes = [one.cause for one in findings if one not in unsteady and one.cause]

        def is_known(page: Page) -> bool:
            return any(is_within(cause, page.query) for cause in causes)

        others = [
            replace(one, is_wrong=one.is_wrong and not is_known(one.page)) for one in answered
        ]
        wrong = [
            Next(seen, answers.pages[seen.number - 1])
            for page, _, seen in found
            if seen.number and not (seen.is_right or is_known(page))
        ]
        story = told_forgotten(others) or told_sticking(wrong)
        if not story:
            story = _rhythm(answered)
            about = [f for f in findings if _is_on_list(f) or _is_unsteady(f) or _is_on_time(f)]
    if not story:
        return findings
    return [
        replace(one, evidence=replace(one.evidence, story=story, explained="", hints=()))
        if one in about
        else one
        for one in findings
    ]


def _told_lacking(found: _Found) -> str:
    """Return a sentence on lists whose rows lack a member by which a row is known."""
    lists = [(page.rows or (), one) for page, _, one in found if one.length]
    wrong = [(rows, one) for rows, one in lists if not one.held]
    right = [(rows, one) for rows, one in lists if one.held]
    if len(wrong) < _LATE or not right:
        return ""
    for name, _ in CONVERSATION_FIELDS:
        is_gone = all(row.get(name) is None for rows, _ in wrong for row in rows)
        if is_gone and all(row.get(name) is not None for rows, _ in right for row in rows):
            lengths = ([one.length for _, one in part] for part in (wrong, right))
            return f"rows have no `{name}` {told_by_length(*lengths)}".rstrip()
    return ""


def _turns(answered: Sequence[Answered], pages: Sequence[Page]) -> Iterator[Turn]:
    """Yield who asked for lists in which the first user has rows that the second one has not."""
    before = dict(zip(map(id, pages[1:]), pages, strict=False))
    turns = [
        (one, _reader(one.page), _reader(before[id(one.page)]))
        for one in answered
        if id(one.page) in before
    ]
    theirs = frozenset().union(*(one.page.keys for one, *who in turns if who == ["other", "other"]))
    for one, reader, earlier in turns:
        if one.wanted and one.wanted - theirs:
            yield Turn(reader, earlier, not one.is_wrong)


def _reader(page: Page) -> str:
    return READERS.get(page.query.directive("auth", "user"), "")


def _rhythm(answered: Sequence[Answered]) -> str:
    """Return what is told of lists that are empty now and then, if all that is wrong is that."""
    wrong = [number for number, one in enumerate(answered) if one.is_wrong]
    if any(answered[number].page.keys for number in wrong):
        return ""
    # However it was written, and in whatever type.
    asked = [(one.reader, one.wanted or str(one.asked)) for one in answered]
    return told_again(asked, wrong) or told_rhythm(wrong, len(answered))


def _is_on_time(finding: Finding) -> bool:
    """Say whether a finding is on what changes from answer to answer."""
    return finding.law.startswith(_ON_TIME)


def _is_on_list(finding: Finding) -> bool:
    symptom = finding.symptom
    return as_exact(symptom) is not None or symptom in _REMEMBERED or symptom.startswith(_OF_TYPES)


def _is_unsteady(finding: Finding) -> bool:
    """Say whether a finding shows now and then, or after others."""
    seen, asked = finding.evidence.seen
    is_told = finding.evidence.certainty != "reproducible" or finding.cause == FLAKY
    return is_told or asked > seen
