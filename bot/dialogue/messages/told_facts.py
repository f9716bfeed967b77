"""Which facts a message tells, and which values it takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.answers.reporting import looked_into
from bot.dialogue.claim import GUESS, Claim
from bot.dialogue.claims.contrasting import contrast_in
from bot.dialogue.claims.heard_unknown import heard_unknown, left_unknown
from bot.dialogue.claims.in_passing import InPassing
from bot.dialogue.claims.merging import heard_of
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.claims.said_otherwise import denied_beside, said_otherwise
from bot.dialogue.claims.unsaying import calls_its_answer_a_guess, disowned, unsaid
from bot.dialogue.claims.words_of_answer import of_no_weight
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.answering_the_asked import AnsweringTheAsked, Said
from bot.dialogue.messages.questions import Questions
from bot.dialogue.messages.sifting import Sifting
from bot.dialogue.messages.understood import Understood
from bot.dialogue.refining import refined
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.quoting import quoted, said_unknown
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.words.tells import Told


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message tells of the deal."""

    heard: Mapping[Fact, Answer]
    withdrawn: Mapping[Fact, frozenset[str]]
    """The values that it takes back."""
    wrong: frozenset[Fact]
    """What it says was told or guessed wrongly, and not what is right."""
    deal: Deal
    """What is known before it, with what it confirms."""
    nameless: bool
    """Whether anything was claimed without a word of what it is about."""


