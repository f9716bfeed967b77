"""A telling in several messages: people send before they have finished, and go on in the next one.

Read by itself, half a sentence says nothing, or something else.  So a message that follows at once
on another of the same person is read together with it, as one text said where the first was said:
what comes of it is what would have come of the whole in one message.  What the person has been
told meanwhile stays told, and the difference is what the message is taken to say.

Which words a fact rests on is told by the message that they stand in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.dialogue.conversation import (
    Conversation,
    Going,
    Message,
    Spoken,
    Stretch,
)
from bot.dialogue.deal import SECOND, Answer, Deal, MessageKey
from retrieval.guidance import Fact, Guidance

PAUSE = timedelta(seconds=15)
"""Longest pause before somebody goes on writing what they had begun to say."""
PER_WORD = timedelta(seconds=1.5)
"""How long a word takes to be typed on a phone, since a message comes when it has been written."""
MOST_WORDS = 120
"""Longest text that parts make: as much as the model reads in one pass."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts of a telling as one text."""

    text: str
    parts: tuple[tuple[Spoken, int, int], ...]
    """Each part, where it begins in the text, and how many of its own characters come before."""

    def anchored(self, answer: Answer) -> Answer:
        """*answer*, which rests on words of the whole, as resting on the part they stand in.

        Words of two parts are those of the later one, as far as they stand there.
        """
        spoken, begins, skipped = next(
            part for part in reversed(self.parts)
            if part[1] < answer.end or part is self.parts[0])
        start = max(answer.start - begins, 0) + skipped
        return replace(answer, message=spoken.key, start=start,
                       end=answer.end - begins + skipped)


def follows(stretch: Stretch, author: str, sent_at: datetime, text: str) -> bool:
    """Whether a message comes so soon after *stretch* that it may go on from it.

    A reply can't have been read and answered by then.  Messages of the very same moment were told
    no time, and follow nothing.
    """
    words = len(text.split())
    pause = sent_at - stretch.sent_at
    return (author == stretch.author
            and timedelta(0) < pause <= PAUSE + words * PER_WORD
            and words + sum(len(part.text.split()) for part in stretch.parts) <= MOST_WORDS)


def joined(parts: Sequence[tuple[Spoken, str]], seams: Sequence[str]) -> Whole:
    """*parts* as one text, each as it is read, with *seams* between them."""
    text, places = "", []
    for (spoken, read), seam in zip(parts, ("", *seams), strict=True):
        bare = read.strip()
        text += seam
        places.append((spoken, len(text), len(read) - len(read.lstrip())))
        text += bare
    return Whole(text, tuple(places))


def before(conversation: Conversation, stretch: Stretch, guidance: Guidance) -> Conversation:
    """*conversation* as it stood before the first part of *stretch*."""
    restored = {f: a for f, a in stretch.before.items() if a is not None}
    deal = conversation.deal.without(stretch.before.keys()).with_answers(restored)
    awaiting = tuple(fact for fact in stretch.awaiting if fact in guidance.questions)
    return replace(conversation, deal=deal, pending=awaiting[0] if awaiting else None,
                   beside=awaiting[1:], phase=stretch.phase, supposed={}, stretch=None)


def going_on(
    message: Message,
    whole: Whole,
    then: Conversation,
    now: Conversation,
    part: Spoken,
    finished: Collection[MessageKey],
    untouched: Collection[Fact],
    left: Collection[Fact] = (),
) -> Message:
    """What *part* changes, given what the whole says.

    Args:
        message: The whole as read.
        whole: Its parts, of which *part* is the last.
        then: The conversation that it was read in.
        now: The conversation as the earlier parts have left it.
        part: The message at hand.
        finished: Earlier parts that were an answer by themselves, "1" or "no": what they told
            stands, though "1" and what follows do not read as one.
        untouched: Facts that *part*, a clause by itself, can't be about.  What was told of them is
            neither dropped nor doubted: "we don't train them" takes back nothing said of courts.
        left: Facts that were found of a country which the parts have left: what was dropped with
            it does not come back.
    """
    told = {fact: whole.anchored(answer) if answer.message == message.key else answer
            for fact, answer in message.heard.items()}
    stands = {fact: answer for fact, answer in now.deal.answers.items()
              if answer.message in finished or (
                  fact in untouched and _is_less(told.get(fact), answer, part))}
    dropped = frozenset(left) - now.deal.answers.keys()
    after = then.deal.without(message.retracted | dropped).with_answers({**told, **stands})
    heard = {fact: answer for fact, answer in after.answers.items()
             if _standing(answer) != _standing(now.deal.answers.get(fact))}
    retracted = now.deal.answers.keys() - after.answers.keys()
    changed = {*heard, *retracted}
    return replace(
        message, text=part.text, heard=heard, retracted=frozenset(retracted),
        withdrawn={f: values for f, values in message.withdrawn.items() if f in changed},
        answers_pending=not heard.keys().isdisjoint(now.awaiting()), going=Going.ON)


def _is_less(read: Answer | None, stood: Answer, part: Spoken) -> bool:
    """Whether *read* drops or doubts what *stood*, and rests on no word of *part*."""
    return read is None or (
        read.message != part.key and stood.sure and not (read.sure and not read.guessed))


def _standing(answer: Answer | None) -> object:
    return answer and (answer.values, answer.sure, answer.guessed)


def stretch_after(conversation: Conversation, message: Message) -> Stretch | None:
    """What the next message may go on from, once *message* is taken in *conversation*."""
    if message.going is Going.ALONE:
        return None
    earlier = conversation.stretch if message.going is Going.ON else None
    spoken = Spoken(MessageKey(message.key.removesuffix(SECOND)), message.text)
    changed = _known(conversation.deal, (*message.heard, *message.retracted))
    if earlier is None:
        return Stretch(message.author, message.sent_at, (spoken,), changed,
                       conversation.awaiting(), conversation.phase, message.answers_reviewer)
    return replace(earlier, sent_at=message.sent_at, parts=(*earlier.parts, spoken),
                   before={**changed, **earlier.before})


def _known(deal: Deal, facts: Sequence[Fact]) -> Mapping[Fact, Answer | None]:
    return {fact: deal.answers.get(fact) for fact in facts}
