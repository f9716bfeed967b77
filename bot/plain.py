"""A reply as plain text: for the terminal protocol, Slack's fallback text and exports.

The order is that of a hurried reader on a phone: the upshot, what was understood, what is
raised, what to do, the next question, and only then the rest.  A language model's wording stands
where the points that it restates would stand.  How far a source is checked is
said once, over the list of sources it holds for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.dialogue.citation import Citation
from bot.dialogue.drafting import PointKind
from bot.dialogue.pointing import left_out
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    Asked,
    ConsiderationNote,
    Coverage,
    FlagNote,
    Reply,
    SafeguardNote,
    Status,
    WordedLine,
)
from retrieval.guidance import Checked, Guidance

MOST_MARKS = 4
"""Citations marked on one point of a text; the record and the JSON hold all of them."""

MARKS: Mapping[Checked, str] = {
    Checked.OFFICIAL: "official text",
    Checked.SEEN: "our digest, its substance seen in a reliable source",
    Checked.UNCHECKED: "our digest, not yet checked against the official text",
}
"""What is said of a provision wherever it is shown."""


STATES: Mapping[Coverage, str] = {
    Coverage.ADDRESSED: "nothing more to ask",
    Coverage.OPEN: "open",
    Coverage.NOT_APPLICABLE: "does not apply",
}
"""How the coverage ledger's states read."""

PASSED_OVER: Mapping[PointKind, str] = {
    PointKind.FLAG: "Also raised",
    PointKind.CONSIDERATION: "Also to weigh",
    PointKind.PASSAGE: "Also speaks to this",
    PointKind.SAFEGUARD: "Also to put in place",
}
"""What is said before the names of points that a language model's wording passes over."""


CHOICES_AS_BEFORE = "Numbers are as before; \"ask again\" shows the choices."
"""Behind a question that is only recalled, where nothing can be pressed."""

ERASED_WORDS = "words that were erased"
"""Stands for what somebody said that was erased since."""


class References:
    """Numbers citations as a reader meets them; one number per source, pinpoint and checked state.

    Digests share pinpoints: what was seen and what was not never share a number.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, Checked], int] = {}
        self.cited: list[list[Citation]] = []
        """Citations by number, those of "[1]" first."""

    def mark(self, citations: tuple[Citation, ...], most: int = MOST_MARKS) -> str:
        """The marks of *citations*: "[1][3]"."""
        numbers: dict[int, None] = {}
        for citation in citations:
            key = (citation.source, citation.pinpoint, citation.checked)
            if key not in self._numbers:
                if len(numbers) >= most:
                    continue
                self._numbers[key] = len(self._numbers) + 1
                self.cited.append([])
            number = self._numbers[key]
            numbers[number] = None
            if citation not in self.cited[number - 1]:
                self.cited[number - 1].append(citation)
        return "".join(f"[{n}]" for n in list(numbers)[:most])


def to_text(reply: Reply, guidance: Guidance, *, erased: bool = False) -> str:
    """*reply* as text with numbered citations.

    *guidance* is the reply's own release: labels of facts and the cited passages come from it.
    *erased* says that words which it repeats were erased, so that one which is empty is one of
    them: "Because you said words that were erased."
    """
    return to_numbered_text(reply, guidance, erased=erased)[0]


def to_numbered_text(
    reply: Reply, guidance: Guidance, *, erased: bool = False
) -> tuple[str, tuple[tuple[Citation, ...], ...]]:
    """As `to_text`, with the citations that its numbers stand for, those of "[1]" first."""
    page = _Page(reply, guidance, erased=erased)
    text = "\n\n".join(block for block in page.blocks() if block)
    return text, page.cited


def has_flags(guidance: Guidance, consideration: str) -> bool:
    """Whether the guidance has red flags under *consideration*; where not, none can be asked."""
    return any(flag.consideration == consideration for flag in guidance.red_flags)


def reference(citation: Citation) -> str:
    """A citation in one line: source, pinpoint, how far it is checked, link."""
    return f"{placed(citation)} ({MARKS[citation.checked]}) {citation.url}".rstrip()


def placed(citation: Citation) -> str:
    """Source and pinpoint, without saying the source's name twice."""
    pinpoint = citation.pinpoint.removeprefix("Guidance, ")
    if pinpoint.startswith(("UNGP", "UDHR", "ICCPR", citation.source_title)):
        return pinpoint
    return f"{citation.source_title}, {pinpoint}"


