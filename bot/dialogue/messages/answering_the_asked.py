"""What a message answers to what was asked last, by a word of answer or a report.

Of several questions asked together `bot.dialogue.messages.answering_and_telling` is asked before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogue.answers.answering import (
    answers_in_parts,
    answers_to,
    named_by_its_word,
    of_own_part,
    plainly,
    skips,
    typed_label,
)
from bot.dialogue.answers.asking_back import confirmation
from bot.dialogue.answers.by_place import Part, parted
from bot.dialogue.answers.listed import named_in_a_list
from bot.dialogue.answers.reporting import offered
from bot.dialogue.claim import Claim
from bot.dialogue.claims.contrasting import contrast_in
from bot.dialogue.claims.heard_unknown import heard_unknown
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.words_of_answer import is_grave_news, is_the_answer, of_another
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import ASKED_BACK, DOUBTED, Answer, Deal, MessageKey
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import OUTRIGHT, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.poles import settling
from bot.dialogue.small_words.answer_words import Kind, leading, only_answer
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import says_only, value_said, whole
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.mentions import Mention, Reading, Strength


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, after what it answers was taken out of it."""

    claims: list[Claim]
    """What is left that it claims."""
    deal: Deal
    """What is known before it, with what it confirms."""
    direct: Mapping[Fact, Answer] = field(default_factory=dict)
    """What it answers by a word of answer."""
    wrong: frozenset[Fact] = frozenset()
    """Guesses asked back that it calls wrong."""


