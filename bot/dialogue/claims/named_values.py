"""What the vocabulary finds in a message, as claims: denied, hedged and placed by small words.

What is taken back, forbidden, unknown or of somebody else claims nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.dialogue.claim import HINT, PLACE, SURE, Claim
from bot.dialogue.claims.abroad import is_language
from bot.dialogue.claims.heard_places import place_of_use
from bot.dialogue.claims.hedging import hedged
from bot.dialogue.claims.not_of_this_deal import NotOfThisDeal
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.roles import Roles
from bot.dialogue.poles import graver, has_poles, settles
from retrieval.guidance import Fact, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told


class NamedValues:
    """What the vocabulary's finds in a message claim.

    *roles* tell which places and parties are something else to the deal, *others* what is of
    another one, *placed* are the finds of where it is used, and by *contrast* several parties are
    told apart; the rest is as for `claiming.claims_of`.
    """

    def __init__(
        self,
        at: Utterance,
        *,
        pending: Collection[Fact],
        told: Sequence[Told] | None,
        known: Mapping[Fact, frozenset[str]],
        roles: Roles,
        others: NotOfThisDeal | None,
        placed: Sequence[Mention],
        contrast: bool,
    ) -> None:
        reading, guidance = at.reading, at.guidance
        self._reading, self._clauses, self._pending = reading, at.clauses, pending
        self._told, self._guidance, self._cues = told or (), guidance, at.cues
        self._known, self._roles, self._others = known, roles, others
        # A hint alone ("felt like a prison") says nothing; beside something said outright, or in
        # answer to its own question, it does.
        self._hints = bool(at.cues.find("deal", reading.tokens)) or any(
            m.strength.is_firm for m in reading.mentions)
        self._placed = frozenset(placed)
        self._paying = {(m.first, m.last) for m in reading.mentions
                        if guidance.questions[m.fact].role is Role.END_USER
                        and (roles.only_pays(m) or roles.only_rules(m) or roles.only_between(m)
                             or roles.is_what_is_between(m) or roles.is_near_by(m))}
        # Of either party a model may half hear another answer, which no term names.
        heard = {(one.fact, one.value) for one in self._told if one.chance >= HINT}
        self._contrasted = {
            *(m.fact for m in reading.mentions if m.strength.is_firm
              and not guidance.questions[m.fact].several),
            *(fact for fact, _ in heard if fact in guidance.questions
              and has_poles(guidance.questions[fact])
              and sum(other == fact for other, _ in heard) > 1),
        } if contrast else frozenset[Fact]()


    def claims(self) -> Iterator[Claim]:
        """What they claim, in order of position."""
        for mention in self._reading.mentions:
            # "A joint venture in Paramaribo" is where a go-between sits, and yet where it is used.
            astray = mention not in self._placed
            if self._is_of_others(mention) or is_language(mention, self._reading, self._cues):
                continue
            if astray and self._roles.nothing_else(mention):
                yield Claim(mention, mention.value, False, True, False)
            elif not (astray and self._is_elsewhere(mention)) and not (
                    self._is_not_said(mention)):
                yield self._claim(mention, astray=astray)

    def _is_of_others(self, mention: Mention) -> bool:
        """Whether it is of another deal, or of who only pays for this one."""
        return (self._others is not None and self._others.holds(mention)) or (
            (mention.first, mention.last) in self._paying
            and self._guidance.questions[mention.fact].role is not Role.GO_BETWEEN)

    def _is_elsewhere(self, mention: Mention) -> bool:
        """Whether it is no place of use, as far as a model hears, or one is known already."""
        return self._place(mention) < PLACE or mention.fact in self._known or any(
            m.fact == mention.fact for m in self._placed)

    def _place(self, mention: Mention) -> float:
        return place_of_use(mention, self._told, self._reading)

    def _is_not_said(self, mention: Mention) -> bool:
        """Whether it is taken back, forbidden, unknown, only hinted or no answer."""
        clauses, question = self._clauses, self._guidance.questions[mention.fact]
        if clauses.taken_back(mention) or clauses.forbids(mention) or (
                not has_poles(question) and clauses.forbidden((mention.first, mention.last))):
            return True
        if not question.several and (clauses.unknown(mention) or self._names_a_question(mention)):
            return True
        # "I searched for independent courts and drew a blank" doesn't say what they are; but a
        # search that "came back clean" does, by itself.
        if settles(self._guidance, mention.fact, mention.value) and any(
                not (first < mention.last and mention.first < last)
                for first, last in clauses.searched_in_vain((mention.first, mention.last))):
            return True
        if mention.strength is Strength.WEAK:
            return not (self._hints or self._place(mention) >= SURE
                        or mention.fact in self._pending)
        return mention.strength is Strength.ASKED and self._is_no_answer(mention)

    def _names_a_question(self, mention: Mention) -> bool:
        """Whether it only says which question is meant: "back to the war question"."""
        return any(token.norm in self._cues.words("names_a_question")
                   for token in self._reading.tokens[mention.last : mention.last + 1])

    def _is_no_answer(self, mention: Mention) -> bool:
        tokens = self._reading.tokens
        return (
            self._clauses.corrects(mention)
            or (mention.fact not in self._pending and mention.fact not in self._contrasted)
            # "Can't say" is a don't-know, and no limit on speech.
            or any(first <= mention.first and mention.last <= last
                   for first, last in self._clauses.unknowns)
            # "They want to know where journalists are" says nothing that journalists are.
            or any(t.norm in self._cues.words("asks_a_matter")
                   for t in tokens[mention.first - 1 : mention.first]))

    def _claim(self, mention: Mention, *, astray: bool) -> Claim:
        clauses = self._clauses
        is_place = self._guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
        denied = (clauses.denied_place if is_place else clauses.denied)(mention)
        # "Norwegian police" names the country by the way, but firmly enough.
        guessed = (self._is_beside_another(mention) if is_place else
                   mention.strength is Strength.WEAK)
        sure = not hedged(mention, clauses, self._cues) and not guessed and not astray
        value, holds = mention.value, not denied
        if denied and mention.negated_value is not None and not (
                mention.negated_value in graver(self._guidance, mention.fact)
                and clauses.not_yet(mention)):
            value, holds = mention.negated_value, True
        return Claim(mention, value, holds, sure, clauses.added(mention))

    def _is_beside_another(self, place: Mention) -> bool:
        """Whether *place* is only a guess at the spelling, and another country is named outright.

        "The port of Piraeus, COSCO has the majority" is no more than nearly Cusco.
        """
        return place.strength is Strength.FUZZY and any(
            m.fact == place.fact and m.value != place.value and m.strength is Strength.TERM
            for m in self._reading.mentions)
