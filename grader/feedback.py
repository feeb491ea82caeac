"""What a student, and what an instructor, is told about a graded answer.

For students nothing here reads a value of the reference: no expected entry, no point, no
witness.  The instructor gets the evidence.
"""

from __future__ import annotations

from grader.claims import Finding, Reason, Truth
from grader.grade import Graded, GradedItem, Outcome, Settled
from grader.working import first_fault

OUTCOME_WORDS: dict[Outcome, str] = {
    "right": "right",
    "partial": "partly right",
    "wrong": "wrong",
    "unreadable": "could not be read",
    "undecided": "needs a person",
    "blank": "no answer",
}

_HEADINGS: dict[Outcome, str] = {
    "right": "Right.",
    "partial": "Partly right.",
    "wrong": "Not right.",
    "unreadable": "Your answer could not be read, so it was not graded and does not count as wrong.",
    "undecided": "Your answer could not be graded automatically. It does not count as wrong; a person will look at it.",
    "blank": "No answer was given.",
}

_REASONS: dict[Reason, str] = {
    "value": "",
    "domain": "Where your expression is defined it may well be right, but it has no value on part of the domain of "
    "the question; think of negative arguments and of zero.",
    "constant": "Look at the constant of integration: is one needed here, and can it take every value?",
    "layout": "Your entries are right, but rows and columns are swapped; check the layout that the question asks for.",
    "shape": "Your answer has another shape or size than the question asks for.",
    "form": "The value is right but not its form; give the exact value, not a rounded decimal.",
    "missing": "Something is missing from your list.",
    "extra": "Your list holds something that does not belong there.",
}


def for_student(graded: Graded) -> tuple[str, ...]:
    """Sentences that help and give nothing away."""
    sentences = [_HEADINGS[graded.outcome]]
    if graded.decided:
        # What the grader found is then not what counts.
        return (*sentences, f"A person decided this: {graded.decided}", *graded.notes)
    if graded.followed:
        sentences.append(
            f"It follows rightly from your answer to part {graded.followed}, which is to be looked at again."
        )
    if graded.fault is not None:
        said = graded.fault.explanation
        sentences.append(f"At character {graded.fault.column}: {said}{'' if said.endswith('?') else '.'}")
    if graded.outcome in ("wrong", "partial"):
        if graded.diagnosis is not None:
            sentences.append(graded.diagnosis.feedback)
        sentences += _about(graded)
    sentences += graded.notes
    sentences += _about_working(graded)
    return tuple(dict.fromkeys(sentences))


def _about_working(graded: Graded) -> list[str]:
    """The first line of working that does not follow; the point that shows it is for the instructor."""
    fault = first_fault(graded.working)
    return [] if fault is None else [f"In your working {fault.said}."]


def _about(graded: Graded) -> list[str]:
    """What the refuted claims say, without the reference."""
    refuted = [s for s in graded.findings if s.finding.truth is Truth.REFUTED]
    sentences = []
    for settled in refuted:
        sentences += _reason(settled, graded)
    right = [s.about for s in graded.findings if s.finding.right and s.weight]
    if right and refuted and graded.outcome == "partial":
        sentences.insert(0, f"Right: {_listed(right)}.")
        wrong = [s.about for s in refuted if s.finding.reason in ("value", None) and not s.finding.parts]
        if wrong:
            sentences.append(f"Not right: {_listed(wrong)}.")
    return sentences


def _reason(settled: Settled, graded: Graded) -> list[str]:
    finding = settled.finding
    size = graded.read_as.size if graded.read_as is not None else None
    if finding.reason == "shape" and size is not None:
        rows, columns = size
        return [f"{_REASONS['shape']} Yours has {_count(rows, 'row')} and {_count(columns, 'column')}."]
    if settled.polynomial:
        return ["The question asks for a polynomial; check its form and its degree."]
    if finding.reason == "layout":
        return [_REASONS["layout"]]
    if finding.parts:
        sentence = _parts(finding, size)
        extra = [_REASONS["extra"]] if finding.reason == "extra" else []
        return [sentence, *extra, *_part_reasons(finding)]
    sentence = _REASONS[finding.reason] if finding.reason is not None else ""
    # The decider's own note, or a named mistake, says more than the general sentence.
    said = finding.note or (graded.diagnosis is not None and finding.reason == "domain")
    return [sentence] if sentence and not said else []


def _parts(finding: Finding, size: tuple[int, int] | None) -> str:
    """Which entries of an array are right; of points only how many, for their total would tell
    how many there are to be found."""
    right = sum(part.right for part in finding.parts)
    are = "is" if right == 1 else "are"
    if size is None or size[0] * size[1] != len(finding.parts):
        labels = sum(part.reason == "value" for part in finding.parts)
        if labels:
            return f"In {labels} of your points the place is right and the nature is not."
        return f"{right} of your points {are} right." if right else "None of your points is right."
    if not right:
        return f"None of the {len(finding.parts)} entries is right."
    wrong = [_entry(i, size) for i, part in enumerate(finding.parts) if part.truth is Truth.REFUTED]
    return f"{right} of {len(finding.parts)} entries {are} right; look again at {_listed(wrong)}."


def _part_reasons(finding: Finding) -> list[str]:
    reasons = dict.fromkeys(p.reason for p in finding.parts if p.reason in ("domain", "form", "missing"))
    return [_REASONS[reason] for reason in reasons if reason is not None]


def _entry(index: int, size: tuple[int, int]) -> str:
    rows, columns = size
    if rows == 1 or columns == 1:
        return f"entry {index + 1}"
    return f"row {index // columns + 1}, column {index % columns + 1}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _listed(words: list[str]) -> str:
    return "; ".join(words) if any("," in word for word in words) else ", ".join(words)


def for_instructor(graded: Graded) -> tuple[str, ...]:
    """The evidence, claim by claim; it shows values of the reference."""
    lines = [
        f"{s.about}: {s.finding.truth.value}" + (f" by {s.finding.by}" if s.finding.by else "") + _evidence(s.finding)
        for s in graded.findings
    ]
    if graded.diagnosis is not None and graded.diagnosis.also:
        lines.append("the same answer also comes from: " + ", ".join(graded.diagnosis.also))
    if graded.unnamed is not None and graded.unnamed.relation:
        lines.append(f"no mistake was named; the answer is {graded.unnamed.relation}")
    lines += [f"working, {line.said}: {line.evidence}" for line in graded.working if line.said]
    if graded.trouble:
        lines.append(f"undecided: {graded.trouble}")
    return tuple(lines)


def _evidence(finding: Finding) -> str:
    return f": {finding.evidence}" if finding.evidence else ""


def heading(item: GradedItem) -> str:
    """``2 Power of a sine: partly right, 1/2 of 4``, in the words of `OUTCOME_WORDS`."""
    graded = item.graded
    return f"{item.number} {item.title}: {OUTCOME_WORDS[graded.outcome]}, {graded.score} of {graded.points}"
