"""A reply as plain text: for the terminal, Slack's fallback text and exports.

The order is that of a hurried reader on a phone: the upshot, what was understood, what is
raised, what to do, the next question, and only then the rest.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from bot.dialogue.conversation import (
    Asked,
    Citation,
    ConsiderationNote,
    FlagNote,
    Reply,
    SafeguardNote,
    Status,
)
from retrieval.guidance import Checked, Guidance

BRIEF_CONSIDERATIONS = 2
"""Considerations shown under an interim answer; the full advice shows all."""
BRIEF_SAFEGUARDS = 3
"""Safeguards shown under an interim answer."""

MARKS: Mapping[Checked, str] = {
    Checked.OFFICIAL: "official text",
    Checked.SEEN: "our digest, substance seen in a reliable source",
    Checked.UNCHECKED: "our digest, not yet checked against the official text",
}
"""What is said of a provision wherever it is shown."""

Numbers = Mapping[tuple[str, int, int], int]


def to_text(reply: Reply, guidance: Guidance) -> str:
    """*reply* as text with numbered citations.

    *guidance* is the reply's own release: labels of facts and the cited passages come from it.
    """
    blocks: list[str] = []
    numbers: dict[tuple[str, int, int], int] = {}
    cited: list[Citation] = []

    def mark(citations: tuple[Citation, ...]) -> str:
        marks = []
        for citation in citations:
            key = (citation.provision, citation.start, citation.end)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                cited.append(citation)
            marks.append(f"[{numbers[key]}]")
        return " " + "".join(marks) if marks else ""

    blocks.append("\n".join(line.text + mark(line.citations) for line in reply.lead))
    if reply.heard:
        blocks.append(reply.heard)
    if reply.shape == "sources":
        blocks.append("\n\n".join(_source(c, guidance) for c in reply.citations()))
    elif reply.shape == "safeguards":
        blocks += [_safeguard(s, mark) for s in reply.safeguards]
    else:
        blocks += _body(reply, guidance, mark)
    if reply.question is not None:
        blocks.append(_question(reply.question))
    if reply.shape == "full":
        blocks += _ending(reply, guidance, mark)
    if reply.closing:
        blocks.append(" ".join(line.text for line in reply.closing))
    if cited:
        blocks.append("\n".join(f"[{i}] {reference(c)}" for i, c in enumerate(cited, start=1)))
    return "\n\n".join(block for block in blocks if block)


def reference(citation: Citation) -> str:
    """A citation in one line: source, pinpoint, how far it is checked, link."""
    return (f"{citation.source_title}: {citation.pinpoint} "
            f"({MARKS[citation.checked]}) {citation.url}")


def _body(reply: Reply, guidance: Guidance, mark: "_Mark") -> Iterator[str]:
    raised = [f for f in reply.flags if f.status is Status.RAISED]
    brief = reply.shape == "brief"
    if raised:
        yield "Red flags\n" + "\n".join(_flag(f, guidance, mark) for f in raised)
    if not reply.flags and reply.considerations:
        yield "\n\n".join(_passage(c, mark) for c in reply.considerations)
        return
    weigh = reply.considerations[: BRIEF_CONSIDERATIONS if brief else None]
    if weigh:
        yield "What to weigh\n" + "\n".join(_consideration(c, mark) for c in weigh)
    if reply.related and not brief:
        yield "Also speaks to a deal like this\n" + "\n".join(
            _consideration(c, mark) for c in reply.related
        )
    safeguards = reply.safeguards[: BRIEF_SAFEGUARDS if brief else None]
    if safeguards:
        yield "Safeguards to put in place\n" + "\n".join(_safeguard(s, mark) for s in safeguards)
        if reply.more_safeguards and not brief:
            yield f"{len(reply.more_safeguards)} more: say \"more safeguards\"."


def _ending(reply: Reply, guidance: Guidance, mark: "_Mark") -> Iterator[str]:
    open_ones = [f for f in reply.flags if f.status is Status.OPEN]
    if reply.open_facts:
        names = [guidance.questions[f].label for f in reply.open_facts]
        yield "Still open: " + ", ".join(names) + "."
    if open_ones:
        yield f"Red flags that hang on it: {len(open_ones)}."
    if reply.consult:
        yield "\n".join(line.text + mark(line.citations) for line in reply.consult)
    if reply.coverage:
        yield "Coverage: " + "; ".join(
            f"{', '.join(guidance.consideration_by_id[line.consideration].title.strip() for line in lines)}"
            f" — {state.replace('_', ' ')}"
            for state, lines in groupby(
                sorted(reply.coverage, key=lambda line: line.state), key=lambda line: line.state
            )
        ) + "."


def _flag(flag: FlagNote, guidance: Guidance, mark: "_Mark") -> str:
    said = ", ".join(f"“{s}”" for s in flag.said)
    because = f" Because you said {said}." if said else ""
    supposed = " You were not sure of that." if flag.tentative else ""
    ours = " (our own flag)" if flag.ours else ""
    return f"- {flag.title}{ours}.{because}{supposed} {flag.explains}{mark(flag.citations)}"


def _consideration(c: ConsiderationNote, mark: "_Mark") -> str:
    state = {Status.RAISED: "red flag raised", Status.OPEN: "open", Status.NOT_RAISED: "looked at"}
    status = f" ({state[c.status]})" if c.number is not None else ""
    return f"- {c.title}{status}: {c.text}{mark(c.citations)}"


def _passage(c: ConsiderationNote, mark: "_Mark") -> str:
    return f"{c.title}: {c.text}{mark(c.citations)}"


def _safeguard(s: SafeguardNote, mark: "_Mark") -> str:
    return f"- {s.title} ({s.stage}): {s.text}{mark(s.citations)}"


def _source(citation: Citation, guidance: Guidance) -> str:
    text = guidance.provisions[citation.provision].text[citation.start : citation.end]
    return f"{reference(citation)}\n{text}"


def _question(question: Asked) -> str:
    lines = [f"Next: {question.text}"]
    if 0 < len(question.choices) <= 60:
        lines += [f"  {i}. {c.label}" for i, c in enumerate(question.choices, start=1)]
    lines.append("  or \"I don't know\"")
    return "\n".join(lines)


class _Mark:
    """Type of the function that numbers citations as they are met."""

    def __call__(self, citations: tuple[Citation, ...]) -> str: ...