class AnsweringTheAsked:
    """Takes out of messages what they answer, with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        subjects: What its questions are about.
    """

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, subjects: Subjects
    ) -> None:
        self._guidance, self._cues = guidance, cues
        self._steering, self._subjects = steering, subjects

    def said(
        self,
        understood: Understood,
        claims: list[Claim],
        conversation: Conversation,
        key: MessageKey,
    ) -> Said:
        """What the message answers to what was asked last, and what *claims* are left of it."""
        reading, clauses, deal = understood.reading, understood.clauses, conversation.deal
        awaiting = conversation.awaiting()
        pending = [self._guidance.questions[fact] for fact in awaiting]
        parts = parted(pending, reading, self._cues, self._subjects) if len(pending) > 1 else {}
        claims = of_own_part(self._nothing_else(claims, reading, pending), parts, awaiting)
        claims = self._of_own_clause(claims, understood.utterance, pending)
        fine = self._all_fine(pending, reading, clauses, key)
        if fine:
            return Said([], deal, fine)
        said = confirmation(
            deal, pending, reading, claims, self._cues, key, parts, clauses)
        report = {} if said or any(
            c.mention.fact in awaiting and c.mention.strength in OUTRIGHT | {Strength.TOLD}
            for c in claims) else offered(
                pending, understood.utterance, key, self._subjects)
        settled = said.answers.keys() | said.wrong | said.in_passing
        pending = [q for q in pending if q.fact not in settled]
        deal = deal.with_answers({f: replace(
            deal.answers[f], values=deal.latest(f), instead=frozenset(), sure=True,
            confidence=1.0) for f in said.widened})
        claims = [replace(c, added=c.added or c.mention.fact in said.widened)
                  for c in claims if c.mention.fact not in settled]
        # Of a fact that has a value the word may come on top, which the claims can tell.
        outright = report or (
            {} if any(deal.known(q.fact) for q in pending)
            else named_by_its_word(pending, reading, self._cues, key)
            or named_in_a_list(pending, reading, self._cues, key))
        direct, claims = (outright, []) if outright else self._answered(
            pending, claims, understood.utterance, key, parts)
        # Who doesn't know, or perhaps spoke of something else, leaves what was read as it is.
        direct = {f: a for f, a in direct.items()
                  if a.confidence > DOUBTED or not deal.known(f)}
        unknown = heard_unknown(understood.told() or (), understood.utterance, self._subjects)
        if unknown and unknown.keys().isdisjoint(awaiting):
            # "No idea who hosts it" is of the host, whatever was asked.
            direct = {f: a for f, a in direct.items() if a.values is not None}
        direct = {f: a if a.values or not deal.known(f) else
                  replace(deal.answers[f], confidence=1.0)
                  for f, a in direct.items() if f not in said.unsaid}
        return Said(claims, deal, {**direct, **said.answers}, said.wrong)

    def _all_fine(
        self, pending: Sequence[Question], reading: Reading, clauses: Clauses, key: MessageKey
    ) -> Mapping[Fact, Answer]:
        """What a message that calls all of it fine says no to: "nah all fine", "all good there".

        Those of *pending* of which no flag hangs on a no.  "All good" alone is a courtesy, and
        beside a yes it is of something else.
        """
        tokens, text = reading.tokens, reading.text.strip()
        denies = self._cues.starts("bare_no", tokens) > 0
        said = self._cues.find("all_fine", tokens) and (
            denies or self._cues.find("of_the_place", tokens))
        if not said or "?" in text or clauses.nobody_looked or not self._cues.only(
                tokens, "all_fine", "bare_no", "of_the_place", "says_looked", "all_of_these",
                "filler"):
            return {}
        found = {}
        for question in pending:
            value, sure = plainly(question, "no", bool(clauses.looked))
            if value is not None and value == settling(self._guidance, question.fact):
                found[question.fact] = Answer(frozenset({value}), text, key, sure and denies, 0,
                                              len(reading.text))
        return found

    def _of_own_clause(
        self, claims: list[Claim], at: Utterance, pending: Sequence[Question]
    ) -> list[Claim]:
        """*claims* less words of answer that stand in a clause on another question of *pending*.

        In "courts are weak, no prior approval" the courts approve nothing, nor is it the approval
        that is weak.
        """
        if len(pending) < 2:
            return claims
        reading, clauses = at.reading, at.clauses
        names, _ = self._subjects.names_of(pending)
        asked = [q.fact for q in pending]

        def of_another(claim: Claim) -> bool:
            mention = claim.mention
            if mention.fact not in asked or mention.strength is Strength.NEAR:
                return mention.fact in asked and any(
                    one.mention.fact in asked and _takes_its_word(one.mention, mention, clauses)
                    for one in claims)
            if mention.strength is not Strength.ASKED:
                return False
            clause = clauses.positions((mention.first, mention.last))
            named = {frozenset(names.get(reading.tokens[i].stem, ())) for i in clause} - {
                frozenset()}
            if len(named) != 1 or len(next(iter(named))) != 1:
                return False
            [n] = next(iter(named))
            return asked[n] != mention.fact and any(
                one.mention.fact == asked[n] and one.mention.first in clause for one in claims)

        left = [claim for claim in claims if not of_another(claim)]
        words = [c for c in left if c.holds and c.mention.strength is Strength.ASKED
                 and c.mention.fact in asked]
        if contrast_in(at):
            return left  # "nobody in Oman. Qatar does jail some": the graver of the two holds
        # "Yes in the north, no in the south" says by neither which question it answers.
        both = {c.mention.fact for c in words for other in words
                if c.mention.fact == other.mention.fact and c.value != other.value
                and not self._guidance.questions[c.mention.fact].several}
        if words and self._says_yes_and_no(reading, clauses):
            both |= set(asked)
        return [c for c in left if c not in words or c.mention.fact not in both]

    def _says_yes_and_no(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether one clause of it opens with a yes and another one with a no."""
        begins = [0, *(i + 1 for i, t in enumerate(reading.tokens) if t.ends_clause)]
        opened = {leading([t for t in reading.tokens[begin:clauses.end_of(begin)] if t.is_word],
                          self._cues)[1] for begin in begins}
        return {"yes", "no"} <= opened

    def _nothing_else(
        self, claims: list[Claim], reading: Reading, pending: Sequence[Question]
    ) -> list[Claim]:
        """*claims* without what a model hears of something else in a mere yes, no or maybe.

        "Skip" claims nothing, though a step that was skipped may have that very name.
        """
        if skips(reading.tokens.words, self._cues):
            return []
        if len(pending) > 1 and self._steering.is_filler(reading):
            return []  # "no problem" is a courtesy where three things were asked
        if not says_only(reading.tokens, self._cues):
            # The "fine" of "fine, ourselves then" agrees, and answers nothing.
            opens = self._opens_politely(reading)
            return [c for c in claims if c.mention.strength is not Strength.ASKED
                    or c.mention.last > opens]
        asked = {q.fact for q in pending}
        if len(pending) > 1 and whole(reading.tokens, self._cues, len(pending)):
            # "Nothing like that" is the wording of one answer, and said of all that was asked.
            claims = [c for c in claims if c.mention.strength is not Strength.ASKED]
        return [c for c in claims
                if c.mention.strength is not Strength.TOLD or c.mention.fact in asked]

    def _opens_politely(self, reading: Reading) -> int:
        """How many of its first words are a courtesy that a mark parts from what it goes on with.

        0 where none are.  In "fine, we checked" and "good, no wars" more of the answer stands
        behind the mark.
        """
        tokens = reading.tokens
        length = self._cues.starts("filler", tokens)
        behind = tokens[length:]
        if not length or not any(t.is_word for t in behind) or behind[0].is_word or (
                self._cues.find("says_looked", behind)
                or self._cues.starts("bare_no", unopened(behind, self._cues))):
            return 0
        return length

    def _answered(
        self,
        pending: Sequence[Question],
        claims: list[Claim],
        at: Utterance,
        key: MessageKey,
        parts: Mapping[Fact, Part],
    ) -> tuple[Mapping[Fact, Answer], list[Claim]]:
        """The answers to the questions asked that the claims don't hold, and the claims left."""
        reading = at.reading
        typed = typed_label(pending, reading, key)
        if typed:
            return typed, []
        if parts:
            direct = answers_in_parts(pending, parts, claims, at, key)
            return direct, [c for c in claims if c.mention.fact not in direct]
        mine = {q.fact: [c.mention for c in claims if c.mention.fact == q.fact
                         and not self._is_part_of_a_verdict(c.mention, q, reading)]
                for q in pending}
        verdicts = whole(reading.tokens, self._cues, len(pending))
        open_ones = [
            q for q in pending
            if all(m.strength is Strength.ASKED for m in mine[q.fact])
            and not is_the_answer(mine[q.fact], q, verdicts)
        ]
        hinted = [q.fact for q in open_ones if mine[q.fact]]
        alone = len(open_ones) == len(pending)
        direct = answers_to(open_ones, at, key, self._subjects, hinted) if alone else {}
        if self._cues.starts("skip", reading.tokens) and any(c.holds for c in claims):
            # Who skips one matter and tells of another may answer with that.
            direct = {f: a for f, a in direct.items() if a.values}
        if any(c.mention.fact not in mine for c in claims):
            # "No misuse reports" says its own fact, and perhaps nothing of what was asked.
            direct = {f: a for f, a in direct.items() if a.confidence > DOUBTED}
        if direct and not of_another(open_ones, claims, at, self._subjects):
            return direct, [c for c in claims if c.mention.fact not in direct]
        # "They exist on paper" answers the question asked; that the same words could say
        # something of another fact is no news, unless that is grave, and named and heard clearly.
        own = [m for mentions in mine.values() for m in mentions]
        return {}, [
            c for c in claims
            if c.mention.fact in mine or is_grave_news(c, self._guidance)
            or not any(m.first < c.mention.last and c.mention.first < m.last for m in own)
            or _rests_on_more(c, at.clauses)
        ]

    def _is_part_of_a_verdict(
        self, mention: Mention, question: Question, reading: Reading
    ) -> bool:
        """Whether a word of answer only stands in a longer phrase for a yes or no to *question*.

        Whoever answers "hard no" is not hard to get an answer from, and "looks like it" looks into
        nothing.
        """
        return mention.strength is Strength.ASKED and any(
            one.kind is Kind.VERDICT and value_said(question, one.name) is not None
            and one.first <= mention.first and mention.last <= one.last
            and mention.last - mention.first < one.last - one.first
            for one in only_answer(reading.tokens, self._cues))


def _takes_its_word(one: Mention, other: Mention, clauses: Clauses) -> bool:
    """Whether *one* says within a clause what *other* takes a word of over the end of it."""
    within = clauses.positions((one.first, one.first + 1))
    return one.fact != other.fact and one.strength.is_firm and one.last <= within.stop and any(
        i not in within for i in (other.first, other.last - 1)) and any(
        one.first <= first < one.last for first, _ in other.parts)


def _rests_on_more(claim: Claim, clauses: Clauses) -> bool:
    """Whether *claim* is clearly heard in more than one clause, and so in no mere answer.

    "Owners on paper are two businessmen, behind it is the junta": that a junta answers another
    question takes nothing away from what is said of the owners.
    """
    first, last = claim.mention.first, claim.mention.last
    return claim.confidence >= ASKED_BACK and not clauses.same_clause(
        (first, first + 1), (last - 1, last))
