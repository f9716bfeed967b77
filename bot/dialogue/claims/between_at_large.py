"""Who stands between, told by name or loosely: "it goes through FPT", "via our guy in Lagos".

No such word tells which kind of go-between that is, and a name none at all, so that the vocabulary
leaves them out.  That nobody is between would be the worse reading; so it is a guess, asked back.
"""

from collections.abc import Collection, Iterator, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.naming import is_of_goods
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Span
from retrieval.guidance import Fact, Question, Role
from retrieval.words.mentions import Mention, Strength

AT_LARGE = "between_at_large_{fact}_{value}"
"""Names of the cue lists of words for anybody who may be such a go-between: a guy, a firm."""
STANDS = "stands_between_{fact}_{value}"
"""Names of the cue lists of phrases that say that somebody does: "somebody in the middle"."""
MAY_STAND = "may_stand_between_{fact}_{value}"
"""Names of those of phrases that say it beside what else is told of the deal: "our partner"."""
_SMALL = (FUNCTION_WORDS, "filler", "sentence_openers", "addition", "being_verbs", "before_a_noun",
          "before_the_one", "yes")
"""Cue lists of what may stand beside a name that is all of an answer."""
FEWEST_LETTERS = 3
"""Fewest letters of a name in small letters: a shorter word is rather a slip."""


def between_at_large(
    claims: Sequence[Claim],
    at: Utterance,
    pending: Collection[Fact],
    unanswered: Collection[Fact],
) -> Iterator[Claim]:
    """Who stands between, where nothing else of the message says it and nothing is known.

    Args:
        claims: What the message claims otherwise.
        at: The message, and the release that it is read with.
        pending: The facts asked for last.
        unanswered: Facts that may hold several values and of which nothing is known.
    """
    guidance = at.guidance
    told = {c.mention.fact for c in claims}
    sold = any(is_of_goods(guidance.questions[fact]) for fact in told) or any(
        is_of_goods(q) and fact not in unanswered for fact, q in guidance.questions.items())
    for fact, question in guidance.questions.items():
        if question.role is not Role.GO_BETWEEN or fact not in unanswered or fact in told:
            continue
        if sold or fact in pending:
            lists = (STANDS, MAY_STAND) if claims or fact in pending else (STANDS,)
            found = _Between(at, question, claims, lists).found(asked=fact in pending)
            if found is not None:
                yield found


