"""Asks a model to word what was decided: it is given points, and gives a draft back.

Of a deal it is told nothing but the points; a question on the guidance goes along as data.
"""

from collections.abc import Callable, Sequence

from bot.chat.calls import Call, Model, Use
from bot.chat.delimiting import cut
from bot.chat.prompting import LIMITS
from bot.chat.shapes import worded_of
from bot.dialogue.conversation import Message
from bot.dialogue.drafting import Draft, Point, Sentence
from retrieval.guidance import Guidance

EVIDENCE_MOST = 240
"""Characters of a cited text that go along with a point."""
_POINTS_MOST = LIMITS[Use.WORDING]["points"]


def word(
    model: Model,
    points: Sequence[Point],
    question: Message | None,
    guidance: Guidance,  # noqa: ARG001  as the other uses are called
    *,
    spent: int = 0,
    hidden: Callable[[str], str] = str,
) -> tuple[Call, Draft | None]:
    """The call, and the draft; None unless it was answered.

    Args:
        model: Whom to ask.
        points: What may be said.
        question: The message, where it is a question on the guidance; never one on a deal.
        guidance: The release.
        spent: Tokens that the workspace has used today.
        hidden: Masks what nobody else is to know in the question.
    """
    given, told = _told(points)
    said = {"points": told, "question": hidden(question.text) if question else ""}
    call = model.ask(
        Use.WORDING, said, shape=worded_of([point.id for point in given]), spent=spent)
    if call.parsed is None:
        return call, None
    return call, Draft(tuple(
        Sentence(sentence["text"], tuple(sentence["points"]))
        for sentence in call.parsed["sentences"]))


def _told(points: Sequence[Point]) -> tuple[Sequence[Point], str]:
    """The points that fit, and their text; evidence goes first, then the last that nobody needs."""
    given = list(points)
    told = "\n".join(_entry(point, evidence=True) for point in given)
    while len(told) > _POINTS_MOST:
        told = "\n".join(_entry(point, evidence=False) for point in given)
        spare = [point for point in given if not point.needed]
        if len(told) <= _POINTS_MOST or not spare:
            break
        given.remove(spare[-1])
    return given, told


def _entry(point: Point, *, evidence: bool) -> str:
    kind = f"{point.kind}, needed" if point.needed else str(point.kind)
    lines = [f"{point.id} ({kind}): {point.title}"]
    if point.text and point.text != point.title:
        lines.append(point.text)
    cited = [text for text in point.evidence if text not in (point.title, point.text)]
    if evidence and cited:
        lines.append(f"Source: {cut(cited[0], EVIDENCE_MOST)}")
    return "\n".join(lines)
