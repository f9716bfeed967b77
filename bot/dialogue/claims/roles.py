"""What else a place or a firm may be to a deal than where it is used, and by whom.

Money comes from a bank in Cyprus, goods go via Turkey, the operators are trained in the UK, the
operator is owned in Qatar, and there is a ceasefire with Armenia: none of them is a country of
use, and the bank uses nothing.  Nor is the land to which a party was caught selling before.
"""

from collections.abc import Iterable, Iterator, Mapping

from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.small_words.cues import Cues, Span, covered
from retrieval.guidance import Guidance, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told

FIRM_REACH = 2
"""Most words from where a firm is from to the word for it: "a Swiss copper mining company"."""
THEIRS_REACH = 5
"""Most words from an "its" to where that is: "its two copper mines in Zambia"."""
TEACHER_REACH = 3
"""Most words from where somebody is from to "trains": "the German police academy trains"."""
BEHIND_REACH = 4
"""Most words from a place to what says behind it that it is near: "Sudan is at war next door"."""
CAUGHT_REACH = 2
"""Most words from "fined" to what that was for: "in the news for selling"."""
PAYER_WORDS = 2
"""Most words between a land and a "pays": "the Danish refugee council pays"."""
OPENS_AN_ASIDE = frozenset({",", "("})
"""Marks behind a name and before what says who that is."""
DEALT_REACH = 5
"""Most words from "selling" to where: "caught shipping forty old jammers to Iran"."""


