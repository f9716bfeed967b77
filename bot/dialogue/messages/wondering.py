"""Whether a message only asks: it has the form of a question, and no deal of ours is told in it.

"Are journalists arrested there" holds the words of a fact, and so does "does a defamation law
count": what they ask about is not so because of that.  People leave their subject out ("is a
private company", "will go through a reseller"), so that a verb in front makes no question by
itself.
"""

from collections.abc import Collection, Sequence

from bot.dialogue.answers.asking_back import takes_yes_or_no
from bot.dialogue.claim import GUESS, SURE
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Deal
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.around import FILLERS_BEFORE
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.phrases import ARTICLES, Phrases
from retrieval.words.tells import Told
from retrieval.words.tokens import Token

DEAL_FACTS = 2
"""So many facts of what goes to whom, and where, make a deal of a question."""
ASKED_ABOUT = 3
"""Most facts that one message asks about; whoever names more of them tells them."""
SHORT_QUESTION = 4
"""Most words of a question that may be an answer put with care: "is it the police?"."""
SEARCH_WORDS = 5
"""Most words of what is typed as into a search box."""
NAMING_WORDS = 3
"""Most words of what does no more than name what may be found of somebody."""
HEADING_WORDS = 8
"""Most words of what names a text and a subject, as a heading does."""
_NOT = ("n't", "nt")
"""Endings of a verb that is denied."""


