"""Matters that a message tells of beside the guidance: "they pay in cash", "leave the logs out".

They raise no flag and change no advice; the reply names each, with whom to take it to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.citing import cite_all
from bot.dialogue.conversation import Message
from bot.dialogue.deal import Answer
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Line
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Span, cues_of
from retrieval.guidance import Fact, Guidance, QuestionKind, Term, Vocabulary
from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token

_MATTER = Fact("other_matter")
IN_TURN_WORDS = 3
"""Most words from one phrase to the next that follows it: "to monitor the blogs of activists"."""
_APOSTROPHES = frozenset({"'", "’", "‘", "`"})


def other_matters_of(guidance: Guidance) -> "OtherMatters":
    """What hears the other matters of *guidance*, compiled once."""
    known = guidance.worked_out.of(other_matters_of)
    if None not in known:
        known[None] = OtherMatters(guidance)
    return known[None]


class OtherMatters:
    """Hears the other matters of one release."""

    def __init__(self, guidance: Guidance) -> None:
        """Hear those of *guidance*."""
        self._cues = cues_of(guidance)
        self._order = [matter.id for matter in guidance.other_matters]
        self._lexicon = Lexicon(Vocabulary(
            terms=tuple(Term(_MATTER, matter.id, near=matter.told)
                        for matter in guidance.other_matters),
            cues={}, intents={}, glossary=(), english=guidance.vocabulary.english))
        self._in_turn = [(matter.id, [Phrases(group) for group in groups])
                         for matter in guidance.other_matters for groups in matter.in_turn]
        self._unless = {matter.id: Phrases(matter.unless) for matter in guidance.other_matters}
        self._several = {fact for fact, q in guidance.questions.items()
                         if q.kind is QuestionKind.CHOICE and q.several}
        self._unless_facts = {m.id: m.unless_facts for m in guidance.other_matters}

    def beside(
        self, message: Message, reading: Reading, clauses: Clauses, asked: Sequence[Fact]
    ) -> Message:
        """*message* as one that tells of other matters beside what was heard of it, if it does.

        A guess at what is sold, to whom or what for gives way where it was made from the same
        words, and none of them names it: "to find out where dissidents are" is no border control.

        Args:
            message: What was heard.
            reading: Its matter, with all that its words name.
            clauses: The clauses of that.
            asked: The facts that were asked for before it.
        """
        told = self._told(reading.text, clauses, message, asked)
        if not told:
            return message
        ids = {m.value for m in told}
        named = {(m.fact, m.value) for m in reading.mentions}
        heard = {
            fact: answer for fact, answer in message.heard.items()
            if fact in asked or fact not in self._several
            or any((fact, value) in named for value in answer.values or ())
            or not any(self._only_tells(mention, answer, clauses) for mention in told)}
        quiet = message.intent in {Intent.UNCLEAR, Intent.FILLER, Intent.ASK} or (
            message.intent is Intent.DESCRIBE and not heard and bool(message.heard))
        return replace(message, intent=Intent.REMARK if quiet else message.intent, heard=heard,
                       other_matters=tuple(id_ for id_ in self._order if id_ in ids))

    def _only_tells(self, mention: Mention, answer: Answer, clauses: Clauses) -> bool:
        """Whether *answer* is a guess from words of *mention*, or rests on nothing beside them."""
        tokens = clauses.tokens
        start, end = tokens[mention.first].start, tokens[mention.last - 1].end
        if not (answer.start < end and start < answer.end):
            return False
        small = self._cues.words(FUNCTION_WORDS)
        return not answer.sure or all(
            t.norm in small for t in tokens
            if t.is_word and answer.start <= t.start < answer.end and not start <= t.start < end)

    def _told(
        self, text: str, clauses: Clauses, message: Message, asked: Sequence[Fact]
    ) -> list[Mention]:
        """Where *text* tells of a matter, and does not deny it."""
        if not self._order:
            return []
        found, named = clauses.tokens.found, clauses.tokens.found.get(self._lexicon)
        if named is None:  # by the first of the conversations that it is held against
            named = found[self._lexicon] = self._lexicon.find(text, clauses.tokens).mentions
        mentions = [*named,
                    *(m for m in self._following(text, clauses)
                      if not self._is_of_something_else(m, clauses)
                      and not self._is_a_fact(m, clauses, message, asked))]
        return [m for m in mentions if not clauses.denied(m)]

    def _following(self, text: str, clauses: Clauses) -> Iterator[Mention]:
        """Mentions of the matters whose phrases follow one another in a clause."""
        for id_, groups in self._in_turn:
            ways: list[Sequence[Span]] = [()]
            for group in groups:
                spans = group.find(clauses.tokens)
                ways = [(*way, span) for way in ways for span in spans
                        if not way or (self._follows(way[-1], span, clauses)
                                       and not _owns(span, text, clauses.tokens)
                                       and not self._says_of_another(span, clauses.tokens))]
                if not ways:
                    break
            for way in ways:
                yield Mention(_MATTER, id_, None, way[0][0], way[-1][1], Strength.NEAR, tuple(way))

    def _is_of_something_else(self, mention: Mention, clauses: Clauses) -> bool:
        """Whether its clause has a phrase that goes with something else, or asks and is told no.

        What divides it from the one before is looked at too: "if compliance says no".
        """
        clause = clauses.positions((mention.first, mention.last))
        behind = [t.norm for t in clauses.tokens[clause.stop : clause.stop + 2]]
        return behind == ["?", "no"] or bool(self._unless[mention.value].find(
            clauses.tokens[max(clause.start - 1, 0) : clause.stop]))

    def _is_a_fact(
        self, mention: Mention, clauses: Clauses, message: Message, asked: Sequence[Fact]
    ) -> bool:
        """Whether the words of *mention* told a fact that the guidance has, or answered for one.

        "To find Uyghurs" is what it is for, whatever was asked.
        """
        clause = clauses.positions((mention.first, mention.last))
        norms = [t.norm for t in clauses.tokens[clause.start : clause.stop]]
        before = norms[: mention.first - clause.start]
        to_do = "to" in (clauses.tokens[mention.first].norm, *before[-1:])
        if self._cues.words("before_an_aim").issuperset(before) or (to_do and not asked) or (
                not self._cues.words("the_product").isdisjoint(norms)):
            return False
        start, end = clauses.tokens[mention.first].start, clauses.tokens[mention.last - 1].end
        facts = self._unless_facts[mention.value]
        heard = [(fact, answer) for fact in facts if (answer := message.heard.get(fact))]
        return any(fact in asked or (answer.start < end and start < answer.end)
                   for fact, answer in heard) or (
            not to_do and not set(facts).isdisjoint(asked))

    def _follows(self, one: Span, other: Span, clauses: Clauses) -> bool:
        """Whether *other* comes soon after *one* in its clause, and is what that one is about."""
        between = clauses.tokens[one[1] : other[0]]
        return one[1] <= other[0] and clauses.same_clause(one, other) and (
            sum(t.is_word for t in between) <= IN_TURN_WORDS) and (
            self._cues.words("to_something_else").isdisjoint(t.norm for t in between))

    def _says_of_another(self, span: Span, tokens: Sequence[Token]) -> bool:
        """Whether *span* ends in the "no" of "legal says no review is needed"."""
        behind = tokens[span[1]] if span[1] < len(tokens) else None
        return tokens[span[1] - 1].norm == "no" and behind is not None and behind.is_word and (
            behind.norm not in self._cues.words("behind_a_refusal"))


def _owns(span: Span, text: str, tokens: Sequence[Token]) -> bool:
    """Whether what stands at *span* only says whose something is: "lawyers' billable hours"."""
    first, last = tokens[span[0]], tokens[span[1] - 1]
    if not any(t.is_word for t in tokens[span[1] : span[1] + 1]):
        return False
    quoted = text[first.start - 1 : first.start] in _APOSTROPHES
    return last.text[-2:-1] in _APOSTROPHES or (
        text[last.end : last.end + 1] in _APOSTROPHES and not quoted)


def passed_on(ids: Sequence[str], guidance: Guidance, wording: Wording) -> tuple[Line, ...]:
    """A line for each matter of *ids*: what it is, that the texts are silent, and whom to ask.

    Ids that the release does not know are left out: another release may have named them.
    """
    known = {matter.id: matter for matter in guidance.other_matters}
    return tuple(
        Line(wording.say("other_matter.told", title=matter.title.strip(),
                         says=" ".join(matter.says.split()), whom=matter.whom),
             cite_all(guidance, matter.authorities))
        for id_ in ids if (matter := known.get(id_)) is not None)