class Roles:
    """Which places and parties of one message are neither the country of use nor the end-user.

    In "payment via a bank in Cyprus, for the police in Kenya" the bank and Cyprus are neither.
    """

    def __init__(self, at: Utterance, *, user_known: bool = False) -> None:
        """Find them in a message; *user_known* is whether the deal has an end-user already."""
        reading, guidance, cues = at.reading, at.guidance, at.cues
        tokens = reading.tokens
        self._reading, self._clauses = reading, at.clauses
        places = {m.first: m for m in reading.mentions
                  if guidance.questions[m.fact].kind is QuestionKind.COUNTRY}
        # A billing system is sold, and no payment.
        self._paying = [(first, last) for first, last in cues.find("pays", tokens)
                        if not cues.starts("money_is_of", tokens[last:])]
        self._teaching = cues.find("teaches", tokens)
        self._links = cues.covered(tokens, "role_links")
        self._prepositions = cues.words("prepositions")
        self._teachers, taught = self._who_teaches(places, cues)
        self._neighbours = self._beyond_borders(places, cues)
        self._funders = self._who_pays(places, cues)
        self._before = [*self._paying, *(span for span in cues.find("another_role", tokens)
                                         if span[1] not in taught)]
        self._behind = self._roles_behind(places, guidance, cues)
        self._near = cues.find("near_by", tokens)
        self._beside = {last for _, last in cues.find("beside_a_body", tokens)}
        self._articles = cues.words("before_a_noun")
        self._caught = cues.find("was_caught", tokens)
        self._dealt = cues.find("dealt_with_others", tokens)
        self._is = cues.find("is_only", tokens)
        self._within = cues.covered(tokens, "place_of_use")
        self._sits = cues.covered(tokens, "sits")
        self._where = cues.covered(tokens, "is_where")
        self._from = cues.covered(tokens, "is_from")
        self._nouns = {first for first, _ in cues.find("role_noun", tokens)} | {
            first for first, _ in self._paying}
        self._seats = self._seats_of_buyers(guidance, cues)
        self._firms = cues.find("firm_of_a_land", tokens)
        self._theirs = [span[0] for span in cues.find("what_is_theirs", tokens)]
        self._between = [m for m in reading.mentions
                         if guidance.questions[m.fact].role is Role.GO_BETWEEN
                         and m.value != guidance.questions[m.fact].no]
        self._users = {f for f, q in guidance.questions.items() if q.role is Role.END_USER}
        self._taught_by = self._links | self._sits | covered(
            (m.first, m.last) for m in reading.mentions if m.fact in self._users)
        # "A contractor stands between us and the ministry": it is the ministry's.
        self._between_us = cues.find("between_us", tokens)
        self._may_be_between = frozenset(
            choice.value for q in guidance.questions.values() if q.role is Role.GO_BETWEEN
            for choice in q.choices)
        # Who demands it from the one that is to use it uses nothing: "the regulator requires it".
        self._payers = self._paid_by([*cues.find("pays_behind", tokens), *(
            cues.find("demands_behind", tokens) if user_known else ())])
        self._named_between = list(self._behind_names(cues))
        self._what_is_between = self._said_of_between(cues, user_known=user_known)
        said = [*self._named_between, *self._what_between_is(cues)]
        self._no_users = said if user_known or any(
            m.fact in self._users and m.strength.is_firm and not any(
                first <= m.first < last for first, last in said)
            for m in reading.mentions) else []
        self._ruling = self._who_rules(places, cues)

    def _who_rules(self, places: Mapping[int, Mention], cues: Cues) -> list[Span]:
        """Clauses that say who rules the country, and no more: "military govt there".

        "The customer is the military government" says who uses it.
        """
        tokens = self._reading.tokens
        where = {i for m in places.values() for i in range(m.first, m.last)}
        beside = where | cues.covered(tokens, "beside_who_rules")
        found = []
        for first, last in cues.find("rules_the_country", tokens):
            clause = self._clauses.positions((first, last))
            if all(first <= i < last or i in beside or not tokens[i].is_word for i in clause):
                found.append((clause.start, clause.stop))
        return found

    def _who_pays(self, places: Mapping[int, Mention], cues: Cues) -> frozenset[int]:
        """Where *places* begin that are named for who pays: "Kenya pays".

        So does "the Danish embassy", where another land is named; but it is the ministry "in Kenya
        pays".
        """
        tokens = self._reading.tokens
        ends = {m.last: m.first for m in places.values()}
        where = cues.covered(tokens, "place_of_use")
        several = len({m.value for m in places.values()}) > 1
        return frozenset(
            begin for first, _ in cues.find("place_that_pays", tokens)
            for end, begin in ends.items() if 0 <= first - end <= PAYER_WORDS
            and begin - 1 not in where and all(t.is_word for t in tokens[end:first])
            and (end == first or several))

    def _roles_behind(
        self, places: Mapping[int, Mention], guidance: Guidance, cues: Cues
    ) -> list[Span]:
        """Words behind a place that give it another role, and those of one joined to it.

        The border of the Polish border guard is none that Poland has with another.
        """
        tokens = self._reading.tokens
        named = {m.first: m.last for m in self._reading.mentions if m.strength.is_firm
                 and guidance.questions[m.fact].role is Role.END_USER}
        behind = [(first, last) for first, last in cues.find("another_role_behind", tokens)
                  if named.get(first, 0) < last]
        # So is the first of "Sweden and Finland hold stakes".
        ends, joins = {m.last: m.first for m in places.values()}, cues.words("and_words")
        return behind + [(ends[first] - 1, last) for first, last in behind
                         if first in ends and self._norm(ends[first] - 1) in joins]

    def _seats_of_buyers(self, guidance: Guidance, cues: Cues) -> list[Span]:
        """Words for where somebody has a seat; "the police HQ in Nairobi" is where they are."""
        tokens = self._reading.tokens
        bodies = {m.last for m in self._reading.mentions if m.strength is Strength.TERM
                  and guidance.questions[m.fact].role is Role.END_USER}
        return [*cues.find("has_its_seat", tokens),
                *(span for span in cues.find("seat_of_a_buyer", tokens) if span[0] not in bodies)]

    def elsewhere(self, place: Mention) -> bool:
        """Whether *place* is where the money or the goods come from, an owner, a neighbour."""
        span = (place.first, place.last)
        if any(self._linked(cue, span) for cue in self._before) or self.nothing_else(place) or (
                self._is_of_a_misdeed(span) or place.first in self._teachers
                or place.first in self._neighbours or place.first in self._funders):
            return True
        # "The trainers are from the army of Uganda": Uganda only lends them.
        if any(cue[1] <= place.first and self._taught_by.issuperset(range(cue[1], place.first))
               and self._clauses.same_clause(cue, span) for cue in self._teaching):
            return True
        return any(cue[0] == place.last for cue in self._behind) or any(
            place.last <= cue[0] <= place.last + BEHIND_REACH
            and self._clauses.same_clause(span, cue) for cue in self._near)

    def _is_of_a_misdeed(self, place: Span) -> bool:
        """Whether a party sold there what it was caught for: "fined for exports to Iran"."""
        return any(0 <= dealt[0] - caught[1] <= CAUGHT_REACH
                   and 0 <= place[0] - dealt[1] <= DEALT_REACH
                   and self._clauses.same_clause(caught, place)
                   for caught in self._caught for dealt in self._dealt)

    def _who_teaches(
        self, places: Mapping[int, Mention], cues: Cues
    ) -> tuple[frozenset[int], frozenset[int]]:
        """Where those from a place teach others, and right behind which words those are named.

        "The German police academy trains Tunisian border guards": it is used in Tunisia.
        """
        teachers, taught = set(), set()
        for first, last in cues.find("teaches_others", self._reading.tokens):
            begin = last + (last not in places)
            mine = [m.first for m in places.values() if m.last <= first <= m.last + TEACHER_REACH
                    and self._clauses.same_clause((m.first, m.last), (first, last))]
            if begin in places and mine and all(
                    i in self._links for i in range(last, begin)):
                teachers.update(mine)
                taught.add(last)
        return frozenset(teachers), frozenset(taught)

    def _beyond_borders(self, places: Mapping[int, Mention], cues: Cues) -> frozenset[int]:
        """The other side of a border of two lands, where one of them is named beside it as well.

        So is Belarus in "the border of Poland and Belarus, for the Polish border guard".
        """
        found, joins = set(), cues.words("joins_two_lands")
        ends = {m.last: m for m in places.values()}
        for first, last in cues.find("border_of_two", self._reading.tokens):
            # "The border of Poland and Belarus" and "the Polish-Belarusian border".
            one, other = places.get(last), ends.get(first)
            if one is not None:
                other = places.get(one.last + (self._norm(one.last) in joins))
            elif other is not None:
                one = ends.get(other.first - (self._norm(other.first - 1) in joins))
            if one is None or other is None:
                continue
            beside = {m.value for m in places.values() if m not in (one, other)}
            found |= {theirs.first for mine, theirs in ((one, other), (other, one))
                      if mine.value in beside and theirs.value not in beside}
        return frozenset(found)

    def _norm(self, position: int) -> str:
        tokens = self._reading.tokens
        return tokens[position].norm if 0 <= position < len(tokens) else ""

    def is_seat(self, place: Mention) -> bool:
        """Whether *place* is said to be where a buyer sits: "the buyer is a company in Cyprus"."""
        return any(self._linked(cue, (place.first, place.last)) for cue in self._seats)

    def is_seat_of(self, place: Mention, other: Mention) -> bool:
        """Whether *place* is where a firm is from that has or does something at *other*.

        So is Switzerland in "a Swiss mining company wants cameras for its mine in Zambia", and
        Spain in "a hotel group from Spain with houses in Cuba".
        """
        return any(self._is_from(firm, place) and (firm[1] <= other.first - 1 in self._where or any(
            firm[1] <= mine < other.first and self._within_reach(mine, other)
            for mine in self._theirs))
            and self._clauses.same_clause(firm, (other.first, other.last))
            for firm in self._firms)

    def _is_from(self, firm: Span, place: Mention) -> bool:
        """Whether *firm* is of *place*: "a Swiss mining company", "a group from Spain"."""
        first, last = firm
        return (place.last <= first <= place.last + FIRM_REACH and all(
            token.is_word for token in self._reading.tokens[place.last : first])) or (
            last < place.first and self._from.issuperset(range(last, place.first)))

    def _within_reach(self, mine: int, other: Mention) -> bool:
        return other.first - mine <= THEIRS_REACH and other.first - 1 in self._within

    def nothing_else(self, place: Mention) -> bool:
        """Whether *place* is said to be no more than that: "Cyprus is just the bank"."""
        if place.first - 1 in self._within:
            return False
        nouns = self._nouns | {m.first for m in self._between}
        return any(place.last <= first and self._links.issuperset(range(place.last, first))
                   and self._leads(last, nouns) for first, last in self._is)

    def only_between(self, user: Mention) -> bool:
        """Whether *user* is said to stand between us and somebody else, and so uses nothing."""
        span = (user.first, user.last)
        return user.value in self._may_be_between and any(
            span[1] <= cue[0] and self._clauses.same_clause(span, cue)
            for cue in self._between_us)

    def is_what_is_between(self, user: Mention) -> bool:
        """Whether *user* is what a go-between is said to be: "the reseller is state-owned".

        Nobody is where no other user is told or known: who calls the customer a partner may say
        so of the very end-user.
        """
        return (user.first, user.last) in self._what_is_between

    def is_near_by(self, user: Mention) -> bool:
        """Whether *user* only says where something is: "antennas near the university"."""
        return user.first in self._beside or (
            user.first - 1 in self._beside and self._norm(user.first - 1) in self._articles)

    def _said_of_between(self, cues: Cues, *, user_known: bool) -> frozenset[Span]:
        tokens = self._reading.tokens
        users = {(m.first, m.last) for m in self._reading.mentions
                 if m.fact in self._users and m.strength.is_firm}
        begun = [m.last + length for m in self._between if (
            length := cues.starts("said_of_a_party", tokens[m.last :]) or (
                tokens[m.last : m.last + 1] and tokens[m.last].norm == ":"))]
        begun += [first for first, _ in self._named_between]
        # "State-controlled" tells what somebody is, however far behind the name that is said.
        qualities = cues.covered(tokens, "is_a_quality")
        found = frozenset(
            span for span in users for begin in begun if begin <= span[0] and (
                (qualities.issuperset(range(*span))
                 and self._clauses.same_sentence(begin, span[0]))
                or (all(self._may_stand_between(i) for i in range(begin, span[0]))
                    # "The contractor is Turkish, the ministry will run it" says nothing of him.
                    and not (any(tokens[i].norm == "," for i in range(begin, span[0]))
                             and cues.starts("does_itself", tokens[span[1] :])))))
        return found if user_known or users - found else frozenset()

    def _behind_names(self, cues: Cues) -> Iterator[tuple[int, int]]:
        """Who is named as a go-between with what that is: "thru BEL, state-owned", in tokens."""
        tokens = self._reading.tokens
        users = [m for m in self._reading.mentions if m.fact in self._users and m.strength.is_firm]
        for _, last in cues.find("goes_by_way_of", tokens):
            end = last
            while end < len(tokens) and tokens[end].text[:1].isupper():
                end += 1
            if end == last or end + 1 >= len(tokens) or tokens[end].norm not in OPENS_AN_ASIDE:
                continue
            to = self._clauses.end_of(end + 1)
            # "Via the Police, who …" is by a user, "via Norinco, a state-owned company" by none.
            aside = {m.value for m in users if end <= m.first < to}
            if all(m.value in aside for m in users if last <= m.first < end) and not any(
                    cues.starts("does_itself", tokens[m.last:]) for m in users
                    if end <= m.first < to):
                yield last, to

    def _what_between_is(self, cues: Cues) -> Iterator[tuple[int, int]]:
        """The rest of a sentence that says what a go-between is, and names nobody else."""
        for party in self._between:
            length = cues.starts("said_of_a_party", self._reading.tokens[party.last :])
            end = next(last for first, last in self._clauses.sentences()
                       if first <= party.first < last)
            if length and not any(
                    party.last <= m.first < end and m.strength.is_firm and m.fact in self._users
                    and not self.is_what_is_between(m) for m in self._reading.mentions):
                yield party.last + length, end

    def _may_stand_between(self, at: int) -> bool:
        """Whether the token *at* is a mark, a name, or a small word between a party and what it is.

        No name is what names a user: "the reseller is our Police contact".
        """
        token = self._reading.tokens[at]
        return at in self._links or (not token.is_word and token.norm not in ".!?;") or (
            self._reading.text[token.start].isupper()
            and not any(m.first <= at < m.last for m in self._reading.mentions
                        if m.fact in self._users))

    def only_pays(self, user: Mention) -> bool:
        """Whether *user* is no user but who pays: "payment via a bank", "the ministry pays"."""
        span = (user.first, user.last)
        return any(cue[0] <= user.first < cue[1] or self._linked(cue, span)
                   for cue in self._paying) or span in self._payers or self._follows_is(user)

    def only_rules(self, user: Mention) -> bool:
        """Whether *user* is no user but who rules the country: "military govt there"."""
        return any(first <= user.first < last for first, last in self._ruling)

    def of_users(self, told: Iterable[Told]) -> Iterator[Told]:
        """*told* less the users that a model hears in what is said of money, or of who teaches.

        Nor is a go-between one whom it hears as both: a contractor "between us and the ministry".
        """
        tokens = self._reading.tokens
        clauses = [(tokens[first].start, tokens[max(first, self._clauses.end_of(last) - 1)].end)
                   for first, last in (*self._paying, *self._teaching)]
        users = {(m.first, m.last) for m in self._reading.mentions if m.fact in self._users}
        for first, last in map(self._clauses.around, self._payers):
            # "The treasury pays for what the police use" tells of a user as well.
            if all(span in self._payers for span in users if first <= span[0] < last):
                clauses.append((tokens[first].start, tokens[last - 1].end))
        clauses += [(tokens[first].start, tokens[last - 1].end)
                    for first, last in (*self._ruling, *self._no_users)]
        between = self._may_be_between if self._between_us else frozenset()
        between |= {m.value for m in self._reading.mentions if self.is_what_is_between(m)} - {
            m.value for m in self._reading.mentions
            if m.fact in self._users and m.strength.is_firm and not self.is_what_is_between(m)}
        for one in told:
            middle = (one.start + one.end) / 2
            if one.fact not in self._users or (one.value not in between and not any(
                    start <= middle <= end for start, end in clauses)):
                yield one

    def _paid_by(self, cues: Iterable[Span]) -> frozenset[Span]:
        """The users that only pay, or demand: words for that stand right behind them."""
        behind = {first for first, _ in cues}
        return frozenset((m.first, m.last) for m in self._reading.mentions
                         if m.fact in self._users and m.last in behind)

    def _follows_is(self, user: Mention) -> bool:
        return user.first in self._nouns and any(
            last <= user.first and self._links.issuperset(range(last, user.first))
            for _, last in self._is)

    def _linked(self, cue: Span, span: Span) -> bool:
        between = range(cue[1], span[0])
        if cue[1] <= span[0] and self._norm(cue[1] - 1) in self._prepositions and not any(
                self._reading.tokens[i].is_word for i in between):
            return True  # no pause is meant there, heard or not: "it goes through, Thailand"
        return (cue[1] <= span[0] and self._clauses.same_clause(cue, span)
                and self._links.issuperset(between))

    def _leads(self, start: int, nouns: Iterable[int]) -> bool:
        return any(start <= noun and self._links.issuperset(range(start, noun)) for noun in nouns)

    def sits(self, start: int, end: int) -> bool:
        """Whether only words for where somebody sits stand there: "who is based in"."""
        return self._sits.issuperset(range(start, end))