class Wondering:
    """Tells questions from statements by their form, with the small words of one release."""

    def __init__(self, guidance: Guidance, cues: Cues) -> None:
        self._cues = cues
        self._pronouns = cues.words("pronouns")
        self._prepositions = cues.words("prepositions")
        self._being = cues.words("being_verbs")
        self._doing = cues.words("doing_verbs")
        self._allowing = cues.words("allowing_verbs")
        questions = guidance.questions.values()
        self._named = frozenset(q.fact for q in questions if not takes_yes_or_no(q))
        self._parties = frozenset(
            q.fact for q in questions
            if q.role is Role.END_USER or q.kind is QuestionKind.COUNTRY)
        self._countries = frozenset(q.fact for q in questions if q.kind is QuestionKind.COUNTRY)
        self._circumstances = frozenset(q.fact for q in questions if has_poles(q))
        self._of_places = tuple(q.fact for q in sorted(questions, key=lambda q: q.rank)
                                if q.look_up and not self._countries.isdisjoint(q.after))
        self._findings = frozenset(
            q.fact for q in questions
            if takes_yes_or_no(q) and q.look_up and q.role is not Role.GO_BETWEEN)

    def only_asks(
        self, reading: Reading, clauses: Clauses, told: Sequence[Told] | None,
        conversation: Conversation,
    ) -> bool:
        """Whether every sentence is a question by its form, and none tells of a deal."""
        awaiting = conversation.awaiting()
        spans = [(first, last) for first, last in clauses.sentences()
                 if any(t.is_word for t in reading.tokens[first:last])]
        words = [t.norm for t in reading.tokens.words]
        firm = {m.fact for m in reading.mentions if m.strength.is_firm}
        heard = {one.fact for one in told or () if one.chance >= SURE}
        if len(heard) > ASKED_ABOUT or self._cues.find("granted", reading.tokens):
            return False
        if len(words) <= SHORT_QUESTION and firm.intersection(awaiting) and (
                len(words) < 2 or words[1] in self._pronouns):
            return False
        return bool(spans) and all(
            self.is_question(reading, span) for span in spans
        ) and not self._tells_deal(reading, told or ())

    def asks_of_a_text(self, reading: Reading, named: Sequence[tuple[int, int]]) -> bool:
        """Whether it names a text and what of it, and tells nothing: "un report on hacking tools".

        Args:
            reading: The message.
            named: Characters of it that name texts of the release.
        """
        words: Sequence[Token] = reading.tokens.words
        if not words or any(
                m.fact in self._parties and m.strength.is_firm
                and not _within(m, reading, named) for m in reading.mentions):
            return False
        words = words[1:] if words[0].norm in ARTICLES else words
        if self._describes_a_text(words):
            return True
        if not words or len(words) > HEADING_WORDS:
            return False
        # Who tells of a text has a verb for it: "they are a member of the GNI".
        if any(self._cues.find(name, words) for name in ("inverted", "first_person", "negation")):
            return False
        if self._names_a_right(words):
            return True
        begin, end = words[0].start, words[-1].end
        return any(begin == first or end == last for first, last in named) or any(
            last == len(words) or (first == 0 and self._cues.starts("on_a_subject", words[last:]))
            for first, last in self._cues.find("kinds_of_texts", words))

    def _describes_a_text(self, words: Sequence[Token]) -> bool:
        """Whether it says of a kind of text which is meant: "the treaty that lists dual-use goods".

        Nobody tells of a deal so, unless it is of theirs: "a treaty that binds our customer".
        """
        kind = self._cues.starts("kinds_of_texts", words)
        return kind > 0 and self._cues.starts("describes_a_text", words[kind:]) > 0 and not any(
            self._cues.find(name, words) for name in ("first_person", "deal"))

    def _names_a_right(self, words: Sequence[Token]) -> bool:
        """Whether it is a heading that begins or ends with a right: "predictive tools and privacy".

        "Freedom of speech curtailed" tells what is so, and so does whatever has a verb.
        """
        if any(t.norm.endswith("ed") for t in words):
            return False
        joins = self._cues.words("and_words") | self._cues.words("holds_apart")
        return self._cues.starts("rights_by_name", words) > 0 or any(
            last == len(words) and first > 0 and words[first - 1].norm in joins
            for first, last in self._cues.find("rights_by_name", words))

    def texts_not_held(self, reading: Reading) -> Sequence[tuple[int, int]]:
        """Where it names texts of which nothing is held: "HIPAA and face recognition"."""
        return [(reading.tokens[first].start, reading.tokens[last - 1].end)
                for first, last in self._cues.find("texts_not_held", reading.tokens)]

    def asks_by_a_text(self, reading: Reading, named: Sequence[tuple[int, int]]) -> bool:
        """Whether it begins as questions do, and asks by a text that it names, and of no party.

        "Can govt collect metadata without warrant under iccpr" finds nothing out about anybody,
        though it has no mark, and no subject that shows by itself.

        Args:
            reading: The message.
            named: Characters of it that name texts of the release.
        """
        words = unopened(reading.tokens, self._cues)
        begins = bool(words) and (self._cues.starts("inverted", words) > 0 or (
            words[0].norm in self._cues.words("asking_words")))
        return begins and bool(named) and not self._cues.find("first_person", reading.tokens) and (
            not any(m.fact in self._parties and m.strength.is_firm for m in reading.mentions))

    def names_then_asks(self, reading: Reading, asked: Span | None) -> bool:
        """Whether it names what may be found of somebody, and asks of that behind a comma.

        "Weak courts, does that matter" does; "their courts are weak, is that bad" tells it first.

        Args:
            reading: The message.
            asked: The tokens of the question that ends it.
        """
        if asked is None or self._cues.find("first_person", reading.tokens):
            return False
        words = [t for t in reading.tokens[: asked[0]] if t.is_word]
        behind = [t.norm for t in reading.tokens[slice(*asked)] if t.is_word]
        facts = {m.fact for m in reading.mentions if m.strength.is_firm}
        return 0 < len(words) <= HEADING_WORDS and facts <= self._circumstances and (
            not self._pronouns.isdisjoint(behind)) and self._only_names(words) and not any(
            self._cues.find(name, words) for name in (
                "inverted", "negation", "deal", "offer", "clause_subjects"))

    def _only_names(self, words: Sequence[Token]) -> bool:
        """Whether *words* only name something; "journalists arrested" and "X is weak" tell it."""
        return words[0].norm not in self._prepositions and not any(
            t.norm.endswith("ed") for t in words[1:]) and (
            self._being.isdisjoint(t.norm for t in words))

    def is_a_search(
        self, reading: Reading, clauses: Clauses, told: Sequence[Told] | None
    ) -> bool:
        """Whether it only names a matter, as into a search box, and tells of no deal.

        "Blasphemy laws" and "hidden owner" are no finding on anybody, and "visa requirements for
        Nigeria" is no deal there; "Nigeria" alone may be one, and so may kits for it.
        """
        tokens, words = reading.tokens, reading.tokens.words
        if len(words) > SEARCH_WORDS or len(clauses.sentences()) != 1 or any(
                token.ends_clause for token in tokens[:-1]):
            return False
        if any(self._cues.find(name, words) for name in (
                "inverted", "first_person", "negation", "deal", "asks_for", "came_in_from", "offer",
                "service_on_the_sold", "clause_subjects")):
            return False
        mine = [m for m in reading.mentions if m.strength is not Strength.ASKED]
        named = {m.fact for m in mine} | {one.fact for one in told or () if one.chance >= GUESS}
        if named and named <= self._circumstances:
            return len(words) <= NAMING_WORDS and self._only_names(words)
        # "Kits for Chad" are goods that nothing names.
        return bool(mine) and named <= self._countries and any(
            self._cues.find(name, words) for name in ("is_a_chore", "is_paperwork"))

    def place_judged(self, reading: Reading) -> Mention | None:
        """The country of which it asks how that is, and nothing else: "is Ghana ok?"."""
        judged = self._only_one(reading)
        return judged if judged is not None and judged.fact in self._countries and (
            self._judges(reading, "place_judged")) else None

    def weighed_against(self, reading: Reading) -> Mention | None:
        """What it asks to be held against what is known, and nothing else: "is cctv safer?"."""
        return self._only_one(reading) if self._judges(reading, "judged_against") else None

    def goes_on_to(
        self, reading: Reading, supposed: Collection[Fact], deal: Deal
    ) -> Mention | None:
        """What a question goes on to, beside what is so in *deal*, and no more: "and Uganda?".

        "And Uganda" tells of it.  What is no country has to be of a fact that was *supposed* just
        before: "or the army?" behind "what if it was the police?".
        """
        asks = any(token.norm == "?" for token in reading.tokens[-1:])
        one = self._only_one(reading, deal) if (
            asks and self._cues.starts("follow_up", reading.tokens) > 0) else None
        return one if one is not None and (
            one.fact in self._countries or one.fact in supposed) else None

    def _judges(self, reading: Reading, name: str) -> bool:
        """Whether it asks in words of the list *name*."""
        words = unopened(reading.tokens, self._cues)
        return bool(self._cues.find(name, reading.tokens)) and (
            self.is_question(reading, (0, len(reading.tokens)))
            or any(self._cues.starts(form, words) > 0 for form in ("question", "inverted")))

    def _only_one(self, reading: Reading, deal: Deal | None = None) -> Mention | None:
        """What alone it names, beside small words, what it may be called, what is so in *deal*."""
        firm = [m for m in reading.mentions if m.strength.is_firm]
        known = [m for m in reading.mentions
                 if deal is not None and m.value in deal.known(m.fact)]
        firm = [m for m in firm if m not in known]
        if len(firm) != 1:
            return None
        small = self._cues.covered(
            reading.tokens, FUNCTION_WORDS, "place_judged", "place_judged_beside",
            "judged_against", "follow_up", "sentence_openers")
        return firm[0] if all(
            i in small or any(m.first <= i < m.last for m in (firm[0], *known))
            for i, token in enumerate(reading.tokens) if token.is_word) else None

    def open_of_place(self, conversation: Conversation) -> Fact | None:
        """The first fact to be found out of the place of use that is open; None if none is."""
        deal = conversation.deal
        return next((fact for fact in (*conversation.awaiting(), *self._of_places)
                     if fact in self._of_places and not deal.answered(fact)), None)

    def finding(
        self, reading: Reading, told: Sequence[Told] | None, conversation: Conversation
    ) -> Fact | None:
        """The fact on the place of use that is asked about: "are journalists arrested there?".

        None where the place is not known yet, or the question is about anything else.
        """
        judged = self.place_judged(reading)
        if judged is not None:
            here = judged.value in conversation.deal.known(judged.fact)
            return self.open_of_place(conversation) if here else None
        known = any(conversation.deal.known(fact) for fact in self._countries)
        named = any(m.fact in self._countries for m in reading.mentions)
        if not known or not (named or self._cues.find("of_the_place", reading.tokens)):
            return None
        heard = sorted(((one.chance, one.fact) for one in told or ()
                        if one.fact in self._findings and one.chance >= GUESS), reverse=True)
        firm = [m.fact for m in reading.mentions
                if m.strength.is_firm and m.fact in self._findings]
        return next((fact for fact in (*firm, *(fact for _, fact in heard))), None)

    def names_deal(self, reading: Reading) -> bool:
        """Whether it names two facts of a deal, who gets it or where among them: "cctv, Ghana"."""
        facts = {m.fact for m in reading.mentions
                 if m.strength.is_firm and m.fact in self._named}
        return len(facts) >= DEAL_FACTS and not facts.isdisjoint(self._parties)

    def _tells_deal(self, reading: Reading, told: Sequence[Told]) -> bool:
        """Whether something goes to somebody: what and to whom, or to whom and where."""
        firm = [m for m in reading.mentions if m.strength.is_firm and m.fact in self._named]
        facts = {m.fact for m in firm} | {
            one.fact for one in told if one.chance >= SURE and one.fact in self._named}
        if len(facts) < DEAL_FACTS or facts.isdisjoint(self._parties):
            return False
        first_person = self._cues.words("first_person")
        ours = any(t.norm in first_person for t in reading.tokens)
        return ours or bool(self._cues.find("deal", reading.tokens)) or any(
            m.fact in self._parties and self._goes_to(reading, m, firm) for m in firm)

    def _goes_to(self, reading: Reading, party: Mention, firm: Sequence[Mention]) -> bool:
        """Whether something named before it goes to *party*: "drones for the army"."""
        before = [t.norm for t in reading.tokens[max(0, party.first - 2) : party.first]]
        return not self._cues.words("goes_to").isdisjoint(before) and any(
            m.last <= party.first and m.fact not in self._parties for m in firm)

    def is_question(self, reading: Reading, span: tuple[int, int]) -> bool:
        """Whether the tokens of *span* are a question by a mark, or a verb before its subject."""
        tokens = unopened(reading.tokens[span[0] : span[1]], self._cues)
        if not tokens:
            return False
        marked = tokens[-1].norm == "?"
        words = [t.norm for t in tokens if t.is_word]
        if words[0] in self._cues.words("asking_words"):
            return marked or (
                self._cues.starts("inverted", tokens[1:]) > 0 and not self._goes_on(tokens))
        verb = self._cues.starts("inverted", tokens)
        if not verb:
            return marked and self._cues.starts("question", tokens) > 0
        if not marked and self._cues.starts("says_looked", tokens):
            return False  # "did our homework, no reports"
        after = tokens[verb:]
        if not any(t.is_word for t in after) or self._cues.starts("no_subject", after):
            return False
        if not marked and tokens[0].norm.endswith(_NOT) and after[0].norm not in self._pronouns:
            return False  # "don't know", "haven't checked": who speaks is left out
        return marked or self._has_subject(reading, tokens[0], after)

    def _goes_on(self, tokens: Sequence[Token]) -> bool:
        """Whether *tokens* go on from what was said before: "which is hosted by them"."""
        verb = self._cues.starts("goes_on_with_which", tokens)
        return verb > 0 and self._cues.starts("no_subject", tokens[verb:]) > 0

    def _has_subject(self, reading: Reading, verb: Token, after: Sequence[Token]) -> bool:
        """Whether the verb in front has a subject, and is no answer that leaves it out."""
        subject = after[0].norm
        if subject in self._pronouns or verb.norm in self._doing or (
                subject in ARTICLES and verb.norm in self._allowing):
            return True
        for i, token in enumerate(after[1:], start=1):
            if token.ends_clause:
                break
            before = after[i - 1].norm
            if token.norm in ARTICLES:
                completes = before not in self._prepositions
            elif token.norm.endswith("ed"):
                # "Are journalists arrested", but "is state owned", "is a firm owned by the state".
                completes = subject not in ARTICLES and (
                    before.endswith("s") or self._is_thing(reading, after[0], token)
                    # "Is Peru sanctioned", "is training required", but "is clearly allowed"
                    or ((self._is_country(reading, after[0])
                         or (i == 1 and not self._says_how(subject)))
                        and self._cues.starts("completes", after[i:]) > 0))
            else:
                completes = self._cues.starts("completes", after[i:]) > 0
            if completes:
                return True
        parties = {reading.tokens[m.first].start for m in reading.mentions
                   if m.fact in self._parties and m.strength.is_firm}
        return verb.norm not in self._being and after[0].start in parties

    def _says_how(self, word: str) -> bool:
        """Whether *word* is no subject, but says how: "clearly"."""
        return any(word.endswith(ending) for ending in self._cues.words("endings_of_adverbs"))

    def _is_country(self, reading: Reading, token: Token) -> bool:
        """Whether the name of a country begins at *token*."""
        return any(m.fact in self._countries and m.strength.is_firm
                   and reading.tokens[m.first].start == token.start for m in reading.mentions)

    def _is_thing(self, reading: Reading, first: Token, then: Token) -> bool:
        """Whether what stands between is a thing: "is spyware treated", but "is state owned"."""
        return any(
            m.strength.is_firm and m.fact in self._named - self._parties
            and reading.tokens[m.first].start == first.start
            and reading.tokens[m.last - 1].end <= then.start
            for m in reading.mentions)


def unopened(
    tokens: Sequence[Token], cues: Cues, but: Phrases | None = None
) -> Sequence[Token]:
    """*tokens* without the words that merely open a sentence, up to where *but* begins.

    Of "ok so is that allowed" that is "is that allowed".  A "right" merely opens it where a mark is
    behind that: "right, and if we wait".
    """
    while tokens:
        opens = cues.starts("sentence_openers", tokens) if tokens[0].is_word else 1
        if not opens:
            opens = cues.starts(FILLERS_BEFORE, tokens)
            opens = opens if tokens[opens : opens + 1] and not tokens[opens].is_word else 0
        if not opens or (but is not None and but.starts(tokens)):
            break
        tokens = tokens[opens:]
    return tokens


def _within(mention: Mention, reading: Reading, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether *mention* is part of what *spans* name: the German of "German supply chain act"."""
    begin, end = reading.tokens[mention.first].start, reading.tokens[mention.last - 1].end
    return any(first <= begin and end <= last for first, last in spans)
