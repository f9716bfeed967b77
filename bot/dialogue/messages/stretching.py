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

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import (
    Conversation,
    Going,
    Message,
    Spoken,
    Stretch,
)
from bot.dialogue.deal import SECOND, Answer, Deal, MessageKey
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.words.tells import Told
from retrieval.words.tokens import Token

PAUSE = timedelta(seconds=15)
"""Longest pause before somebody goes on writing what they had begun to say."""
PER_WORD = timedelta(seconds=1.5)
"""How long a word takes to be typed on a phone, since a message comes when it has been written."""
MOST_WORDS = 120
"""Longest text that parts make: as much as the model reads in one pass."""

_ENDING = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts of a telling as one text."""

    text: str
    parts: tuple[tuple[Spoken, int, int], ...]
    """Each part, where it begins in the text, and how many of its own characters come before."""

    def anchored(self, answer: Answer, of_its_own: bool = False) -> Answer:
        """*answer*, which rests on words of the whole, as resting on the part they stand in.

        Words of two parts are those of the later one, as far as they stand there; where that tells
        it *of_its_own*, they alone are quoted.
        """
        spoken, begins, skipped = next(
            part for part in reversed(self.parts)
            if part[1] < answer.end or part is self.parts[0])
        start = max(answer.start - begins, 0) + skipped
        said = answer.said
        if of_its_own and answer.start < begins and said == self.text[answer.start : answer.end]:
            said = self.text[begins : answer.end].strip()
        return replace(answer, message=spoken.key, start=start, said=said,
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


def begins_relatively(one: str, tokens: Sequence[Token], cues: Cues) -> bool:
    """Whether *tokens* begin with a relative pronoun that *one* leads up to.

    "..., which has been accused of torture" is put like a question, and is none without a mark.
    """
    last = cues.starts("relative_pronouns", tokens)
    return 1 < last < len(tokens) and one.rstrip()[-1:] not in _ENDING and (
        tokens[-1].norm != "?" and tokens[last].norm not in cues.words("pronouns"))


def tells_on(told: Sequence[Told], whole: Whole, now: Conversation) -> bool:
    """Whether the last part of *whole*, in which *told* is heard, clearly tells what nobody asked.

    "never reported", behind "reseller checked,", is no answer to the question that came between.
    """
    begins, awaiting = whole.parts[-1][1], now.awaiting()
    return any(_tells_it(one, whole.text, begins) and one.chance >= SURE
               and one.fact not in awaiting
               and one.value not in now.deal.known(one.fact) for one in told)


def _tells_it(one: Told, text: str, begins: int) -> bool:
    """Whether what begins at *begins* in *text* tells *one*.

    What is heard before it may reach a word too far: the place of "police in Ghana", "no war".
    """
    if one.start >= begins:
        return True
    mine = text[begins : one.end].split()
    return len(mine) > 1 or (bool(mine) and one.end >= len(text))


def before(conversation: Conversation, stretch: Stretch, guidance: Guidance) -> Conversation:
    """*conversation* as it stood before the first part of *stretch*."""
    deal = stretch.before_first(conversation.deal)
    awaiting = tuple(fact for fact in stretch.awaiting if fact in guidance.questions)
    return replace(conversation, deal=deal, pending=awaiting[0] if awaiting else None,
                   beside=awaiting[1:], phase=stretch.phase, supposed={},
                   supposed_before={}, stretch=None)


@dataclass(frozen=True, slots=True)
class Part:
    """The last part of a telling, as it stands by itself."""

    spoken: Spoken
    heard: Mapping[Fact, Answer]
    """What it tells by itself, held against what the earlier parts have told."""
    speaks_of: Collection[Fact]
    """The facts that any of its words may be about."""
    cut: bool
    """Whether a name begins in the part before and ends in this one."""
    joins: bool = False
    """Whether it begins with a word that goes on from a clause: "or the army"."""
    only_guessed: Collection[Fact] = ()
    """The facts at which the whole no more than guesses: what was told of them stands."""


def going_on(
    message: Message,
    whole: Whole,
    then: Conversation,
    *,
    now: Conversation,
    part: Part,
    finished: Collection[MessageKey],
    last_clause: int,
    guidance: Guidance,
    left: Collection[Fact] = (),
) -> Message:
    """What *part* changes, given what the whole says.

    What the earlier parts have told stays told, unless *part* says otherwise by itself: a model
    that reads "for border guards", and later "with a university", as one text hears less of the
    first than it did.  Only where the cut went through a name, or made a guess of half a clause,
    the whole knows better.

    Args:
        message: The whole as read.
        whole: Its parts, of which *part* is the last.
        then: The conversation that it was read in.
        now: The conversation as the earlier parts have left it.
        part: The message at hand.
        finished: Earlier parts that were an answer by themselves, "1" or "no": what they told
            stands, though "1" and what follows do not read as one.
        last_clause: Where the last clause of the part before begins, in its characters.
        guidance: The release that it is read with.
        left: Facts that were found of a country which the parts have left, or read together with
            it: what was dropped with it does not come back.
    """
    told = {fact: whole.anchored(answer, fact in part.speaks_of)
            if answer.message == message.key else answer
            for fact, answer in message.heard.items()}
    dropped = frozenset(left) - now.deal.answers.keys()
    read = then.deal.without(message.retracted | dropped).with_answers(told).answers
    before_it = whole.parts[-2][0].key

    after = dict(read)
    for fact, stood in now.deal.answers.items():
        kept = stood if stood.message in finished else _kept(
            fact, stood, read.get(fact), part, guidance,
            at_cut=stood.message == before_it and stood.end > last_clause)
        if kept is None:
            after.pop(fact, None)
        else:
            after[fact] = kept
    heard = {fact: answer for fact, answer in after.items()
             if _standing(answer) != _standing(now.deal.answers.get(fact))}
    retracted = now.deal.answers.keys() - after.keys()
    changed = {*heard, *retracted}
    return replace(
        message, text=part.spoken.text, heard=heard, retracted=frozenset(retracted),
        withdrawn={f: values for f, values in message.withdrawn.items() if f in changed},
        answers_pending=not heard.keys().isdisjoint(now.awaiting()), going=Going.ON)


def _kept(
    fact: Fact,
    stood: Answer,
    read: Answer | None,
    part: Part,
    guidance: Guidance,
    *,
    at_cut: bool,
) -> Answer | None:
    """What is kept of what *stood* of *fact*; None where nothing is.

    Args:
        fact: What it is known of.
        stood: What the earlier parts told.
        read: What the whole tells.
        part: The last part.
        guidance: The release that it is read with.
        at_cut: Whether it rests on the last clause of the part before.
    """
    half = stood.guessed and fact in part.speaks_of
    if at_cut and (part.cut or half) and fact not in part.only_guessed:
        return read
    if fact not in part.speaks_of and fact not in part.heard and read is not None and (
            read.values == stood.values):
        # Read anew beside other words it may sound surer, or less so; nobody said so.
        return stood
    return _beside(stood, read, part.heard.get(fact), guidance.questions[fact], part.joins)


def _beside(
    stood: Answer, read: Answer | None, said: Answer | None, question: Question, joins: bool
) -> Answer:
    """What holds of a fact.

    Args:
        stood: What the earlier parts told of it.
        read: What the whole tells.
        said: What the part by itself tells, held against what *stood*.
        question: The one that asks for it.
        joins: Whether the part begins with a word that goes on from a clause.
    """
    before = stood.values or frozenset()
    whole = (read.values if read else None) or frozenset()
    if said is not None and not joins and has_poles(question) and stood.sure and (
            whole <= before and said.latest != before):
        # Two statements, of which each says something else, are no halves of one: "no conflict",
        # and then "clashes every night".  As one text they make a guess at the first.
        return said
    if said is not None and question.several:
        # Half of "we don't sell | to the army" names what the whole denies.
        return said if (said.values or frozenset()) <= before | whole else stood
    if read is None or said is not None:
        return read or stood
    if question.kind is QuestionKind.COUNTRY or not before <= whole:
        return stood
    doubts = stood.sure and not (read.sure and not read.guessed)
    return stood if doubts and before == whole else read


def _standing(answer: Answer | None) -> object:
    return answer and (answer.values, answer.sure, answer.guessed, answer.instead)


def stretch_after(conversation: Conversation, message: Message) -> Stretch | None:
    """What the next message may go on from, once *message* is taken in *conversation*."""
    if message.going is Going.ALONE:
        return None
    earlier = conversation.stretch if message.going is Going.ON else None
    spoken = Spoken(MessageKey(message.key.removesuffix(SECOND)), message.text)
    changed = changed_by(conversation.deal, message)
    if earlier is None:
        return Stretch(message.author, message.sent_at, (spoken,), changed,
                       conversation.awaiting(), conversation.phase, message.answers_reviewer)
    return replace(earlier, sent_at=message.sent_at, parts=(*earlier.parts, spoken),
                   before={**changed, **earlier.before})


def changed_by(deal: Deal, message: Message) -> Mapping[Fact, Answer | None]:
    """Of each fact that *message* changes, what *deal* knows without it; None is nothing."""
    return {fact: deal.answers.get(fact) for fact in (*message.heard, *message.retracted)}
