"""What a reply asserts, and every sentence in it."""

from collections.abc import Iterator

from bot.dialogue.reply import ConsiderationNote, Reply, Status
from bot.evaluating.grounding import Claim

FLAG, SAFEGUARD, CONSIDERATION = "red flag", "safeguard", "consideration"
"""Kinds of claim that cite authorities chosen once for all deals."""
PASSAGE, QUESTION, LINE = "passage", "question", "line"
WORDED = "worded sentence"
"""A language model's; the points that it restates are claims of their own."""


def claims_of(reply: Reply) -> Iterator[Claim]:
    """The claims of *reply* that need a citation, and the lines that carry one.

    A flag that is not raised is no claim: nothing is said of it but that it is open.  Nor are
    safeguards kept back until somebody asks for more.
    """
    for flag in reply.flags:
        if flag.status is Status.RAISED:
            yield Claim(FLAG, flag.id, flag.citations)
    for note in reply.considerations:
        yield Claim(PASSAGE if _is_passage(note) else CONSIDERATION, note.id, note.citations)
    for note in reply.related:
        yield Claim(PASSAGE, note.id, note.citations)
    for safeguard in reply.safeguards:
        yield Claim(SAFEGUARD, safeguard.id, safeguard.citations)
    for sentence in reply.worded:
        yield Claim(WORDED, sentence.text[:40], sentence.citations)
    if reply.question is not None:
        for asked in reply.question.all():
            yield Claim(QUESTION, asked.fact, asked.citations)
    for line in (*reply.lead, *reply.aside, *reply.consult, *reply.closing):
        if line.citations:
            yield Claim(LINE, line.text[:40], line.citations)


def _is_passage(note: ConsiderationNote) -> bool:
    """Whether *note* is a passage that was found, which cites itself and nothing else."""
    return [citation.provision for citation in note.citations] == [note.id]


def texts_of(reply: Reply) -> Iterator[str]:
    """Every text of *reply* that is the bot's own or a language model's, and nobody else's."""
    for line in (*reply.lead, *reply.aside, *reply.worded, *reply.consult, *reply.closing):
        yield line.text
    yield reply.unchecked
    for note in (*reply.considerations, *reply.related):
        yield note.title
        yield note.text
    for flag in reply.flags:
        yield flag.title
        yield flag.explains
    for safeguard in (*reply.safeguards, *reply.more_safeguards):
        yield safeguard.title
        yield safeguard.text
    if reply.question is not None:
        for asked in reply.question.all():
            yield asked.opener
            yield asked.text
            yield asked.why
