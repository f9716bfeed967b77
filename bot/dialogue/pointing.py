"""The points of a reply that a language model may word, and the reply once it was worded.

A point is what the plain answer shows of the deal or of the texts.  What frames it (the upshot,
what was understood, what changed, the question, what is open) stays the bot's own in any wording.
Which points a sentence restates is the draft's to say; what it cites, and that something in it was
only supposed, is put there by code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.dialogue.citation import Citation
from bot.dialogue.drafting import Draft, Point, PointKind
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    Kind,
    Reply,
    Status,
    WordedLine,
)
from retrieval.guidance import Checked, Guidance

WORTH_CHARACTERS = 400
"""Points with fewer characters than this are as short as a model could word them."""

_LETTERS: Mapping[PointKind, str] = {
    PointKind.FLAG: "F", PointKind.SAFEGUARD: "S",
    PointKind.CONSIDERATION: "C", PointKind.PASSAGE: "P",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the plain answer shows as one point."""

    kind: PointKind
    of: str
    title: str
    text: str
    citations: tuple[Citation, ...]


def points_of(reply: Reply, guidance: Guidance) -> tuple[Point, ...]:
    """What a draft of *reply* may speak of, in the order shown; empty if it gives nothing to word.

    Args:
        reply: As it was decided.
        guidance: Its own release.

    Raises:
        KeyError: *reply* cites a provision that *guidance* does not hold.
    """
    points: list[Point] = []
    for shown in _shown(reply):
        number = 1 + sum(point.kind is shown.kind for point in points)
        slices = [(c, guidance.provisions[c.provision].text[c.start : c.end])
                  for c in shown.citations]
        points.append(Point(
            id=f"{_LETTERS[shown.kind]}{number}",
            kind=shown.kind,
            title=shown.title,
            text=shown.text,
            evidence=tuple(dict.fromkeys(
                (shown.title, shown.text, *(text for _, text in slices)))),
            quotable=tuple(dict.fromkeys(
                text for c, text in slices if c.checked is Checked.OFFICIAL)),
            citations=shown.citations,
            needed=shown.kind is PointKind.FLAG,
            of=shown.of,
        ))
    return tuple(points)


def worth_wording(reply: Reply) -> bool:
    """Whether a wording of *reply* could be shorter or read better than its points do."""
    return sum(len(one.title) + len(one.text) * (one.text != one.title)
               for one in _shown(reply)) >= WORTH_CHARACTERS


def worded(
    reply: Reply, draft: Draft, points: Sequence[Point], composer: str, wording: Wording
) -> Reply:
    """*reply* with the sentences of *draft* in place of its points; all else stays as decided.

    Args:
        reply: As it was decided.
        draft: Has passed `bot.dialogue.fencing`.
        points: Those that the draft was made from; see `points_of`.
        composer: The model, as vendor:model.
        wording: Says that a model worded it, and what was only supposed.

    Raises:
        KeyError: *draft* names a point that is not among *points*; the fence refuses such a draft.
    """
    by_id = {point.id: point for point in points}
    unsure = {str(flag.id) for flag in reply.flags if flag.tentative}
    lines = []
    for sentence in draft.sentences:
        restated = [by_id[name] for name in dict.fromkeys(sentence.points)]
        hedged = {point.of for point in restated if point.kind is PointKind.FLAG} & unsure
        unsure -= hedged
        text = sentence.text.strip()
        lines.append(WordedLine(
            f"{text} {wording.say('worded.supposed')}" if hedged else text,
            _in_turn([point.citations for point in restated]),
            tuple(point.of for point in restated),
        ))
    return replace(reply, worded=tuple(lines), composer=composer,
                   worded_by=wording.say("worded.by"))


def _in_turn(cited: Sequence[tuple[Citation, ...]]) -> tuple[Citation, ...]:
    """The first citation of each point, then the second of each, so that few marks name all."""
    ranks = zip_longest(*cited)
    return tuple(dict.fromkeys(c for rank in ranks for c in rank if c is not None))


def restated(line: WordedLine, points: Sequence[Point]) -> tuple[Point, ...]:
    """Those of *points* that *line* restates and cites in full."""
    return tuple(point for point in points
                 if point.of in line.restates and set(point.citations) <= set(line.citations))


def left_out(reply: Reply, guidance: Guidance) -> tuple[Point, ...]:
    """What the wording of *reply* passes over: it is shown by name, so that nothing is lost.

    Empty where the plain wording stands.
    """
    if not reply.worded:
        return ()
    points = points_of(reply, guidance)
    told = {point.id for line in reply.worded for point in restated(line, points)}
    return tuple(point for point in points if point.id not in told)


def _shown(reply: Reply) -> Iterator[_Shown]:
    """What `bot.plain` shows of *reply* as points, by the same limits."""
    if reply.kind is Kind.DECLINE or reply.shape in {"safeguards", "sources"}:
        return
    if not reply.flags:
        for c in reply.considerations:
            yield _Shown(PointKind.PASSAGE, c.id, c.title, c.text, c.citations)
        return
    step, brief = reply.shape == "step", reply.shape == "brief"
    for flag in reply.flags:
        if flag.status is Status.RAISED and (not step or flag.id in reply.fresh):
            yield _Shown(PointKind.FLAG, flag.id, flag.title, flag.explains, flag.citations)
    if step:
        return
    for c in reply.considerations[: BRIEF_CONSIDERATIONS if brief else None]:
        text = c.title if reply.considerations_by_title else c.text
        yield _Shown(PointKind.CONSIDERATION, c.id, c.title, text, c.citations)
    for c in () if brief else reply.related:
        yield _Shown(PointKind.PASSAGE, c.id, c.title, c.text, c.citations)
    for s in reply.safeguards[: BRIEF_SAFEGUARDS if brief else None]:
        title = f"{s.title} ({s.stage})"
        text = title if reply.safeguards_by_title else s.text
        yield _Shown(PointKind.SAFEGUARD, s.id, title, text, s.citations)
