"""Read a message without any model: what it says of the deal, and what it wants.

Layers, each of which may find nothing: the vocabulary (`retrieval.lexicon`), the scope of small
words (`bot.dialogue.clauses`), the question that was asked last (`bot.dialogue.answering`), and
what is known already, since a correction is not a second value.  Every fact keeps the words it
rests on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.dialogue.answering import answer_to
from bot.dialogue.clauses import Clauses, Cues
from bot.dialogue.conversation import Conversation, Intent, Message
from bot.dialogue.deal import Answer, Deal, MessageKey, fits
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.lexicon import Lexicon, Mention, Phrases, Reading, Strength

COMMAND_WORDS = 9
"""Longest message taken for a bare command ("start over, please")."""
GREETING_WORDS = 4
"""Longest message taken for nothing but a greeting or thanks."""
OPENING_WORDS = 5
"""A request for something else has to begin within these first words to outweigh deal facts."""

_SELLERS = frozenset({"company", "firm", "vendor", "manufacturer", "supplier", "exporter",
                      "startup", "business", "maker"})
_FIRST_PERSON = frozenset({"we", "we're", "our", "i", "i'm", "im", "weare", "us", "my"})
_HOME_WORDS = frozenset({"based", "office", "offices", "hq", "headquarters", "headquartered",
                         "team", "entity", "subsidiary", "branch", "factory", "located"})
_LINKS = frozenset({"are", "am", "is", "a", "an", "no", "have", "has", "and", "only", "our", "we",
                    "i", "with", "sales", "own", "main", "head"})
_BY_WAY_OF = frozenset({"thru", "through", "via", "with", "using", "by"})
_PLACE_WORDS = frozenset({"is", "in", "from", "based", "of", "the", "out", "at", "registered",
                          "located", "headquartered"})


@dataclass(frozen=True, slots=True)
class _Claim:
    """One value of one fact as the message has it, scopes applied."""

    mention: Mention
    value: str
    holds: bool
    sure: bool
    added: bool


class PlainReader:
    """Reads messages of one release; holds the compiled vocabulary, nothing else."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self.lexicon = Lexicon(guidance.vocabulary)
        self._cues = Cues.of(guidance.vocabulary.cues)
        self._intents = {name: Phrases(p) for name, p in guidance.vocabulary.intents.items()}
        self._names = {f: Phrases(q.names) for f, q in guidance.questions.items()}
        self._glossary = {e.id: Phrases(e.names) for e in guidance.vocabulary.glossary}

    def read(
        self,
        text: str,
        conversation: Conversation,
        *,
        key: MessageKey,
        author: str,
        sent_at: datetime,
    ) -> Message:
        """What *text* says and wants, said at this point of *conversation*."""
        reading = self.lexicon.find(text)
        clauses = Clauses(reading, self._cues)
        message = Message(key, author, text, sent_at)
        if self._is_mostly(reading, "start_over"):
            return replace(message, intent=Intent.START_OVER)
        asking = self._asks(reading, clauses, conversation)
        intent, subject = self._steering(reading)
        claims = [] if asking else self._claims(reading, clauses, conversation.pending)
        pending = self._guidance.questions.get(conversation.pending or Fact(""))
        direct: Answer | None = None
        if pending is not None and not asking and intent in (None, Intent.ADVISE_NOW):
            mine = [c.mention for c in claims if c.mention.fact == pending.fact]
            named = any(m.strength is not Strength.ASKED for m in mine)
            direct = None if named or _is_the_answer(mine, pending) else answer_to(
                pending, reading, clauses, self._cues, key, hinted=bool(mine)
            )
            if direct is not None:
                claims = [c for c in claims if c.mention.fact != pending.fact]
            else:
                # "They exist on paper" answers the question asked; that the same words could say
                # something of another fact is no news.
                claims = [c for c in claims if c.mention.fact == pending.fact
                          or not any(m.first < c.mention.last and c.mention.first < m.last
                                     for m in mine)]
        answered = direct is not None or any(
            c.holds and c.mention.fact == conversation.pending for c in claims
        )
        heard, withdrawn = self._merge(
            reading, claims, conversation.deal, clauses,
            conversation.pending if answered else None, key,
        )
        heard = {**self._unknowns(reading, clauses, heard, conversation.deal, key), **heard}
        if pending is not None and direct is not None and pending.fact not in heard:
            heard[pending.fact] = direct
        heard = self._refined(conversation.deal, heard, key)
        answers = pending is not None and pending.fact in heard
        if intent is Intent.GO_ON and pending is not None:
            intent = None
        if intent is None:
            intent = self._plain_intent(reading, heard, withdrawn, asking, conversation)
        if intent is Intent.ASK and self._cues.starts("follow_up", reading.tokens):
            subject = conversation.topic
        if intent is Intent.OUT_OF_SCOPE:
            heard, withdrawn = {}, {}
        return replace(message, intent=intent, heard=heard, withdrawn=withdrawn,
                       subject=subject, answers_pending=answers,
                       topics=reading.by_fact())

    # What the message wants ---------------------------------------------------------------

    def _is_command(self, reading: Reading, name: str) -> bool:
        words = sum(t.is_word for t in reading.tokens)
        return words <= COMMAND_WORDS and self._wants(reading, name)

    def _is_mostly(self, reading: Reading, name: str) -> bool:
        """Whether the phrase makes up most of the message: "reset my password" resets nothing."""
        phrases = self._intents.get(name)
        words = sum(t.is_word for t in reading.tokens)
        spans = phrases.find(reading.tokens) if phrases else []
        return bool(spans) and 2 * sum(last - first for first, last in spans) > words

    def _wants(self, reading: Reading, name: str) -> bool:
        phrases = self._intents.get(name)
        return bool(phrases and phrases.find(reading.tokens))

    def _steering(
        self, reading: Reading
    ) -> tuple[Intent | None, str | None]:
        """The intent that fixed phrases state, None when the message just tells or asks."""
        firm = {m.fact for m in reading.mentions if m.strength.is_firm}
        other = self._intents.get("out_of_scope")
        if other is not None:
            spans = other.find(reading.tokens)
            opening = any(self._words_before(reading, first) < OPENING_WORDS for first, _ in spans)
            if spans and (opening or len(firm) < 2):
                return Intent.OUT_OF_SCOPE, None
        if self._wants(reading, "verdict"):
            return Intent.VERDICT, None
        defined = self._defined(reading)
        if defined is not None:
            return Intent.DEFINE, defined
        if not firm and self._is_command(reading, "why"):
            return Intent.WHY, None
        for name in ("advise_now", "more_safeguards", "show_sources", "go_on"):
            if self._wants(reading, name) and (
                name == "advise_now" or self._is_command(reading, name)
            ):
                return Intent(name), None
        words = sum(t.is_word for t in reading.tokens)
        for name in ("help", "thanks", "greeting"):
            small_talk = words <= GREETING_WORDS or name == "help"
            if not firm and small_talk and self._is_command(reading, name):
                return Intent(name), None
        return None, None

    def _words_before(self, reading: Reading, position: int) -> int:
        return sum(t.is_word for t in reading.tokens[:position])

    def _defined(self, reading: Reading) -> str | None:
        prefixes = self._intents.get("define")
        if prefixes is None or sum(t.is_word for t in reading.tokens) > COMMAND_WORDS:
            return None
        for _, last in prefixes.find(reading.tokens):
            for entry, names in self._glossary.items():
                for first, end in names.find(reading.tokens[last:]):
                    before = reading.tokens[last : last + first]
                    after = [t for t in reading.tokens[last + end :] if t.is_word]
                    articles = all(t.norm in {"a", "an", "the"} for t in before)
                    if articles and (not after or after[0].norm in {"mean", "means", "again"}):
                        return entry
        return None

    def _asks(self, reading: Reading, clauses: Clauses, conversation: Conversation) -> bool:
        """Whether the message asks what the guidance says instead of telling of a deal."""
        if not any(t.is_word for t in reading.tokens):
            return False
        question = any(self._is_question(reading, span) for span in clauses.sentences())
        if not question:
            return False
        dealing = bool(self._cues.find("deal", reading.tokens)) and any(
            t.norm in _FIRST_PERSON for t in reading.tokens
        )
        firm = {m.fact for m in reading.mentions if m.strength.is_firm}
        questions = self._guidance.questions
        place = any(questions[f].kind is QuestionKind.COUNTRY for f in firm)
        if place and len(firm) >= 2:
            return False
        if conversation.pending in firm and sum(t.is_word for t in reading.tokens) <= 4:
            return False
        return not (dealing and firm)

    def _is_question(self, reading: Reading, span: tuple[int, int]) -> bool:
        tokens = list(reading.tokens[span[0] : span[1]])
        while tokens and (not tokens[0].is_word or tokens[0].norm in
                          {"and", "but", "so", "ok", "okay", "hi", "hello", "hey", "also",
                           "then", "now", "well", "um", "er"}):
            tokens = tokens[1:]
        if not tokens:
            return False
        begins = self._cues.starts("question", tokens) > 0
        return begins or (tokens[-1].norm == "?" and not self._names_deal(reading, span))

    def _names_deal(self, reading: Reading, span: tuple[int, int]) -> bool:
        firm = {m.fact for m in reading.mentions
                if span[0] <= m.first < span[1] and m.strength.is_firm}
        return len(firm) >= 2

    def _plain_intent(
        self,
        reading: Reading,
        heard: Mapping[Fact, Answer],
        withdrawn: Mapping[Fact, frozenset[str]],
        asking: bool,
        conversation: Conversation,
    ) -> Intent:
        if heard or withdrawn:
            return Intent.DESCRIBE
        if self._is_filler(reading):
            return Intent.FILLER
        if asking:
            return Intent.ASK
        words = sum(t.is_word for t in reading.tokens)
        if conversation.pending is None and words >= 2:
            return Intent.ASK
        return Intent.UNCLEAR

    def _is_filler(self, reading: Reading) -> bool:
        """Whether nothing but "ok", "hmm", marks and signs is left of the message."""
        words = [t for t in reading.tokens if t.is_word]
        covered = {i for first, last in self._cues.find("filler", words)
                   for i in range(first, last)}
        return len(covered) == len(words)

    # What the message tells ---------------------------------------------------------------

    def _claims(
        self, reading: Reading, clauses: Clauses, pending: Fact | None
    ) -> list[_Claim]:
        claims: list[_Claim] = []
        # A hint alone ("felt like a prison") says nothing; beside something said outright, or in
        # answer to its own question, it does.
        hints = bool(self._cues.find("deal", reading.tokens)) or any(
            m.strength.is_firm for m in reading.mentions
        )
        for mention in self._placed(reading):
            if clauses.taken_back(mention):
                continue
            if mention.strength is Strength.WEAK and not hints and mention.fact != pending:
                continue
            if mention.strength is Strength.ASKED and mention.fact != pending:
                continue
            denied = clauses.denied(mention)
            # "Norwegian police" names the country by the way, but firmly enough.
            by_the_way = self._guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
            guessed = mention.strength is Strength.WEAK and not by_the_way
            sure = not clauses.hedged(mention) and not guessed
            value, holds = mention.value, not denied
            if denied and mention.negated_value is not None:
                value, holds = mention.negated_value, True
            claims.append(_Claim(mention, value, holds, sure, clauses.added(mention)))
        return claims

    def _placed(self, reading: Reading) -> Sequence[Mention]:
        """The mentions, less the countries of the seller and of a go-between.

        What counts is the place of use: "a Dubai reseller for the police in Kenya" is Kenya, and
        "the reseller is Turkish" leaves the country open.
        """
        countries = [m for m in reading.mentions
                     if self._guidance.questions[m.fact].kind is QuestionKind.COUNTRY]
        between = [m for m in countries if self._is_go_betweens(reading, m)]
        sellers = [m for m in countries if self._is_sellers(reading, m)]
        return [m for m in reading.mentions if m not in between and m not in sellers]

    def _is_sellers(self, reading: Reading, country: Mention) -> bool:
        """Whether it is where the seller sits: "we're a German company", "I'm based in London"."""
        following = [t.norm for t in reading.tokens[country.last : country.last + 2]]
        before = [t.norm for t in reading.tokens[max(0, country.first - 6) : country.first]]
        if not any(w in _FIRST_PERSON for w in before):
            return False
        if any(w in _SELLERS | _HOME_WORDS for w in following):
            return True
        last = max(i for i, w in enumerate(before) if w in _FIRST_PERSON)
        between = before[last + 1 :]
        home = any(w in _HOME_WORDS for w in between)
        return home and all(w in _HOME_WORDS | _PLACE_WORDS | _LINKS for w in between)

    def _is_go_betweens(self, reading: Reading, country: Mention) -> bool:
        for m in reading.mentions:
            if m.fact != "intermediary" or m.value == "none" or not m.strength.is_firm:
                continue
            opener = reading.tokens[m.first].norm
            if m.first == country.last and opener not in _BY_WAY_OF:
                return True
            gap = reading.tokens[m.last : country.first]
            if m.last <= country.first and len(gap) <= 4 and all(
                t.norm in _PLACE_WORDS for t in gap
            ):
                return True
        return False

    def _merge(
        self,
        reading: Reading,
        claims: Sequence[_Claim],
        deal: Deal,
        clauses: Clauses,
        answered: Fact | None,
        key: MessageKey,
    ) -> tuple[dict[Fact, Answer], dict[Fact, frozenset[str]]]:
        """Answers that the claims make of what is known, and the values they take away.

        *answered* is the question that the message answers, if it answers one.
        """
        heard: dict[Fact, Answer] = {}
        withdrawn: dict[Fact, frozenset[str]] = {}
        for fact in dict.fromkeys(c.mention.fact for c in claims):
            mine = _strongest([c for c in claims if c.mention.fact == fact])
            denied = frozenset(c.value for c in mine if not c.holds)
            held = [c for c in mine if c.holds and c.value not in denied]
            known = deal.known(fact)
            if held:
                if not self._guidance.questions[fact].several:
                    held = [max(held, key=lambda c: (c.sure, c.mention.first))]
                values = frozenset(c.value for c in held)
                corrected = bool(clauses.corrections) or bool(denied & known)
                added = any(c.added for c in held) and not corrected
                elsewhere = answered is not None and answered != fact
                hinted = not any(c.mention.strength.is_firm for c in held)
                if known and (elsewhere or hinted) and not corrected and not added:
                    # The message answers another question; that it names the end-user in passing
                    # ("no, the police ignore it") does not make the end-user somebody else.
                    continue
                several = self._guidance.questions[fact].several
                whole = (known | values) - denied if added and several else values
                sure = all(c.sure for c in held)
                if whole == known and (deal.settled(fact) or not sure):
                    continue
                heard[fact] = self._answer(reading, held, whole, sure, key)
            elif denied:
                withdrawn[fact] = denied
                left = known - denied
                if known and left != known:
                    heard[fact] = self._answer(
                        reading, [c for c in mine if not c.holds], left or None, True, key
                    )
        return heard, withdrawn

    def _answer(
        self,
        reading: Reading,
        claims: Sequence[_Claim],
        values: frozenset[str] | None,
        sure: bool,
        key: MessageKey,
    ) -> Answer:
        first = min(c.mention.first for c in claims)
        last = max(c.mention.last for c in claims)
        start, end = reading.tokens[first].start, reading.tokens[last - 1].end
        said = ", ".join(dict.fromkeys(reading.words(c.mention) for c in claims))
        return Answer(values, said, key, sure, start, end)

    def _unknowns(
        self,
        reading: Reading,
        clauses: Clauses,
        heard: Mapping[Fact, Answer],
        deal: Deal,
        key: MessageKey,
    ) -> dict[Fact, Answer]:
        """Facts that the message says nobody knows yet: "no idea who the end user is"."""
        found: dict[Fact, Answer] = {}
        for span in clauses.unknowns:
            for fact, names in self._names.items():
                if fact in heard or deal.answered(fact):
                    continue
                for name in names.find(reading.tokens):
                    if clauses.same_clause(span, name):
                        first, last = min(span[0], name[0]), max(span[1], name[1])
                        start = reading.tokens[first].start
                        end = reading.tokens[last - 1].end
                        found[fact] = Answer(None, reading.text[start:end], key, True, start, end)
        return found

    def _refined(
        self, deal: Deal, heard: Mapping[Fact, Answer], key: MessageKey
    ) -> dict[Fact, Answer]:
        """Add the readings that only the facts together allow; see `Refinement`."""
        refined = dict(heard)
        for rule in self._guidance.vocabulary.refinements:
            whole = deal.with_answers(refined)
            touched = any(f in refined for f in rule.when)
            whole_fits = fits(rule.when, whole) is True and all(
                whole.known(f) <= row for f, row in rule.when.items()
            )
            if touched and whole_fits:
                basis = whole.answers[rule.fact] if rule.fact in rule.when else next(
                    whole.answers[f] for f in rule.when
                )
                refined[rule.fact] = replace(basis, values=frozenset({rule.value}), message=key)
        return refined


def _is_the_answer(mentions: Sequence[Mention], question: Question) -> bool:
    """Whether short words like "sometimes" or "no middleman" outrank a leading yes or no.

    They do where they open the message, and wherever the question is no yes-or-no question.
    """
    plain = {"yes", "no"} <= {choice.value for choice in question.choices}
    return bool(mentions) and (not plain or any(m.first == 0 for m in mentions))


def _strongest(claims: list[_Claim]) -> list[_Claim]:
    """Drop hints where the message also says it outright."""
    firm = [c for c in claims if c.mention.strength.is_firm]
    return firm or claims
