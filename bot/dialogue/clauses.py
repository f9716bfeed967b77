"""The scope of small words: what a "not", a "maybe", a "sorry, I mean" or an "also" reaches.

Works on the tokens of a message and the mentions found in it.  Scopes are those of hurried
writing: a denial reaches to the end of its clause, a hedge covers its clause, a correction
divides a message into what was wrong and what is right.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from bot.dialogue.boundaries import Boundaries
from bot.dialogue.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.searched import searches_in_vain
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Token

NEGATION_REACH = 8
"""Most words from a "not" to what it denies: "we don't plan to sell any of this to the police"."""
HEDGE_REACH = 8
"""Most words between a "maybe" and what it hedges, for messages without any stops."""
OUTRIGHT_REACH = 1
"""Most words from a denial to what it surely denies: "not really evasive"."""
NUMBER_REACH = 2
"""Most tokens from a "no" to the number that it is short for: "tender no. 7"."""
LISTS = "+"
"""Lists what stands on either side of it, and is no token."""
FILLS_IN = frozenset(":?")
"""What stands between the name of a matter and a bare "no" to it."""
AFTER_REACH = 3
"""Most words from a name to a "is not involved" that follows it."""


class Clauses(Boundaries):
    """Which mentions of one message are denied, hedged, corrected or added.

    In "not for the police, maybe the army" the police are denied, and the army is hedged.
    """

    def __init__(self, reading: Reading, cues: Cues) -> None:
        super().__init__(reading.tokens, cues)
        self._text = reading.text
        self._mentions = reading.mentions
        taken = [p for m in reading.mentions if m.strength.is_firm for p in m.parts]
        # "We might sell drones to the army": it is drones and the army, if anything.
        prospects = cues.find("prospect", self.tokens)
        self.hedges = [s for s in cues.find("uncertain", self.tokens)
                       if not _overlaps(s, taken) and not _overlaps(s, prospects)]
        self._hearsay = cues.find("hearsay", self.tokens)
        self._disbelief = cues.find("disbelief", self.tokens)
        self._rebutted = cues.find("rebutted", self.tokens)
        self._beside = cues.covered(self.tokens, FUNCTION_WORDS, "reporters")
        self.unknowns = cues.find("dont_know", self.tokens)
        not_only = cues.find("not_only", self.tokens)
        # In "tender no. 7" a number follows, and nothing is denied.
        numbered = [s for s in cues.find("numbered", self.tokens) if _a_number_follows(
            self.tokens[s[1] : s[1] + NUMBER_REACH])]
        harmless = [*not_only, *self.hedges, *self.unknowns, *taken, *numbered]
        replacing = cues.find("correction", self.tokens)
        # The "no" of "no wait, they're a distributor" denies nothing.
        denials = [s for s in cues.find("negation", self.tokens) if not _within(s, replacing)]
        self._negations = denials
        self.denials = [s for s in denials if not _overlaps(s, harmless)]
        """Where something is denied."""
        self._said_looked = cues.find("says_looked", self.tokens)
        self._not_yet = cues.find("not_yet", self.tokens)
        self._untrue = cues.find("untrue", self.tokens)
        self._forbids = [(first, last) for first, last in cues.find("forbids_use", self.tokens)
                         if cues.starts("of_what_is_sold", self.tokens[last:])
                         or not cues.starts("of_a_thing", self.tokens[last:])]
        self._doubts = cues.find("doubts", self.tokens)
        self._not_involved = cues.find("not_involved", self.tokens)
        self._them = cues.words("told_of_them")
        self._articles = cues.words("before_a_noun") | cues.words("sentence_openers")
        self._not_there = cues.find("not_there", self.tokens)
        self._on_the_way = cues.covered(self.tokens, "on_the_way")
        # "The ministry instead of the police" denies the police and takes nothing back.
        self.retractions = [s for s in replacing if not _overlaps(s, denials)]
        """Where what was said is surely replaced: "scratch that"."""
        perhaps = cues.find("second_thought", self.tokens)
        self.corrections = sorted([*self.retractions,
                                   *(s for s in perhaps if not _overlaps(s, denials))])
        """These, and where it may be: "actually"."""
        self.additions = cues.find("addition", self.tokens)

    def denied(self, mention: Mention) -> bool:
        """Whether the message says that *mention* does not hold."""
        return next(self.denials_of(mention), None) is not None or self.not_involved(mention)

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

    def not_yet(self, mention: Mention) -> bool:
        """Whether *mention* is only denied so far: "they haven't agreed" refuses nothing."""
        denials = list(self.denials_of(mention))
        return bool(denials) and all(_overlaps(span, self._not_yet) for span in denials)

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

    def denials_of(self, mention: Mention) -> Iterator[Span]:
        """Where the message says that *mention* does not hold: the "no" of "detentions: no" too."""
        if mention.negated_value is not None:
            # Of a party that somebody looked into, nothing is denied but what was looked for.
            yield from (span for span in self.searched_in_vain((mention.first, mention.last))
                        if not _overlaps(span, mention.parts))
        if self.denied_twice((mention.first, mention.last)):
            return
        for first, last in self.denials:
            if _overlaps((first, last), mention.parts):
                continue
            if mention.last <= first and self._is_filled_in(mention.last, (first, last)):
                yield first, last
                continue
            if mention.first <= first and last <= mention.last:
                following = min(a for a, _ in mention.parts if a >= last)
                if not self._breaks & set(range(last, following)):
                    yield first, last
            elif last <= mention.first and self._reaches(last, mention) and not self._spent(
                last, mention
            ):
                yield first, last

    def filled_in(self, mention: Mention) -> bool:
        """Whether a bare "no" is filled in behind the name of *mention*: "reseller? no"."""
        return any(mention.last <= first and self._is_filled_in(mention.last, (first, last))
                   for first, last in self.denials)

    def _is_filled_in(self, end: int, denial: Span) -> bool:
        """Whether *denial* is all that stands behind a name that ends at *end*: "detentions=no"."""
        first, last = denial
        between, behind = self.tokens[end:first], self.tokens[last : last + 1]
        return all(t.norm in FILLS_IN for t in between) and len(between) <= 1 and not any(
            t.is_word or t.norm == "?" for t in behind)

    def in_doubt(self, mention: Mention) -> bool:
        """Whether *mention* is denied by a mere doubt: "I doubt that they jail anybody"."""
        mine = (mention.first, mention.last)
        return any(first < mine[1] and self.same_clause((first, last), mine)
                   for first, last in self._doubts)

    def forbids(self, mention: Mention) -> bool:
        """Whether words of *mention* are those of a deal that rules out a use."""
        return _overlaps((mention.first, mention.last), self._forbids)

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
        ) or self.not_involved(mention)

    def not_involved(self, mention: Mention) -> bool:
        """Whether words behind *mention* say that it has no part: "the broker is out".

        They stand right behind it, or of the subject of a sentence behind a "they": "the police
        are brutal, but they're not involved".
        """
        for first, last in self._not_involved:
            if self._is_told_of_them(mention, first):
                return True
            gap = range(mention.last, first)
            # Who "is out of stock" has not left.
            goes_on = [t.norm for t in self.tokens[last - 1 : last + 1]] == ["out", "of"]
            if 0 <= first - mention.last <= AFTER_REACH and not self._breaks & set(gap) and (
                    not goes_on):
                return True
        return False

    def _is_told_of_them(self, mention: Mention, first: int) -> bool:
        """Whether the words from *first* are said of a "they" that is *mention*."""
        before = self.tokens[first - 1].norm.split("'")[0] if first else ""
        if before not in self._them or mention.last >= first:
            return False
        begin = self._start_of_sentence(first)
        return begin <= mention.first and not any(
            self.tokens[i].is_word and self.tokens[i].norm not in self._articles
            for i in range(begin, mention.first)) and not any(
            i in self._stops for i in range(mention.last, first))

    def _start_of_sentence(self, position: int) -> int:
        return max((stop + 1 for stop in self._stops if stop < position), default=0)

    def _reaches(self, start: int, mention: Mention) -> bool:
        between = range(start, mention.first)
        words = [i for i in between if self.tokens[i].is_word]
        if len(words) > NEGATION_REACH:
            return False
        breaks = [i for i in between if i in self._breaks]
        return all(self._continues_list(i, mention) for i in breaks)

    def _spent(self, start: int, mention: Mention) -> bool:
        """Whether a denial is used up before *mention*.

        "Not for the police in Kenya" denies no Kenya, and "no censorship and free speech is
        respected" denies no respect; but "neither the police nor the army" denies both.  In "no war
        no election" each has a denial of its own.
        """
        own = start < mention.first and any(first == mention.first for first, _ in self.denials)
        if own and self.tokens[start - 1].norm in self._cues.words("no_or_number"):
            return True
        return any(
            m.strength.is_firm and start <= m.first and m.last <= mention.first
            and (m.fact != mention.fact or not self._listed(m.last, mention.first))
            for m in self._mentions
        )

    def _listed(self, start: int, end: int) -> bool:
        """Whether only list words stand between two positions: a comma, an "or", an article."""
        listing = self._listing | self._cues.words("and_words")
        return all(self.tokens[i].norm in listing for i in range(start, end))

    def lists(self, one: Mention, other: Mention) -> bool:
        """Whether two mentions are members of one list: "for intelligence and for the police"."""
        first, last = min(one.last, other.last), max(one.first, other.first)
        between = self.tokens[first:last]
        joining = self._cues.covered(between, "joins_a_list", "and_words") | {
            i for i, token in enumerate(between) if token.norm == ","}
        plus = 0 < first <= last and self._text[
            self.tokens[first - 1].end : self.tokens[last].start].lstrip().startswith(LISTS)
        return bool(joining or plus) and all(
            token.norm in self._listing or token.norm.isdecimal()
            for i, token in enumerate(between) if i not in joining)

    def is_listed(self, mention: Mention) -> bool:
        """Whether *mention* stands in a list with anything else that hints at such a value."""
        return any(self.lists(mention, other) for other in self._mentions
                   if other.fact == mention.fact and other.value != mention.value
                   and other.strength is not Strength.ASKED)

    @property
    def _listing(self) -> frozenset[str]:
        """What may stand between the members of a denied list."""
        return self._cues.words("before_a_member") | self._cues.words("nor_words") | {","}

    def _continues_list(self, comma: int, mention: Mention) -> bool:
        """Whether the comma only divides members of a denied list: "not police, army or spies"."""
        if self.tokens[comma].norm != ",":
            return False
        listed = {i for m in self._mentions if m.fact == mention.fact
                  for i in range(m.first, m.last)}
        rest = range(comma + 1, self._clause_end(mention.last))
        inner = range(comma + 1, mention.first)
        listing, nor_words = self._listing, self._cues.words("nor_words")
        plain = all(i in listed or self.tokens[i].norm in listing for i in inner)
        starts_afresh = self.tokens[comma + 1].norm in self._cues.words("begins_afresh")
        return plain and not starts_afresh and any(
            self.tokens[i].norm in nor_words for i in rest
        )

    def denied_outright(self, mention: Mention) -> bool:
        """Whether a denial of *mention* stands right before it: "they are not evasive at all"."""
        starts = [first for first, _ in mention.parts]
        return self.denied(mention) and any(
            0 <= sum(t.is_word for t in self.tokens[last:first]) <= OUTRIGHT_REACH
            for _, last in self.denials for first in starts if last <= first)

    def untrue(self, span: Span) -> bool:
        """Whether what stands at *span* is said to be wrong as a whole: "it's not true that …"."""
        return not self.denied_twice(span) and any(
            first < span[1] and self.same_clause((first, last), span)
            for first, last in self._untrue)

    def denied_twice(self, span: Span) -> bool:
        """Whether a denial of *span* is said to be wrong: "it's not true that there is no war"."""
        return any(first < span[1] and self.same_clause((first, last), span)
                   and any(last <= begin < span[1] and self.same_clause((first, last), (begin, end))
                           for begin, end in self.denials)
                   for first, last in self._untrue if self.tokens[last - 1].norm == "that")

    def hedged(self, mention: Mention) -> bool:
        """Whether *mention* stands in a clause with a "maybe" and near to it, or beside one.

        "The courts are fine, I think" has the "maybe" in a clause of its own.
        """
        mine = (mention.first, mention.last)
        return any(self._is_of(span, mine) for span in self.hedges)

    def hearsay(self, mention: Mention) -> bool:
        """Whether others say that *mention* holds, or it is doubted: "they claim", "on paper".

        Words that name the value by themselves report nothing: "all of it is on paper".
        """
        mine = (mention.first, mention.last)
        own = () if mention.strength is Strength.TOLD else mention.parts
        return any(self._is_of(span, mine) for span in self._hearsay
                   if not _overlaps(span, own)) or any(
            self._is_of(span, mine, back=True) for span in self._disbelief)

    def rebutted(self, mention: Mention) -> bool:
        """Whether it is told that *mention* did not hold up: "that turned out to be false"."""
        mine = (mention.first, mention.last)
        return any(self._is_of(span, mine, back=True) for span in self._rebutted)

    @property
    def reports(self) -> bool:
        """Whether anything in the message is hearsay or doubted."""
        return bool(self._hearsay or self._disbelief)

    def _is_of(self, span: Span, mine: Span, *, back: bool = False) -> bool:
        """Whether *span*, a hedge, is of what stands at *mine*.

        It is where it stands near it in its clause.  One that has a clause to itself is of the one
        before, else of the next one; with *back*, of the one before even across a stop.
        """
        if self.same_clause(span, mine):
            return self.words_between(span, mine) <= HEDGE_REACH
        clause = self.positions(span)
        if any(self.tokens[i].is_word and i not in self._beside and not span[0] <= i < span[1]
               for i in clause):
            return False
        before = self._word_before(clause.start)
        if before is not None and (back or not self._stops & set(range(before, clause.start))):
            return self._holds(self.positions((before, before + 1)), mine)
        after = next((i for i in range(clause.stop, len(self.tokens))
                      if self.tokens[i].is_word and i not in self._breaks), None)
        return after is not None and not self._stops & set(range(clause.stop, after)) and (
            self._holds(self.positions((after, after + 1)), mine))

    @staticmethod
    def _holds(clause: range, mine: Span) -> bool:
        return mine[0] < clause.stop and clause.start < mine[1]

    def unknown(self, mention: Mention) -> bool:
        """Whether *mention* is what nobody knows of: "no idea about unrest"."""
        mine = (mention.first, mention.last)
        between = self._cues.words("unknown_of")
        return any(span[1] <= mention.first and self.same_clause(span, mine)
                   and all(t.norm in between for t in self.tokens[span[1] : mention.first])
                   for span in self.unknowns)

    def added(self, mention: Mention) -> bool:
        """Whether *mention* comes on top of what is known, not in its place: "also the army"."""
        return self.added_at((mention.first, mention.last))

    def added_at(self, span: Span) -> bool:
        """Whether what stands at *span* comes on top of what is known."""
        begin = self.positions(span).start
        adds = self._cues.words("opens_addition")
        opener = self.tokens[begin].norm in adds and begin != span[1]
        return opener or any(self.same_clause(one, span) for one in self.additions)

    def takes_back(self, position: int) -> bool:
        """Whether what stands at *position* takes something back: "no sorry" alone does not."""
        return any(first <= position < last and any(t.is_word for t in self.tokens[last:])
                   for first, last in self.retractions)

    def denies_in(self, span: Span) -> bool:
        """Whether anything is denied in the clause of *span*."""
        clause = self.positions(span)
        return any(first < clause.stop and clause.start < last for first, last in self.denials)

    def asked_of(self, span: Span) -> range:
        """Where the clause of *span*, a "don't know", stands, with what it asks: "who decides"."""
        clause = self.positions(span)
        begin, end = clause.start, clause.stop
        while end < len(self.tokens) and self.tokens[end].is_word and (
                not any(t.is_word for t in self.tokens[span[1] : end])):
            end = self.end_of(end + 1)
        return range(begin, end)

    def taken_back(self, mention: Mention) -> bool:
        """Whether a later "sorry, I mean …" replaces *mention* within the message."""
        for first, last in self.corrections:
            if mention.last <= first and any(
                m.fact == mention.fact and m.first >= last and m.value != mention.value
                for m in self._mentions
            ):
                return True
        return False

    def corrects(self, mention: Mention) -> bool:
        """Whether the words of *mention* are those that announce a correction."""
        return _overlaps((mention.first, mention.last), self.corrections)


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in others)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < last and first < span[1] for first, last in others)


def _a_number_follows(tokens: Sequence[Token]) -> bool:
    """Whether *tokens* begin with digits, perhaps behind the stop of an abbreviation."""
    marked = [t.norm for t in tokens[:1]] in ([":"], ["."], ["#"])
    return any(t.norm[:1].isdigit() for t in tokens[marked : marked + 1])
