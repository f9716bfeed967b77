"""Matters that a message tells of beside the guidance: "they pay in cash", "leave the logs out".

They raise no flag and change no advice; the reply names each, with whom to take it to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.citing import cite_all
from bot.dialogue.clauses import Clauses
from bot.dialogue.conversation import Intent, Line, Message
from bot.dialogue.cues import Span
from bot.dialogue.phrasing import Wording
from retrieval.guidance import Fact, Guidance, Term, Vocabulary
from retrieval.lexicon import Lexicon
from retrieval.mentions import Mention, Strength
from retrieval.phrases import Phrases

_MATTER = Fact("other_matter")
IN_TURN_WORDS = 6
"""Most words from one phrase to the next that follows it: "to read the messages of all local
journalists"."""


class OtherMatters:
    """Hears the other matters of one release."""

    def __init__(self, guidance: Guidance) -> None:
        self._order = [matter.id for matter in guidance.other_matters]
        self._lexicon = Lexicon(Vocabulary(
            terms=tuple(Term(_MATTER, matter.id, near=matter.told)
                        for matter in guidance.other_matters),
            cues={}, intents={}, glossary=(), english=guidance.vocabulary.english))
        self._in_turn = [(matter.id, [Phrases(group) for group in groups])
                         for matter in guidance.other_matters for groups in matter.in_turn]
        self._no_fact = {matter.id: matter.no_fact for matter in guidance.other_matters}
        self._unless = {matter.id: Phrases(matter.unless) for matter in guidance.other_matters}

    def told_in(self, text: str, clauses: Clauses) -> tuple[str, ...]:
        """Ids of the matters that *text* tells of, in the order of the release.

        Args:
            text: A message's matter.
            clauses: Its clauses; what they deny ("no cash, no middlemen") is not told.
        """
        if not self._order:
            return ()
        mentions = [*self._lexicon.find(text).mentions, *self._following(clauses)]
        told = {m.value for m in mentions
                if not clauses.denied(m) and not self._is_of_something_else(m, clauses)}
        return tuple(id_ for id_ in self._order if id_ in told)

    def beside(self, message: Message, ids: Sequence[str]) -> Message:
        """*message* as one that tells of the matters *ids*, and of no fact that is only theirs."""
        heard = {fact: answer for fact, answer in message.heard.items() if all(
            self._no_fact[id_].get(fact, frozenset()).isdisjoint(answer.values or ())
            for id_ in ids)}
        less = len(heard) < len(message.heard)
        nothing = less and not (heard or message.withdrawn or message.retracted)
        intent = message.intent
        if intent in {Intent.UNCLEAR, Intent.FILLER} or (nothing and intent is Intent.DESCRIBE):
            intent = Intent.REMARK
        return replace(message, intent=intent, heard=heard, other_matters=tuple(ids),
                       answers_pending=message.answers_pending and not nothing)

    def _following(self, clauses: Clauses) -> Iterator[Mention]:
        """Mentions of the matters whose phrases follow one another in a clause."""
        for id_, groups in self._in_turn:
            ways: list[Sequence[Span]] = [()]
            for spans in (group.find(clauses.tokens) for group in groups):
                ways = [(*way, span) for way in ways for span in spans
                        if not way or _follows(way[-1], span, clauses)]
            for way in ways:
                yield Mention(_MATTER, id_, None, way[0][0], way[-1][1], Strength.NEAR, tuple(way))

    def _is_of_something_else(self, mention: Mention, clauses: Clauses) -> bool:
        return any(
            first <= mention.first < last
            and self._unless[mention.value].find(clauses.tokens[first:last])
            for first, last in clauses.sentences())


def _follows(one: Span, other: Span, clauses: Clauses) -> bool:
    """Whether *other* comes soon after *one* in its clause, and is not joined to it by an "and".

    "To monitor and journalists report" watches nobody.
    """
    between = clauses.tokens[one[1] : other[0]]
    return one[1] <= other[0] and clauses.same_clause(one, other) and (
        sum(t.is_word for t in between) <= IN_TURN_WORDS) and not clauses.joined_at(one[1])


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
