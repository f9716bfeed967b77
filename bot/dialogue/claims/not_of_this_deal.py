"""What a message says that is no fact of the deal at hand: a condition, another deal, another land.

"We'd cut them off if they misuse it" promises something and reports no misuse.  "The previous
customer was the army in Chad" is of another deal, and what the Serbian police did tells nothing of
the Kenyan ones.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import product

from bot.dialogue.claim import HINT
from bot.dialogue.claims.contrasting import is_party
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.earlier_deals import EarlierDeals
from bot.dialogue.claims.heard_places import place_of_use
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.provisos import provisos, would_settle
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told

BEFORE_IF = 2
"""Most words between a "not sure" and the "if" that belongs to it."""


class NotOfThisDeal:
    """Which words of one message are said under a condition, of another deal or of others.

    Args:
        at: The message, and the release that it is read with.
        told: What a model hears in it; None without one.
        here: The countries of use that are known.
        placed: What is named in it, less where the seller or a go-between sits.
    """

    def __init__(
        self,
        at: Utterance,
        *,
        told: Sequence[Told] | None,
        here: Collection[str] = (),
        placed: Sequence[Mention] | None = None,
    ) -> None:
        reading, clauses, cues = at.reading, at.clauses, at.cues
        self._reading, self._clauses = reading, clauses
        self._guidance, self._cues = at.guidance, cues
        tokens = reading.tokens
        self._conditions, self._promises = self._hypotheses()
        self._provisos = provisos(clauses, cues)
        self._before = list(EarlierDeals(at, told or ()).sentences())
        self._elsewhere = [self._clause(span) for span in cues.find("an_earlier_deal", tokens)]
        places = [m for m in reading.mentions if m.strength.is_firm
                  and at.guidance.questions[m.fact].kind is QuestionKind.COUNTRY]
        self._elsewhere += [*self._told_of_a_seat(placed, here), *self._sold_before(placed),
                            *self._sold_to_others(placed), *self._sells_besides(here),
                            *self._reported_of_others(placed, here)]
        own = {*here, *(m.value for m in places if place_of_use(m, told or (), reading) >= HINT)}
        # Where something is put right, the place named last may be the one of use.
        self._foreign = [m for m in places if m.value not in own] if (
            own and not clauses.corrections) else []

    def holds(self, mention: Mention) -> bool:
        """Whether *mention* is none of this deal's."""
        return self._covers(mention.fact, mention.value, (mention.first, mention.last))

    def hears(self, one: Told) -> bool:
        """Whether what a model hears is none of this deal's."""
        place = placed(one, self._reading)
        if place is None or one.fact not in self._guidance.questions:
            return False
        middle = int(place.middle)
        named = self._names(one.fact, one.value, place.span)
        if self._covers(one.fact, one.value, (middle, middle + 1)) and not named:
            return True
        # What reaches out of a condition, or into what is told of another, is heard there as well.
        reaches = [*self._conditions, *self._promises]
        if not named and _is_of_a_deal(self._guidance.questions[one.fact], self._guidance):
            reaches += [(clause.start, clause.stop) for clause in self._elsewhere]
        grave = one.value in graver(self._guidance, one.fact)
        return grave and one.fact != self._guidance.stage_fact and any(
            place.span[0] < last and first < place.span[1] for first, last in reaches)

    def _names(self, fact: Fact, value: str, span: Span) -> bool:
        """Whether what a model hears rests on a word before it that is of this deal.

        Of "for the Kenyan police, like the ones in Uganda" it hears the police up to "the ones".
        """
        named = [m for m in self._reading.mentions if m.fact == fact and m.value == value
                 and m.strength.is_firm and m.first < span[1] and span[0] < m.last]
        return bool(named) and not any(
            any(m.first in clause for clause in self._elsewhere) or self.holds(m) for m in named)

    def _covers(self, fact: Fact, value: str, span: Span) -> bool:
        question = self._guidance.questions[fact]
        # How far a deal is hangs on conditions, and is told in them: "once they sign".
        grave = value in graver(self._guidance, fact) and fact != self._guidance.stage_fact
        if _within(span, self._conditions) and (grave or question.after or is_party(question)):
            return True
        if grave and _within(span, self._promises):
            return True
        if _within(span, self._provisos) and would_settle(self._guidance, fact, value):
            return True
        if _within(span, self._before) and (not question.several or question.role is not None
                                            or self._is_named_since(fact)):
            return True
        if any(span[0] in clause for clause in self._elsewhere) and _is_of_a_deal(
                question, self._guidance):
            return True
        return value in graver(self._guidance, fact) and self._is_of_foreigners(question, span)

    def _is_named_since(self, fact: Fact) -> bool:
        """Whether *fact* is named outside of what is told of earlier deals.

        The drones of "the army wanted drones, now the hydrologists want two" are of both.
        """
        return any(m.fact == fact and m.strength.is_firm
                   and not _within((m.first, m.last), self._before)
                   for m in self._reading.mentions)

    def _is_of_foreigners(self, question: Question, span: Span) -> bool:
        """Whether it is found of the end-user's like in a clause that names those of another land.

        What an agency did elsewhere is a report on such products, and none on this end-user.  Of
        what only the customer itself can tell they have to be the subject: "they pass it on to the
        army of Sudan" is told of this one.
        """
        if not _is_of(question, Role.END_USER, self._guidance):
            return False
        clause = self._clauses.positions(span)
        users = [m for m in self._reading.mentions if clause.start <= m.first < clause.stop
                 and self._guidance.questions[m.fact].role is Role.END_USER]
        if question.of_customer:
            users = [m for m in users if any(
                self._opens(min(m.first, one.first), clause) for one in self._foreign)]
        return any(m.first in clause and any(
            user.first == m.last or user.last <= m.first <= user.last + BEFORE_IF
            for user in users) for m in self._foreign)

    def _opens(self, position: int, clause: range) -> bool:
        """Whether nothing but articles stands before *position* in *clause*."""
        small = self._cues.words("before_a_noun")
        return all(self._reading.tokens[i].norm in small for i in range(clause.start, position))

    def _told_of_a_seat(
        self, placed: Sequence[Mention] | None, here: Collection[str]
    ) -> Iterator[range]:
        """What is said of where the seller or a go-between sits: "in Israel, where there's war".

        It is where the deal's own place is told or known, and is another.
        """
        if placed is None:
            return
        places = _places(self._reading.mentions, self._guidance)
        own = {*here, *(m.value for m in places if m in placed)}
        tokens = self._reading.tokens
        for place in places:
            behind = place.last + ([t.norm for t in tokens[place.last : place.last + 1]] == [","])
            if place not in placed and own and place.value not in own and self._cues.starts(
                    "tells_of_the_place", tokens[behind:]):
                yield self._clauses.positions((behind, behind + 1))

    def _sold_before(self, placed: Sequence[Mention] | None) -> Iterator[range]:
        """Where the like of this order is told of before: "the Zambian police want the same".

        That other is named in words for what was sold before, and of another land.
        """
        clauses, tokens = self._clauses, self._reading.tokens
        places = _places(placed or (), self._guidance)
        sold, same = (self._cues.find(name, tokens) for name in ("sold_before", "the_same_for"))
        users = {m.first for m in self._reading.mentions
                 if self._guidance.questions[m.fact].role is Role.END_USER}
        for (first, last), (begin, _) in product(sold, same):
            clause, other = clauses.positions((first, last)), clauses.positions((begin, begin + 1))
            if last <= begin and clauses.same_clause((first, last), (begin, begin + 1)):
                # "We equipped the Togolese police and the army of Benin wants the same".
                joins = self._cues.words("turns")
                cut = max((i for i in range(last, begin) if tokens[i].norm in joins), default=last)
                clause, other = range(clause.start, cut), range(cut, other.stop)
            theirs = {m.value for m in places if m.first in clause}
            if theirs and clause.stop <= other.start and not users.isdisjoint(other) and any(
                    m.first in other and m.value not in theirs for m in places):
                yield clause

    def _sold_to_others(self, placed: Sequence[Mention] | None) -> Iterator[range]:
        """Where what others have is told beside the deal, which is of another land.

        They are told behind it, "before that we sold to Belarus", or as what this is like: "what
        the police of Niger have".
        """
        clauses, tokens = self._clauses, self._reading.tokens
        places = _places(placed or (), self._guidance)
        users = [m.first for m in self._reading.mentions
                 if self._guidance.questions[m.fact].role is Role.END_USER]
        ours = self._cues.words("first_person")
        for span in self._cues.find("sold_before", tokens):
            clause = clauses.positions(span)
            mine = {m.value for m in places if m.first < clause.start}
            if tokens[span[0]].norm.split("'")[0] in ours and any(
                    first < clause.start for first in users) and _differ(places, clause, mine):
                yield clause
        for first, last in self._cues.find("like_what_others_have", tokens):
            clause = range(first, clauses.end_of(last))
            mine = {m.value for m in places if m.first not in clause}
            if _differ(places, clause, mine):
                yield clause

    def _sells_besides(self, here: Collection[str]) -> Iterator[range]:
        """Where it is told to whom a go-between sells besides: "the dealer ships to Chad too".

        Where this one is used is known then.  What we sell there as well is of this deal.
        """
        tokens, between = self._reading.tokens, self._cues.words("sells_besides_who")
        for span in self._cues.find("sells_besides", tokens) if here else ():
            clause = self._clauses.positions(span)
            if any(tokens[i].norm in between for i in range(clause.start, span[0])):
                yield clause

    def _reported_of_others(
        self, placed: Sequence[Mention] | None, here: Collection[str]
    ) -> Iterator[range]:
        """Where it is told of whom a report is: "the article was about the police of Togo".

        That is of another land than the deal's, which is known then.
        """
        places = _places(placed or (), self._guidance)
        for span in self._cues.find("a_report_is_of", self._reading.tokens) if here else ():
            clause = self._clauses.positions(span)
            if _differ(places, clause, here):
                yield clause

    def _clause(self, span: Span) -> range:
        """The clause of *span*, and with "our reference customer:" what stands behind that.

        What is then told of "them" goes with it.
        """
        clause, tokens = self._clauses.positions(span), self._clauses.tokens
        stop = clause.stop
        if stop < len(tokens) and tokens[stop].norm == ":":
            stop = self._clauses.end_of(stop + 1)
        of_them = self._cues.words("told_of_them")
        while stop + 1 < len(tokens) and tokens[stop + 1].norm in of_them:
            stop = self._clauses.end_of(stop + 1)
        return range(clause.start, stop)

    def _hypotheses(self) -> tuple[list[Span], list[Span]]:
        """The conditions of the message, and what would follow from them, or would have been."""
        tokens, clauses = self._reading.tokens, self._clauses
        ifs = [span for span in self._cues.find("condition", tokens) if self._supposes(span)]
        follows = self._cues.find("follows_from_it", tokens)
        conditions, promises = [], []
        for begin, end in clauses.sentences():
            mine = [span for span in ifs if begin <= span[0] < end]
            then = [span for span in follows if begin <= span[0] < end]
            if not mine or not then:
                continue
            for first, last in mine:
                stop = clauses.end_behind(last)
                # Where no mark was typed a pause may be heard amid the condition.
                heard = stop < end and tokens[stop].text.isspace()
                later = [one[0] for one in then if last <= one[0] < (end if heard else stop)]
                conditions.append((first, min(later, default=stop)))
            for first, last in then:
                promises.append((first, clauses.end_of(last)))
        has = {first for first, _ in self._cues.find("is_not_never", tokens)}
        promises += [(first, clauses.end_of(last))
                     for first, last in self._cues.find("never_was", tokens) if first not in has]
        return conditions, promises

    def _supposes(self, span: Span) -> bool:
        """Whether an "if" begins a condition: not that of "not sure if", or "if I recall"."""
        first, last = span
        clauses = self._clauses
        if any(one[0] < last and first < one[1] for one in (*clauses.hedges, *clauses.unknowns)):
            return False
        before = self._reading.tokens[max(0, first - BEFORE_IF) : first]
        asks = self._cues.words("before_whether")
        return not any(token.norm in asks for token in before)


def _is_of_a_deal(question: Question, guidance: Guidance) -> bool:
    """Whether another deal has its own: parties, places, and what is found of them."""
    return (is_party(question) or _is_of(question, Role.END_USER, guidance)
            or any(guidance.questions[fact].kind is QuestionKind.COUNTRY
                   for fact in question.after))


def _is_of(question: Question, role: Role, guidance: Guidance) -> bool:
    """Whether *question* is asked of a party of *role*, once that is known."""
    return has_poles(question) and any(
        guidance.questions[fact].role is role for fact in question.after)


def _places(mentions: Sequence[Mention], guidance: Guidance) -> list[Mention]:
    """Those of *mentions* that name a country, if only by the way: "the Danish police"."""
    return [m for m in mentions if m.strength is not Strength.ASKED
            and guidance.questions[m.fact].kind is QuestionKind.COUNTRY]


def _differ(places: Sequence[Mention], clause: range, mine: Collection[str]) -> bool:
    """Whether those of *places* in *clause* are others than *mine*, and there are both."""
    theirs = {m.value for m in places if m.first in clause}
    return bool(theirs and mine) and theirs.isdisjoint(mine)


def _within(span: Span, others: Collection[Span]) -> bool:
    return any(first <= span[0] < last for first, last in others)