class ToldFacts:
    """Makes facts of claims and answers with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        subjects: What its questions are about.
        sifting: Sifts what messages claim.
        asked: Takes out what answers the last question.
        questions: Tells questions by their form.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        *,
        subjects: Subjects,
        sifting: Sifting,
        asked: AnsweringTheAsked,
        questions: Questions,
    ) -> None:
        self._guidance, self._cues, self._subjects = guidance, cues, subjects
        self._sifting, self._asked, self._questions = sifting, asked, questions

    def told_by(
        self,
        understood: Understood,
        key: MessageKey,
        conversation: Conversation,
        told: Sequence[Told] | None,
        intent: Intent | None,
        *,
        telling: bool,
    ) -> Telling:
        """What a message tells of the deal; of one that isn't *telling*, what it is about.

        Args:
            understood: Its matter.
            key: The message's key.
            conversation: What it is said in.
            told: What a model hears in it; None without a model.
            intent: What it wants, if its words say so; that may leave what is asked standing.
            telling: Whether it may change what is known at all.
        """
        reading, awaiting, cues = understood.reading, conversation.awaiting(), self._cues
        open_again = disowned(reading, conversation.deal, self._guidance, cues) if telling else ()
        sifted = self._sifting.claimed(understood, told, conversation, open_again, telling=telling)
        said = self._said(understood, sifted.claims, conversation, key, intent) if telling else (
            Said(sifted.claims, conversation.deal))
        heard, withdrawn = self._heard(understood, said, awaiting, key, telling=telling)
        if telling and intent is None and not (withdrawn or said.wrong or open_again) and (
                _may_say_otherwise(heard, understood, conversation)):
            at = Occasion(reading, understood.clauses, self._guidance, cues, conversation.deal,
                          awaiting, told is not None, self._subjects)
            heard = said_otherwise(at, told, conversation, key) or heard
        elif telling and heard and not withdrawn:
            heard = {**denied_beside(sifted.claims, heard.keys(), conversation,
                                     understood.utterance), **heard}
        if telling and calls_its_answer_a_guess(reading, conversation, self._guidance, cues):
            heard = {fact: replace(answer, sure=answer.values is None)
                     for fact, answer in heard.items()}
        return Telling(heard, withdrawn, said.wrong | {f for f in open_again if f not in heard},
                       said.deal, sifted.nameless)

    def _said(
        self,
        understood: Understood,
        claims: list[Claim],
        conversation: Conversation,
        key: MessageKey,
        intent: Intent | None,
    ) -> Said:
        """The *claims*, with what the message answers to what is asked, or says was looked into.

        What it wants, by its *intent*, may leave what is asked standing.
        """
        deal = conversation.deal
        looked = looked_into(conversation, understood.utterance, key, self._subjects)
        if looked is not None and (intent is None or not conversation.awaiting()):
            return Said([], deal, looked)
        if conversation.awaiting():
            return self._asked.said(understood, claims, conversation, key) if (
                intent in (None, Intent.ADVISE_NOW)) else Said(claims, deal)
        return Said(claims, deal)

    def _heard(
        self,
        understood: Understood,
        said: Said,
        awaiting: Sequence[Fact],
        key: MessageKey,
        *,
        telling: bool,
    ) -> tuple[Mapping[Fact, Answer], Mapping[Fact, frozenset[str]]]:
        """What the message tells by what is *said*, and the values that it takes back."""
        reading, clauses = understood.reading, understood.clauses
        passing = InPassing(reading, said.claims, clauses, self._cues)
        claims = of_no_weight(said.claims, awaiting, passing.is_the_one)
        deal, direct = said.deal, said.direct
        if len(claims) < len(said.claims):
            passing = InPassing(reading, claims, clauses, self._cues)
        answered = {*direct, *(c.mention.fact for c in claims if c.holds)}.intersection(awaiting)
        heard, withdrawn = heard_of(
            reading, claims, deal, clauses=clauses, answered=answered, key=key,
            guidance=self._guidance, passing=passing,
            contrast=bool(contrast_in(understood.utterance)))
        unknown = self._unknown(understood, heard, deal, key) if (
            telling and not self._questions.opens_asking(reading, clauses)) else {}
        # "Correction: no such reports" is no answer to what was asked meanwhile.
        replaces = clauses.retractions and not any(c.mention.strength.is_firm for c in claims)
        if telling and not withdrawn and (replaces or not (heard or direct or unknown)):
            withdrawn = unsaid(reading, clauses, deal, self._cues)
            if withdrawn:
                heard, direct, unknown = self._instead(
                    withdrawn, claims, understood, key), {}, {}
        return refined(self._guidance, deal, {**direct, **unknown, **heard}), withdrawn

    def _unknown(
        self, understood: Understood, heard: Mapping[Fact, Answer], deal: Deal, key: MessageKey
    ) -> Mapping[Fact, Answer]:
        """Facts that the message says nobody knows yet, of those that it has not *heard*."""
        reading, clauses = understood.reading, understood.clauses
        by_ear = left_unknown(
            heard_unknown(understood.told() or (), understood.utterance, self._subjects),
            reading, clauses, key)
        named = said_unknown(reading, clauses, heard, deal, key, self._subjects.names)
        return {**{fact: answer for fact, answer in by_ear.items()
                   if fact not in heard and not deal.answered(fact)}, **named}

    def _instead(
        self,
        withdrawn: Mapping[Fact, frozenset[str]],
        claims: Sequence[Claim],
        understood: Understood,
        key: MessageKey,
    ) -> dict[Fact, Answer]:
        """What the message names in place of what is *withdrawn*: "no demos any more, traffic"."""
        found = {}
        for fact, gone in withdrawn.items():
            mine = [c for c in claims if c.mention.fact == fact and c.holds
                    and c.value not in gone and c.confidence >= GUESS]
            if mine:
                values = frozenset(c.value for c in mine)
                found[fact] = quoted(understood.reading, understood.clauses, mine, values,
                                     all(c.sure for c in mine), key)
        return found


def _may_say_otherwise(
    heard: Mapping[Fact, Answer], understood: Understood, conversation: Conversation
) -> bool:
    """Whether what it tells by *heard* leaves it open that it denies what was told before.

    It tells nothing, or takes something back and is only guessed to tell of what nobody spoke of:
    the stage in "wait no, they haven't answered yet".
    """
    awaiting, deal = conversation.awaiting(), conversation.deal
    return not heard or (bool(understood.clauses.retractions) and all(
        answer.guessed and fact not in awaiting and not deal.answered(fact)
        for fact, answer in heard.items()))
