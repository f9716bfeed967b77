"""What a "not" reaches: to the end of its clause, and over the members of a list.

What is sold for no such use, who has no part and what was looked for in vain are denied too.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.doubts import Doubts, overlaps
from bot.dialogue.small_words.left_out import LeftOut
from bot.dialogue.small_words.orders import ordered_away
from bot.dialogue.small_words.recounting import recounted
from bot.dialogue.small_words.searched import searches_in_vain
from retrieval.guidance import Fact
from retrieval.words.mentions import Mention, Reading
from retrieval.words.tokens import Token

NEGATION_REACH = 8
"""Most words from a "not" to what it denies: "we don't plan to sell any of this to the police"."""
OUTRIGHT_REACH = 1
"""Most words from a denial to what it surely denies: "not really evasive"."""
NUMBER_REACH = 2
"""Most tokens from a "no" to the number that it is short for: "tender no. 7"."""
HYPHEN = "-"
"""Joins the words of one name, and is no token."""
FILLS_IN = frozenset(":?–—")
"""What stands between the name of a matter and a bare "no" to it."""


class Denied(Doubts):
    """Which mentions of one message are denied; what is doubted or unknown is not.

    Args:
        reading: The message, with what its words name.
        cues: The small words of a release.
    """

    def __init__(self, reading: Reading, cues: Cues) -> None:
        super().__init__(reading, cues)
        self._mentions = reading.mentions
        self._text = reading.text
        self._denials_of: dict[Mention, Sequence[Span]] = {}
        self._untrue = cues.find("untrue", self.tokens)
        announcing = cues.words("announces_what_is_untrue")
        self._untrue_clauses = [s for s in self._untrue if self.tokens[s[1] - 1].norm in announcing]
        # In "not as if they don't" the "if they don't" is no idiom.
        not_only = [s for s in cues.find("not_only", self.tokens)
                    if not overlaps(s, self._untrue_clauses)]
        # In "tender no. 7" a number follows, and nothing is denied.
        numbered = [s for s in cues.find("numbered", self.tokens) if _a_number_follows(
            self.tokens[s[1] : s[1] + NUMBER_REACH])]
        # The "no" of a "no-misuse clause" is of its name.
        named = [s for s in cues.find("negation", self.tokens) if self._is_joined(s[1])
                 and cues.starts("named_by_a_ban", self.tokens[s[1] + 1 :])]
        self.bare = [(n, n + 1) for n, (one, next_) in enumerate(pairwise(self.tokens))
                     if one.norm in cues.words("bare_no")
                     and next_.norm in cues.words("behind_a_bare_no")]
        """Where a "no" is an answer of its own, and denies nothing: nobody has "no the army"."""
        recounts = recounted(
            self.tokens, cues.find("negation", self.tokens), self.sentences(), cues)
        harmless = [*not_only, *self.hedges, *self.unknowns, *self._taken, *numbered, *named,
                    *recounts]
        self._replacing = cues.find("correction", self.tokens)
        # The "no" of "no wait, they're a distributor" denies nothing.
        negations = [s for s in cues.find("negation", self.tokens)
                     if not _within(s, self._replacing)]
        self._orders = list(ordered_away(self, self._mentions, cues))
        self._negations = sorted([*self._orders, *(
            s for s in negations if not overlaps(s, self._orders))])
        self.denials = [s for s in self._negations
                        if s not in self.bare and not overlaps(s, harmless)]
        """Where something is denied."""
        self._said_looked = cues.find("says_looked", self.tokens)
        self._not_yet = cues.find("not_yet", self.tokens)
        self._forbids = [(first, last) for first, last in cues.find("forbids_use", self.tokens)
                         if cues.starts("of_what_is_sold", self.tokens[last:])
                         or not cues.starts("of_a_thing", self.tokens[last:])]
        self._doubts = cues.find("doubts", self.tokens)
        self._left_out = LeftOut(self, reading.mentions, cues)
        self._not_there = cues.find("not_there", self.tokens)
        self._no_longer_there = cues.words("no_longer_there")
        self._nobody = cues.words("nobody_at_all")
        self._plain_no = cues.words("plain_denials")
        self._on_the_way = cues.covered(self.tokens, "on_the_way")

    def _is_joined(self, position: int) -> bool:
        """Whether a hyphen joins what stands at *position* to the word before it."""
        return position < len(self.tokens) and self._text[
            self.tokens[position - 1].end : self.tokens[position].start] == HYPHEN

    def denied(self, mention: Mention) -> bool:
        """Whether the message says that *mention* does not hold."""
        return bool(self.denials_of(mention)) or self.not_involved(mention)

    def denied_outright(self, mention: Mention) -> bool:
        """Whether a denial of *mention* stands right before it: "they are not evasive at all"."""
        starts = [first for first, _ in mention.parts]
        return self.denied(mention) and any(
            self.words_between((last, last), (first, first)) <= OUTRIGHT_REACH
            for _, last in self.denials for first in starts if last <= first)

    def withdrawn(self, mention: Mention) -> bool:
        """Whether words right before the name take it out of the deal: "scrap the drones"."""
        starts = {first for first, _ in mention.parts}
        return self.denied(mention) and any(
            last in starts for _, last in (
                *self._orders, *self._cues.find("takes_back_by_name", self.tokens)))

    def denials_of(self, mention: Mention) -> Sequence[Span]:
        """Where the message says that *mention* does not hold: the "no" of "detentions: no" too."""
        # Looked for once: it is asked of each name a dozen times, and goes through every "not".
        if mention not in self._denials_of:
            self._denials_of[mention] = tuple(self._look_for_denials(mention))
        return self._denials_of[mention]

    def _look_for_denials(self, mention: Mention) -> Iterator[Span]:
        if mention.negated_value is not None:
            # Of a party that somebody looked into, nothing is denied but what was looked for.
            yield from (span for span in self.searched_in_vain((mention.first, mention.last))
                        if not overlaps(span, mention.parts))
        if self.denied_twice((mention.first, mention.last)):
            return
        own = [part for part in mention.parts if overlaps(part, self._negations)]
        for first, last in self.denials:
            if overlaps((first, last), mention.parts) or self._says_twice((first, last), mention):
                continue
            if mention.last <= first and self._is_filled_in(mention.last, (first, last)):
                yield first, last
                continue
            if mention.first <= first and last <= mention.last:
                if any(last_own <= first for _, last_own in own):
                    continue  # "warrant never, and nothing is reviewed" denies no more
                following = min(a for a, _ in mention.parts if a >= last)
                if not self._breaks & set(range(last, following)) and not any(
                        self._goes_on_by_itself(last, a) for a, _ in mention.parts if a >= last):
                    yield first, last
                elif any(self._is_filled_in(end, (first, last))
                         for _, end in mention.parts if end <= first):
                    # "Detentions: no, but dissidents are watched" has words for them on both sides.
                    yield first, last
            elif last <= mention.first and self._reaches(last, mention) and not self._spent(
                last, mention
            ):
                yield first, last

    def _says_twice(self, denial: Span, mention: Mention) -> bool:
        """Whether *denial* is the one that *mention* says itself: "no sharing with nobody".

        So deny those who did not grow up with English, and many who did.
        """
        first, last = denial
        if last > mention.first:
            return False
        own = [t.norm for begin, end in mention.parts for t in self.tokens[begin:end]]
        return (not self._nobody.isdisjoint(own)
                and self.words_between(denial, (mention.first, mention.last)) <= OUTRIGHT_REACH
                and all(t.norm in self._plain_no for t in self.tokens[first:last]))

    def filled_in(self, mention: Mention) -> bool:
        """Whether a bare "no" is filled in behind the name of *mention*: "reseller? no"."""
        return any(mention.last <= first and self._is_filled_in(mention.last, (first, last))
                   for first, last in self.denials)

    def _is_filled_in(self, end: int, denial: Span) -> bool:
        """Whether *denial* is all that stands behind a name that ends at *end*: "detentions=no".

        So it is with a word for what is not there ("distributor: none needed"), and where another
        clause follows without a mark: "detentions: no but the press is censored".
        """
        first, last = denial
        while last < len(self.tokens) and last - first <= OUTRIGHT_REACH and (
                self.tokens[last].norm in self._no_longer_there):
            last += 1
        between, behind = self.tokens[end:first], self.tokens[last : last + 1]
        return all(t.norm in FILLS_IN for t in between) and len(between) <= 1 and not any(
            (t.is_word and last not in self._breaks) or t.norm == "?" for t in behind)

    def heading(self, denial: Span) -> Span | None:
        """What *denial*, all there is in its clause, is filled in behind; None if nothing is."""
        clause, mark = self.positions(denial), denial[0] - 1
        if (clause.start, clause.stop) != denial or mark < 1 or (
                self.tokens[mark].norm not in FILLS_IN):
            return None
        return self.positions((mark - 1, mark)).start, mark

    def in_doubt(self, mention: Mention) -> bool:
        """Whether *mention* is denied by a mere doubt: "I doubt that they jail anybody"."""
        mine = (mention.first, mention.last)
        return any(first < mine[1] and self.same_clause((first, last), mine)
                   for first, last in self._doubts)

    @property
    def looked(self) -> list[Span]:
        """Where it says that somebody looked, and not that nobody did: "not checked yet"."""
        return [span for span in self._said_looked if not any(
            end <= span[0] and self.same_clause((begin, end), span)
            and [t.norm for t in self.tokens[begin:end]] != ["no"]
            for begin, end in self.denials)]

    @property
    def nobody_looked(self) -> bool:
        """Whether it says that nobody looked."""
        return len(self.looked) < len(self._said_looked)

    def negated_within(self, span: Span) -> bool:
        """Whether a "no" or a "not" is among the words of *span* itself: "no contract signed"."""
        return any(span[0] <= first and last <= span[1] for first, last in self._negations)

    def not_quite_within(self, span: Span) -> bool:
        """Whether an "almost" is among the words of *span* itself: "nearly signed"."""
        return any(span[0] <= first and last <= span[1]
                   for first, last in self._cues.find("not_quite", self.tokens))

    def not_yet(self, mention: Mention) -> bool:
        """Whether *mention* is only denied so far: "they haven't agreed" refuses nothing."""
        denials = list(self.denials_of(mention))
        return bool(denials) and all(overlaps(span, self._not_yet) for span in denials)

    @cached_property
    def _in_vain(self) -> Sequence[tuple[Span, Span]]:
        return tuple(searches_in_vain(self.tokens, self._cues, self.sentences(), self.looked))

    def searched_in_vain(self, span: Span) -> Sequence[Span]:
        """Where it says that what stands at *span* was looked for and not found.

        What was looked for stands behind the look and in its clause: not so in "I checked, they
        jail reporters, whose appeals were in vain".
        """
        middle = sum(span) // 2
        return [none for look, none in self._in_vain if look[1] <= middle < none[0]
                and self.same_clause(look, (middle, middle + 1))]

    def forbids(self, mention: Mention) -> bool:
        """Whether words of *mention* are those of a deal that rules out a use."""
        return overlaps((mention.first, mention.last), self._forbids)

    def forbidden(self, span: Span) -> bool:
        """Whether what stands at *span* is ruled out as a use: "the contract bans use at"."""
        return any(last <= span[0] and self.same_clause((first, last), span)
                   and self.words_between((first, last), span) <= NEGATION_REACH
                   for first, last in self._forbids)

    def denied_place(self, mention: Mention) -> bool:
        """Whether the message says that *mention*, a place, is not the one.

        Most that is denied near a place is denied of something there: "no law in Kenya".
        """
        places = {i for m in self._mentions if m.fact == mention.fact
                  for i in range(m.first, m.last)}
        between = self._on_the_way | places | {
            i for i, token in enumerate(self.tokens) if not token.is_word}
        return any(
            last <= mention.first and between.issuperset(range(last, mention.first))
            and self._reaches(last, mention)
            for _, last in self._not_there
        ) or any(last == mention.first for _, last in self._orders) or self.not_involved(mention)

    def not_involved(self, mention: Mention) -> bool:
        """Whether words behind *mention* say that it has no part: "the broker is out"."""
        return self._left_out.holds((mention.first, mention.last))

    def untrue(self, span: Span) -> bool:
        """Whether what stands at *span* is said to be wrong as a whole: "it's not true that …"."""
        return not self.denied_twice(span) and any(
            first < span[1] and self.same_clause((first, last), span)
            for first, last in self._untrue)

    def denied_twice(self, span: Span) -> bool:
        """Whether a denial of *span* is said to be wrong: "it's not true that there is no war".

        People leave out the "that": "it's not like there's no war".
        """
        return any(first < span[1] and self.same_clause((first, last), span)
                   and any(last <= begin < span[1] and self.same_clause((first, last), (begin, end))
                           for begin, end in self.denials)
                   for first, last in self._untrue_clauses)

    def denies_in(self, span: Span) -> bool:
        """Whether anything is denied in the clause of *span*."""
        clause = self.positions(span)
        return any(first < clause.stop and clause.start < last for first, last in self.denials)

    def _reaches(self, start: int, mention: Mention) -> bool:
        between = range(start, mention.first)
        if self.words_between((start, start), (mention.first, mention.last)) > NEGATION_REACH:
            return False
        breaks = [i for i in between if i in self._breaks]
        return all(self._continues_list(i, mention) for i in breaks)

    def _goes_on_by_itself(self, start: int, end: int) -> bool:
        """Whether what stands at *end* is joined to what a denial up to *start* is of.

        "They don't say who has the password and get vague" denies no vagueness.
        """
        joins = [i for i in range(start, end)
                 if self.tokens[i].norm in self._cues.words("and_words")]
        return bool(joins) and joins[-1] - start > OUTRIGHT_REACH + 1 and (
            end - joins[-1] <= OUTRIGHT_REACH + 1)

    def _spent(self, start: int, mention: Mention) -> bool:
        """Whether a denial is used up before *mention*.

        "Not for the police in Kenya" denies no Kenya, and "no censorship and free speech is
        respected" denies no respect; but "neither the police nor the army" denies both.  In "no war
        no election" each has a denial of its own, and "no misuse of such drones" denies no drones.
        """
        if mention.negated_value is None and self._is_of_a_charge(start, mention):
            return True
        own = start < mention.first and any(first == mention.first for first, _ in self.denials)
        if own and self.tokens[start - 1].norm in self._cues.words("no_or_number"):
            return True
        return any(
            m.strength.is_firm and start <= m.first and m.last <= mention.first
            and (m.fact != mention.fact or not self._listed(m.last, mention.first))
            for m in self._mentions
        )

    def _is_of_a_charge(self, start: int, mention: Mention) -> bool:
        """Whether what a denial before it is of is a charge, and *mention* is whose that is."""
        small = self._cues.words("before_a_noun") | self._cues.words("of_what_was_named")
        at = mention.first
        while at > start and self.tokens[at - 1].norm in small:
            at -= 1
        return at > start + 1 and self.tokens[at - 1].norm in self._cues.words("of_whom") and any(
            start <= m.first and m.last < at and m.negated_value is not None
            for m in self._mentions)

    def _listed(self, start: int, end: int) -> bool:
        """Whether only list words stand between two positions: a comma, an "or", an article."""
        listing = self._listing | self._cues.words("and_words")
        return all(self.tokens[i].norm in listing for i in range(start, end))

    @cached_property
    def _named(self) -> Mapping[Fact, frozenset[int]]:
        """By fact the positions at which the message names it."""
        found: dict[Fact, set[int]] = {}
        for mention in self._mentions:
            found.setdefault(mention.fact, set()).update(range(mention.first, mention.last))
        return {fact: frozenset(positions) for fact, positions in found.items()}

    @cached_property
    def _listing(self) -> frozenset[str]:
        """What may stand between the members of a denied list."""
        return self._cues.words("before_a_member") | self._cues.words("nor_words") | {","}

    def _continues_list(self, comma: int, mention: Mention) -> bool:
        """Whether the comma only divides members of a denied list: "not police, army or spies"."""
        if self.tokens[comma].norm != ",":
            return False
        listed = self._named.get(mention.fact, frozenset())
        rest = range(comma + 1, self._clause_end(mention.last))
        inner = range(comma + 1, mention.first)
        listing, nor_words = self._listing, self._cues.words("nor_words")
        plain = all(i in listed or self.tokens[i].norm in listing for i in inner)
        starts_afresh = self.tokens[comma + 1].norm in self._cues.words("begins_afresh")
        return plain and not starts_afresh and any(
            self.tokens[i].norm in nor_words for i in rest
        )


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in others)


def _a_number_follows(tokens: Sequence[Token]) -> bool:
    """Whether *tokens* begin with digits, perhaps behind the stop of an abbreviation."""
    marked = [t.norm for t in tokens[:1]] in ([":"], ["."], ["#"])
    return any(t.norm[:1].isdigit() for t in tokens[marked : marked + 1])