class _Between:
    """Who is between by one message, of those who may be any value of one question."""

    def __init__(
        self, at: Utterance, question: Question, claims: Sequence[Claim], lists: Sequence[str]
    ) -> None:
        self._at, self._fact = at, question.fact
        self._tokens, self._cues = at.reading.tokens, at.cues
        values = [choice.value for choice in question.choices]
        self._at_large = {span: value for value in reversed(values) for span in self._cues.find(
            AT_LARGE.format(fact=self._fact, value=value), self._tokens)}
        self._stand = {span: value for value in values for name in lists
                       for span in self._cues.find(
                           name.format(fact=self._fact, value=value), self._tokens)
                       if not self._is_another(span[1])}
        self._of_a_name = next((value for value in values if AT_LARGE.format(
            fact=self._fact, value=value) in self._cues.by_name), None)
        self._named = {i for m in at.reading.mentions if m.strength is not Strength.ASKED
                       for i in range(m.first, m.last)}
        self._users = [m for m in at.reading.mentions if m.strength is not Strength.ASKED
                       and at.guidance.questions[m.fact].role is Role.END_USER]
        used = {c.value for c in claims if c.holds}
        self._others = {m.first: m for m in self._users if m.value not in used
                        and self._tokens[m.first].text[:1].isupper()}
        self._kinds = [m for m in at.reading.mentions if m.fact == self._fact
                       and m.strength.is_firm and m.value != question.no]

    def _is_another(self, behind: int) -> bool:
        """Whether a noun stands *behind* a partner that makes it none: "our partner bank"."""
        nouns = self._cues.words("partner_that_is_none") | self._cues.words("of_a_go_between")
        return behind < len(self._tokens) and self._tokens[behind].norm in nouns

    def found(self, *, asked: bool) -> Claim | None:
        """The first who is said to stand between; where that is *asked*, whoever is named alone."""
        for span, value in sorted([*self._by_way_of(), *self._stand.items(), *self._supplying()]):
            mention = Mention(self._fact, value, None, *span, Strength.TOLD, (span,))
            if not self._at.clauses.denied(mention) and not self._at.clauses.asked(span):
                return Claim(mention, value, True, False, False, DOUBTED)
        return self._alone() if asked else None

    def _by_way_of(self) -> Iterator[tuple[Span, str]]:
        """Whom the sale goes through: "sold via Bechtle", "through a firm called Viettel"."""
        for first, last in self._cues.find("goes_by_way_of", self._tokens):
            who = self._who(last)
            if who is not None and self._is_of_the_sale(first):
                (_, end), value = who
                yield (first, end), value

    def _supplying(self) -> Iterator[tuple[Span, str]]:
        """From or to whom the order or the contract is: "the order comes from Thales".

        Or who does what such a party does: "a firm in Oslo buys it and ships it on to them".
        """
        for first, last in self._cues.find("ordered_by_way_of", self._tokens):
            who = self._who(last)
            if who is not None:
                (_, end), value = who
                yield (first, end), value
        for first, last in self._cues.find("acts_between", self._tokens):
            begin = next(a for a, b in self._at.clauses.sentences() if a <= first < b)
            for i in range(begin, first):
                who = self._who(i)
                if who is not None:
                    yield (i, last), who[1]
                    break

    def _who(self, position: int) -> tuple[Span, str] | None:
        """Who is named from *position* on, behind articles and "our": a guy, a firm, a name."""
        begin = position
        small = self._cues.words("before_the_one") | self._cues.words("before_a_noun") | (
            self._cues.words("as_it_was"))
        ours = False
        while begin < len(self._tokens) and self._tokens[begin].norm in small:
            ours = ours or self._tokens[begin].norm in self._cues.words("first_person")
            begin += 1
        kind = next((m for m in self._kinds if m.first <= begin + 1 and begin < m.last), None)
        if kind is not None:  # "our US prime", of which a model hears nothing
            return (begin, kind.last), kind.value
        other = self._others.get(begin)
        if other is not None and self._of_a_name is not None:
            return (other.first, other.last), self._of_a_name  # "via Viettel", which uses nothing
        for (first, last), value in self._at_large.items():
            # "Our company" is who sells, and "our guy" is not.
            if first == begin and not (
                    ours and self._tokens[first].norm in self._cues.words("seller_nouns")):
                return (first, last), value
        if self._of_a_name is None or not self._is_name(begin):
            return None
        last = begin + 1
        while last < len(self._tokens) and self._is_name(last):
            last += 1
        return (begin, last), self._of_a_name

    def _is_name(self, position: int) -> bool:
        """Whether a word stands there that is no English one, or is written as names are."""
        if position >= len(self._tokens) or position in self._named:
            return False
        token = self._tokens[position]
        if not token.norm.isalpha() or token.norm in self._cues.words("no_go_between"):
            return False
        capital = token.text[:1].isupper() and position > 0
        return (capital and token.norm not in self._cues.words(FUNCTION_WORDS)) or (
            len(token.norm) >= FEWEST_LETTERS
            and token.norm not in self._at.guidance.vocabulary.english)

    def _is_of_the_sale(self, position: int) -> bool:
        """Whether what stands before *position* in its clause tells of the sale alone.

        So it does in "it goes through FPT", and not in "they get at the footage via Zoom".
        """
        clause = self._at.clauses.positions((position, position + 1))
        beside = self._named | self._cues.covered(
            self._tokens, *_SMALL, "tells_of_the_sale", "times")
        begin = max((to for user in self._users if user.last <= position
                     for to in self._goods_end(user, clause)), default=clause.start)
        return all(i in beside or not self._tokens[i].is_word for i in range(begin, position))

    def _goods_end(self, user: Mention, clause: range) -> Iterator[int]:
        """Where in *clause* it says to whom something goes; whatever that is stands before it.

        So it does at the "for" of "probes for the ministry via Viettel".
        """
        small = self._named | self._cues.covered(self._tokens, *_SMALL, "describes_a_body")
        at = user.first - 1
        while at > clause.start and at in small and (
                self._tokens[at].norm not in self._cues.words("sold_to")):
            at -= 1
        if at > clause.start and self._tokens[at].norm in self._cues.words("sold_to"):
            yield at

    def _alone(self) -> Claim | None:
        """Whom a message names that says nothing else: "yes, FPT", "a guy in Oman"."""
        small = self._cues.covered(self._tokens, *_SMALL)
        begin = next((i for i, t in enumerate(self._tokens)
                      if t.is_word and i not in small), len(self._tokens))
        who = self._who(begin)
        if who is None:
            return None
        span, value = who
        rest = range(span[1], len(self._tokens))
        at_large = span in self._at_large
        if not at_large and any(self._tokens[i].is_word and i not in small for i in rest):
            return None
        mention = Mention(self._fact, value, None, *span, Strength.TOLD, (span,))
        return None if self._at.clauses.denied(mention) else Claim(
            mention, value, True, False, False, DOUBTED)
