"""The answer to a plain question: passages of the texts, or that they don't cover it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.citing import cite
from bot.dialogue.intents import Intent
from bot.dialogue.messages.dealing_openly import deals_openly, hides
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import asked, closed, lowered, passage_note
from bot.dialogue.reply import Kind, Line, Reply
from bot.dialogue.small_words.languages import in_another_language
from retrieval.guidance import GapKind, Guidance, Question
from retrieval.matches import Found, Match, Why

MOST_PASSAGES = 5
"""How many passages answer a plain question."""
MOST_OF_SEVERAL = 4
"""The same for several that are asked at once, each of which gets at least one."""
CLEAR_SIMILARITY = 0.30
"""Least cosine of a passage shown for a plain question behind the first."""


def compose_passages(
    guidance: Guidance, wording: Wording, found: Found, pending: Sequence[Question]
) -> Reply:
    """What the texts say on a plain question, closest first; or that they don't cover it."""
    matches = _worth_showing(found.matches)
    gap = guidance.gap_by_id.get(found.gap or "")
    if found.abstained and gap is not None and gap.kind is GapKind.OPENING:
        return Reply(Kind.DECLINE, guidance.release, (Line(gap.says.strip()),),
                     question=asked(guidance, pending), shape="brief")
    named = any(m.why is Why.PINNED for m in matches)
    if found.abstained or not matches or (
            not named and in_another_language(found.query.text, guidance)):
        return Reply(Kind.DECLINE, guidance.release, tuple(_silent(guidance, wording, found)),
                     question=asked(guidance, pending), shape="brief")
    notes = tuple(passage_note(guidance, m.passage) for m in matches)
    one = "lead.question_one" if len(notes) == 1 else "lead.question"
    reply = Reply(
        kind=Kind.ASK if pending else Kind.ADVICE,
        release=guidance.release,
        lead=(Line(wording.say(one)),),
        considerations=notes,
        question=asked(guidance, pending),
    )
    return closed(reply, wording)


def compose_each(
    guidance: Guidance,
    wording: Wording,
    found: Sequence[Found],
    pending: Sequence[Question],
    *,
    more: bool,
) -> Reply:
    """What the texts say on each of several questions, in their order, in a few lines.

    Args:
        guidance: The release that was searched.
        wording: The bot's own sentences.
        found: What was found for each.
        pending: What is asked and waits.
        more: Whether there were further questions, which are left out.
    """
    lead: list[Line] = []
    answered = False
    for number, one in enumerate(found, 1):
        matches = [] if one.abstained else _worth_showing(one.matches)[
            : max(MOST_OF_SEVERAL // len(found), 1)]
        for match in matches:
            answered = True
            note = passage_note(guidance, match.passage)
            lead.append(Line(wording.say("several.point", n=number, title=note.title,
                                         text=note.text), note.citations))
        if not matches:
            silent = next(_silent(guidance, wording, one))
            lead.append(replace(silent, text=wording.say(
                "several.silent", n=number, says=silent.text)))
    if more:
        lead.append(Line(wording.say("several.more")))
    kind = Kind.DECLINE if not answered else Kind.ASK if pending else Kind.ADVICE
    return closed(Reply(kind, guidance.release, tuple(lead), question=asked(guidance, pending),
                        shape="brief"), wording)


def _silent(guidance: Guidance, wording: Wording, found: Found) -> Iterator[Line]:
    """That the texts don't answer, which part of the field that is, what is near, whom to ask."""
    gap = guidance.gap_by_id.get(found.gap or "")
    if gap is not None and gap.id == Intent.EVASION and deals_openly(found.query.text, guidance):
        # As turns of before recorded it; see `without_accusation`.
        yield Line(wording.say("decline.not_covered"))
        return
    if gap is not None and gap.kind is GapKind.OUTSIDE:
        yield Line(wording.say("decline.outside", title=lowered(gap.title), whom=gap.whom))
        return
    if gap is None and in_another_language(found.query.text, guidance):
        yield Line(wording.say("decline.other_language"))
        return
    if gap is not None and gap.id == Intent.EVASION and not hides(found.query.text, guidance):
        yield Line(wording.say("decline.evasion_perhaps"))
    else:
        yield Line(gap.says.strip() if gap is not None else wording.say("decline.not_covered"))
    if found.nearest is not None:
        nearest = guidance.provisions[found.nearest]
        yield Line(wording.say("decline.nearest", heading=nearest.heading),
                   (cite(guidance, nearest.id),))
    if gap is not None:
        yield Line(wording.say("decline.whom", whom=gap.whom))


def _worth_showing(matches: Sequence[Match]) -> list[Match]:
    """The first few; behind the first only what is clearly near, or pinned."""
    best = max((m.similarity for m in matches if m.why is Why.SIMILAR), default=0.0)
    bar = min(CLEAR_SIMILARITY, best)
    good = [m for i, m in enumerate(matches)
            if i == 0 or m.why is Why.PINNED or m.similarity >= bar]
    return good[:MOST_PASSAGES]