class _Page:
    def __init__(self, reply: Reply, guidance: Guidance, *, erased: bool) -> None:
        self._reply = reply
        self._guidance = guidance
        self._erased = erased
        self._refs = References()

    @property
    def cited(self) -> tuple[tuple[Citation, ...], ...]:
        """Citations by number, once the blocks are drawn."""
        return tuple(map(tuple, self._refs.cited))

    def _cited(self, text: str, citations: tuple[Citation, ...]) -> str:
        marks = self._refs.mark(citations)
        return f"{text} {marks}" if marks else text

    def blocks(self) -> Iterator[str]:
        r = self._reply
        yield "\n".join(self._cited(line.text, line.citations) for line in r.lead)
        yield r.heard
        yield "\n".join(self._cited(line.text, line.citations) for line in r.aside)
        yield self._changes()
        if r.shape == "sources":
            yield from (self._source(c) for c in r.citations())
            return
        yield from self._body()
        if r.question is not None:
            yield _question(r.question)
        if r.shape == "full":
            yield from self._ending()
        if r.shape == "short":
            yield self._still_open()
        yield " ".join(filter(None, [r.worded_by, *(line.text for line in r.closing)]))
        yield from self._sources()

    def _changes(self) -> str:
        r = self._reply
        if r.changes is None:
            return ""
        lines = [
            f"{group.heading}: "
            + "; ".join(self._cited(n.title, n.citations) for n in group.named) + "."
            for group in r.told()
        ]
        return "\n".join([*lines, r.changes.rest])

    def _body(self) -> Iterator[str]:
        r = self._reply
        brief = r.shape == "brief"
        if r.worded:
            yield from self._worded()
            return
        if r.shape == "safeguards":
            yield "\n".join(self._safeguard(s) for s in r.safeguards)
            return
        raised = r.shown_flags
        if r.flag_named_above:
            yield self._flag(raised[0], _heading(r))
        elif raised:
            yield f"{_heading(r)}\n" + "\n".join(self._flag(f, f"- {f.title}") for f in raised)
        if r.shape == "step":
            return
        if not r.flags and r.considerations:
            yield from (self._cited(f"{c.title}: {c.text}", c.citations)
                        for c in r.considerations)
            return
        weigh = r.considerations[: BRIEF_CONSIDERATIONS if brief else None]
        if weigh:
            yield "What to weigh\n" + "\n".join(self._consideration(c) for c in weigh)
        if r.related and not brief:
            yield "What the texts say in general on deals like this\n" + "\n".join(
                self._cited(f"- {c.title}: {c.text}", c.citations) for c in r.related
            )
        safeguards = r.safeguards[: BRIEF_SAFEGUARDS if brief else None]
        if safeguards:
            yield "Safeguards to put in place\n" + "\n".join(map(self._safeguard, safeguards))
        if r.more_safeguards and not brief:
            yield self._more()

    def _worded(self) -> Iterator[str]:
        """What a language model made of the points, a sentence a line, and what it passes over."""
        r = self._reply
        yield "\n".join(self._sentence(line) for line in r.worded)
        rest = left_out(r, self._guidance)
        yield "\n".join(
            f"{words}: "
            + "; ".join(self._cited(p.title, p.citations[:1]) for p in rest if p.kind is kind) + "."
            for kind, words in PASSED_OVER.items() if any(p.kind is kind for p in rest)
        )
        if r.more_safeguards and r.shape not in {"brief", "step"}:
            yield self._more()

    def _sentence(self, line: WordedLine) -> str:
        marks = self._refs.mark(line.citations, max(MOST_MARKS, len(line.restates)))
        return f"{line.text} {marks}"

    def _more(self) -> str:
        return f"{len(self._reply.more_safeguards)} more: say \"more safeguards\"."

    def _ending(self) -> Iterator[str]:
        r, guidance = self._reply, self._guidance
        yield self._still_open()
        if r.consult:
            yield "Where to look\n" + "\n".join(
                self._cited(f"- {line.text}", line.citations) for line in r.consult
            )
        # A wording is to be short, and names the considerations that it doesn't speak of.
        if r.coverage and not r.worded:
            rows = sorted(r.coverage, key=lambda line: line.state)
            groups = [
                f"{STATES[state]}: "
                + "; ".join(guidance.consideration_by_id[x.consideration].title.strip()
                            for x in group)
                for state, group in groupby(rows, key=lambda line: line.state)
            ]
            yield "The eight considerations\n" + "\n".join(f"- {g}." for g in groups)

    def _still_open(self) -> str:
        names = "; ".join(self._guidance.questions[f].label for f in self._reply.open_facts)
        return f"Still open: {names}." if names else ""

    def _flag(self, flag: FlagNote, heading: str) -> str:
        words = [f"“{s}”" for s in flag.said if s]
        words += [ERASED_WORDS] if self._erased and "" in flag.said else []
        said = ", ".join(words)
        because = f" Because you said {said}." if said else ""
        supposed = " That is not certain." if flag.tentative else ""
        ours = " (our own flag)" if flag.ours else ""
        return self._cited(f"{heading}{ours}.{because}{supposed} {flag.explains}",
                           flag.citations)

    def _consideration(self, c: ConsiderationNote) -> str:
        state = {Status.RAISED: "red flag raised", Status.OPEN: "open",
                 Status.NOT_RAISED: "no red flag raised"}[c.status]
        if c.status is Status.NOT_RAISED and not has_flags(self._guidance, c.id):
            state = "no red flags of its own"
        text = "" if self._reply.considerations_by_title else f": {c.text}"
        return self._cited(f"- {c.title} ({state}){text}", c.citations)

    def _safeguard(self, s: SafeguardNote) -> str:
        text = "" if self._reply.safeguards_by_title else f": {s.text}"
        ours = " (our own)" if s.ours else ""
        return self._cited(f"- {s.title} ({s.stage}){ours}{text}", s.citations)

    def _source(self, citation: Citation) -> str:
        text = self._guidance.provisions[citation.provision].text[citation.start : citation.end]
        return f"{reference(citation)}\n{text}"

    def _sources(self) -> Iterator[str]:
        """The list of sources, under what is said of them, with each link once."""
        short = self._reply.shape == "short"
        between = "; " if short else "\n"
        numbered = [(n, of[0]) for n, of in enumerate(self._refs.cited, start=1)]
        for checked in Checked:
            mine = [(n, c) for n, c in numbered if c.checked is checked]
            if mine:
                head = f"Sources, {MARKS[checked]}:" + (" " if short else "\n")
                yield head + between.join(f"[{n}] {placed(c)}" for n, c in mine)
        links: dict[tuple[str, str], list[int]] = {}
        for number, citation in numbered:
            if citation.url:
                links.setdefault((citation.source_title, citation.url), []).append(number)
        titles = Counter(title for title, _ in links)
        if links:
            # Official words link to where they stand, so one source may have several links.
            yield between.join(
                f"{title}{_of(numbers) if titles[title] > 1 else ''}: {url}"
                for (title, url), numbers in links.items())


def _heading(reply: Reply) -> str:
    """What stands over the red flags that are shown, or over the only one."""
    heading = "New red flag" if reply.shape == "step" else "Red flag"
    return heading if len(reply.shown_flags) == 1 else f"{heading}s"


def _of(numbers: Sequence[int]) -> str:
    return f" [{', '.join(map(str, numbers))}]"


def _question(question: Asked) -> str:
    if question.again:
        return f"{question.again} {CHOICES_AS_BEFORE}"
    lines = [f"Next: {question.opener or question.text}"]
    number = 1
    for one in question.all():
        if question.beside:
            lines.append(one.text)
        if 0 < len(one.choices) <= 60:
            lines += [f"  {i}. {c.label}" for i, c in enumerate(one.choices, start=number)]
            number += len(one.choices)
    lines.append("  or \"I don't know\"")
    return "\n".join(lines)
