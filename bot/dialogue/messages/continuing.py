"""Goes on from what the same person said a moment ago: parts of a telling, read as one text.

`bot.dialogue.messages.stretching` says what a later part changes; here it is found out whether a
message is one, and how the parts are put together.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.dialogue.answers.answering import SHORT_WORDS, answers_to, answers_whole
from bot.dialogue.answers.asking_back import confirmation
from bot.dialogue.answers.by_place import parted
from bot.dialogue.claims.standing import beside_what_stands
from bot.dialogue.claims.unsaying import unsaid
from bot.dialogue.conversation import Conversation, Message, Phase, Spoken, Stretch
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.moving import left_behind
from bot.dialogue.messages.single_message import SingleMessages
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.stretching import (
    Part,
    Whole,
    before,
    begins_relatively,
    going_on,
    joined,
    tells_on,
)
from bot.dialogue.messages.understood import OUTRIGHT, Understanding, Understood
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.refining import unrefined
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.verdicts import whole
from retrieval.guidance import Fact, Guidance, Role
from retrieval.words.mentions import Strength
from retrieval.words.tokens import words_of

TELLS = frozenset({Intent.DESCRIBE, Intent.ADVISE_NOW, Intent.VERDICT})
"""What a telling in several messages may be for, as a whole."""
MAY_GO_ON = TELLS | {Intent.ASK, Intent.UNCLEAR, Intent.OUT_OF_SCOPE, Intent.GREETING}
"""What the first of them may seem to be for."""
SEAM_WORDS = 8
"""Words on either side of where a message was cut that a name may reach over."""
_CLOSING = frozenset(".!?;,:…")


class Continuing:
    """Reads messages that go on from those before them, by one release."""

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        understanding: Understanding,
        single: SingleMessages,
    ) -> None:
        """Read by *guidance*.

        Args:
            guidance: The release.
            cues: Its small words.
            steering: Hears what a message wants.
            understanding: Takes a text apart.
            single: Reads what a text says by itself.
        """
        self._guidance, self._cues, self._steering = guidance, cues, steering
        self._understanding, self._single = understanding, single

    def gone_on(
        self, message: Message, stretch: Stretch, conversation: Conversation
    ) -> Message | None:
        """*message* read together with *stretch*, what it goes on from; None if it stands alone."""
        part = Spoken(message.key, message.text)
        mine = self._understanding.matter(message.text)
        alone = self._understanding.of(mine)
        if self._asked(stretch.parts[-1].text):
            return None
        relative = begins_relatively(stretch.parts[-1].text, alone.reading.tokens, self._cues)
        if not relative and (self._stands_alone(alone, conversation)
                             or _fills_in(alone, conversation)):
            return None
        whole = self._whole([*stretch.parts, part])
        then = before(conversation, stretch, self._guidance)
        understood = self._understanding.of(whole.text)
        if not relative and self._answers_alone(alone, conversation, message.key) and not (
                tells_on(understood.told() or (), whole, conversation)):
            return None
        read = self._single.read(understood, replace(message, text=whole.text), then)
        if not (read.heard or read.retracted) or read.intent not in TELLS:
            return None
        finished = [one.key for one in stretch.parts
                    if answers_whole(words_of(one.text), self._cues)]
        said = self._single.read(alone, message, conversation)
        spoken_of = alone.speaks_of()
        # What is only guessed at in words that say nothing of it, for the company they keep, is
        # not taken: "AMISOM", behind what tells of jammers, is no product.
        guesses = frozenset(
            fact for fact, answer in read.heard.items()
            if answer.guessed and fact not in spoken_of
            and (conversation.deal.answered(fact) or not self._raises(fact, answer)))
        read = replace(read, heard={f: a for f, a in read.heard.items() if f not in guesses})
        cut = self._cut_in_a_name(stretch.parts[-1].text, mine)
        # What the whole would blur of the deal before it is weighed as if it were said in one.
        read = replace(read, heard=beside_what_stands(
            read.heard, then.deal.without(read.retracted), self._guidance))
        after = then.deal.without(read.retracted).with_answers(read.heard)
        left = left_behind(then.deal, read, self._guidance) | unrefined(
            self._guidance, then.deal, after)
        told = going_on(
            read, whole, then, now=conversation,
            part=Part(part, beside_what_stands(said.heard, conversation.deal, self._guidance)
                      if said.intent in TELLS else {}, spoken_of, cut,
                      relative or self._begins_joined(alone), guesses),
            finished=finished, last_clause=self._last_clause(stretch.parts[-1].text),
            guidance=self._guidance, left=left)
        if not cut and all(left_behind(conversation.deal, one, self._guidance)
                           for one in (told, said)):
            return None  # what was found of the country before goes with it
        told = replace(told, topics=alone.reading.by_fact(), subject=None)
        if told.heard or told.retracted:
            return replace(told, intent=Intent.DESCRIBE) if (
                conversation.phase is not Phase.NEW and told.intent is Intent.VERDICT) else told
        words = len(alone.reading.tokens.words)
        asks = self._steering.questions.asks(alone.reading, alone.clauses, conversation)
        return None if asks or words <= SHORT_WORDS else replace(told, intent=Intent.FILLER)

    def _asked(self, text: str) -> bool:
        """Whether *text* is a question by its form and its mark, and so told nothing to go on from.

        "Can we sell drones to the police in Chad?" names a deal.
        """
        reading = self._understanding.of(self._understanding.matter(text)).reading
        return reading.text.rstrip().endswith("?") and self._steering.questions.is_question(
            reading, (0, len(reading.tokens))) and not any(
                m.strength.is_firm and self._guidance.questions[m.fact].role is Role.END_USER
                for m in reading.mentions)

    def _begins_joined(self, part: Understood) -> bool:
        """Whether its first word goes on from a clause: "or the army", "that the army does"."""
        return any(t.norm in self._cues.words(name) for t in part.reading.tokens[:1] for name in (
            "nor_words", "and_words", "relative_pronouns", "prepositions"))

    def _raises(self, fact: Fact, answer: Answer) -> bool:
        """Whether *answer* raises a flag by itself."""
        return has_poles(self._guidance.questions[fact]) and not (
            answer.values or frozenset()).isdisjoint(graver(self._guidance, fact))

    def _stands_alone(self, part: Understood, conversation: Conversation) -> bool:
        """Whether *part* steers, corrects or asks by itself, whatever came before it."""
        reading, clauses = part.reading, part.clauses
        steering = self._steering
        if (self._single.looks_up(part, conversation) is not None
                or steering.wondering.only_asks(reading, clauses, part.told(), conversation)
                or steering.requests.request(reading, conversation)[0] is not None
                or steering.starts_over(reading)
                or steering.stated(reading, conversation)[0] is not None
                or steering.what_if.supposes(reading, clauses) or clauses.corrections
                or (conversation.deal.answers and steering.what_if.sounds_so(reading, clauses))
                or self._cues.find("news", reading.tokens)
                or (conversation.supposed and steering.adopts(reading))):
            return True
        if any(m.value in conversation.deal.known(m.fact) and clauses.denied(m)
               for m in reading.mentions) or unsaid(
                   reading, clauses, conversation.deal, self._cues):
            return True
        return not any(m.strength.is_firm for m in reading.mentions) and (
            steering.questions.asks(reading, clauses, conversation) or steering.is_filler(reading))

    def _answers_alone(
        self, part: Understood, conversation: Conversation, key: MessageKey
    ) -> bool:
        """Whether *part* answers what is asked, whatever came before it."""
        reading, awaiting = part.reading, conversation.awaiting()
        questions = [self._guidance.questions[fact] for fact in awaiting]
        if len(questions) > 1 and (self._single.together.of(part, awaiting) or parted(
                questions, reading, self._cues, self._single.subjects)):
            return True
        if any(m.strength.is_firm for m in reading.mentions):
            return False
        if awaiting:
            short = len(reading.tokens.words) <= SHORT_WORDS
            asked = {m.fact for m in reading.mentions if m.strength is Strength.ASKED}
            if (short and (not asked.isdisjoint(awaiting) or confirmation(
                    conversation.deal, questions, reading, (), self._cues, key))) or answers_to(
                    questions, part.utterance, key, self._single.subjects):
                return True
        return False

    def _whole(self, parts: Sequence[Spoken]) -> Whole:
        """*parts* as one text: a clause that was cut in two is whole again."""
        read = [(part, self._understanding.matter(part.text)) for part in parts]
        seams = [self._seam(one.strip(), other.strip())
                 for (_, one), (_, other) in pairwise(read)]
        return joined(read, seams)

    def _seam(self, one: str, other: str) -> str:
        """What stands between two parts: a blank where they are of one clause, or end one.

        A word of answer ends its sentence: "no", and then "court order needed".
        """
        if one[-1:] not in _CLOSING and whole(words_of(one), self._cues):
            return ". "
        return " " if one[-1:] in _CLOSING or self._cut_in_a_name(one, other) else "\n"

    def _cut_in_a_name(self, one: str, other: str) -> bool:
        """Whether a name begins at the end of *one* and goes on in *other*."""
        end = " ".join(one.split()[-SEAM_WORDS:])
        both = self._understanding.lexicon.find(f"{end} {' '.join(other.split()[:SEAM_WORDS])}")
        return any(
            both.tokens[m.first].start < len(end) < both.tokens[m.last - 1].end
            for m in both.mentions if m.strength in OUTRIGHT)

    def _last_clause(self, text: str) -> int:
        """Where the last clause of *text* begins, in characters."""
        part = self._understanding.of(text)
        tokens = part.reading.tokens
        last = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].is_word), None)
        if last is None:
            return len(text)
        return tokens[part.clauses.positions((last, last + 1)).start].start


def _fills_in(part: Understood, conversation: Conversation) -> bool:
    """Whether *part* says no to what is asked behind its name, whatever else it tells.

    "Detentions: no, but the press is censored" has read the question.
    """
    awaiting = conversation.awaiting()
    return any(m.fact in awaiting and part.clauses.filled_in(m) for m in part.reading.mentions)
