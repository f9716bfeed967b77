"""Read a message without any language model: what it says of the deal, and what it wants.

Layers, each of which may find nothing: the vocabulary (`retrieval.lexicon`), the scope of small
words (`bot.dialogue.clauses`), what a model takes each clause to tell (`retrieval.tells`, weighed
against the vocabulary in `bot.dialogue.weighing`), the question that was asked last
(`bot.dialogue.answering`), and what is known already, since a correction is not a second value.
Every fact keeps the words it rests on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.dialogue.answering import SHORT_WORDS, answers_to, confirmed
from bot.dialogue.clauses import Clauses, Cues
from bot.dialogue.conversation import (
    Conversation,
    Going,
    Intent,
    Message,
    Phase,
    Spoken,
    Stretch,
)
from bot.dialogue.deal import ASKED_BACK, Answer, Deal, MessageKey, fits
from bot.dialogue.letter import Letters
from bot.dialogue.placing import of_place_of_use
from bot.dialogue.steering import Steering
from bot.dialogue.stretching import Whole, before, follows, going_on, joined
from bot.dialogue.weighing import HINT, PLACE, SURE, Claim, place_of_use, weighed
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.lexicon import Lexicon, Mention, Phrases, Reading, Strength
from retrieval.tells import Tells, Told

TELLING_FACTS = 2
"""So many facts, told surely, make a message one that tells of a deal."""
STRAY_WORDS = 5
"""Words that an opening needs before it can be taken for a question on something else."""
SEAM_WORDS = 8
"""Words on either side of where a message was cut that a name may reach over."""
_CLOSING = frozenset(".!?;,:…")
_NAMES_OUTRIGHT = frozenset({Strength.TERM, Strength.FUZZY})
"""How a supposition names what it supposes."""


Strays = Callable[[str], bool]
"""Whether a text lies nearer to what the release names as a gap than to all that it holds."""

_TELLS = frozenset({Intent.DESCRIBE, Intent.ADVISE_NOW, Intent.VERDICT})
"""What a telling in several messages may be for, as a whole."""
_MAY_GO_ON = _TELLS | {Intent.ASK, Intent.UNCLEAR, Intent.OUT_OF_SCOPE, Intent.GREETING}
"""What the first of them may seem to be for."""

_ASIDE = {Intent.OUT_OF_SCOPE, Intent.HELP, Intent.DEFINE, Intent.WHY}
"""What a phrase may seem to want in the middle of a deal that is being told."""


class _Understood:
    """What a text holds, whatever the conversation."""

    def __init__(self, reading: Reading, clauses: Clauses, tells: Tells | None) -> None:
        self.reading = reading
        self.clauses = clauses
        self._tells = tells
        self._told: Sequence[Told] | None = None

    def told(self) -> Sequence[Told] | None:
        """What a model takes its clauses to tell; None where there is no model."""
        if self._told is None and self._tells is not None:
            self._told = self._tells(self.reading.text)
        return self._told

    def facts(self) -> frozenset[Fact]:
        """Facts of which it names a value, or surely tells one."""
        named = {m.fact for m in self.reading.mentions if m.strength.is_firm}
        return frozenset(named | {one.fact for one in self.told() or () if one.chance >= SURE})


class PlainReader:
    """Reads messages of one release; holds the compiled vocabulary and the models it was given."""

    def __init__(
        self, guidance: Guidance, tells: Tells | None = None, strays: Strays | None = None
    ) -> None:
        """Read with the vocabulary of *guidance*, and with models if there are any."""
        self._guidance = guidance
        self._tells = tells
        self._strays = strays
        self.lexicon = Lexicon(guidance.vocabulary)
        self._cues = Cues.of(guidance.vocabulary.cues)
        self._names = {f: Phrases(q.names) for f, q in guidance.questions.items()}
        self._steering = Steering(guidance, self._cues)
        self._letters = Letters(self._cues, self.lexicon.knows)
        self._latest: tuple[_Understood, ...] = ()

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
        message = Message(key, author, text, sent_at)
        stretch = conversation.stretch
        if stretch is not None and follows(stretch, author, sent_at, text):
            gone_on = self._going_on(message, stretch, conversation)
            if gone_on is not None:
                return gone_on
        understood = self._understood_of(text, conversation)
        said = self._read(understood, message, conversation)
        matter = understood.reading.text.strip()
        begins = bool(text.strip()) and said.intent in _MAY_GO_ON
        return replace(said, going=Going.BEGINS if begins else Going.ALONE,
                       matter="" if matter == text.strip() else matter)

    def _going_on(
        self, message: Message, stretch: Stretch, conversation: Conversation
    ) -> Message | None:
        """*message* read together with what it goes on from; None if it stands by itself."""
        part = Spoken(message.key, message.text)
        mine = self._letters.letter(message.text).own
        alone = self._understood(mine)
        if self._stands_alone(alone, conversation, message.key):
            return None
        whole = self._whole([*stretch.parts, part])
        then = before(conversation, stretch, self._guidance)
        understood = self._understood(whole.text)
        read = self._read(understood, replace(message, text=whole.text), then)
        if not read.heard or read.intent not in _TELLS:
            return None
        told = going_on(read, whole, then, conversation, part)
        told = replace(told, topics=alone.reading.by_fact(), subject=None)
        if told.heard or told.retracted:
            return replace(told, intent=Intent.DESCRIBE) if (
                conversation.phase is not Phase.NEW and told.intent is Intent.VERDICT) else told
        words = sum(t.is_word for t in alone.reading.tokens)
        asks = self._steering.asks(alone.reading, alone.clauses, conversation)
        return None if asks or words <= SHORT_WORDS else replace(told, intent=Intent.FILLER)

    def _stands_alone(
        self, part: "_Understood", conversation: Conversation, key: MessageKey
    ) -> bool:
        """Whether *part* steers, corrects, answers or asks by itself, whatever came before it."""
        reading, clauses = part.reading, part.clauses
        if (self._steering.starts_over(reading) or self._steering.stated(reading)[0] is not None
                or self._steering.supposes(reading, clauses) or clauses.corrections
                or (conversation.supposed and self._steering.adopts(reading))):
            return True
        if any(m.value in conversation.deal.known(m.fact) and clauses.denied(m)
               for m in reading.mentions):
            return True
        if any(m.strength.is_firm for m in reading.mentions):
            return False
        awaiting = conversation.awaiting()
        if awaiting:
            questions = [self._guidance.questions[fact] for fact in awaiting]
            short = sum(t.is_word for t in reading.tokens) <= SHORT_WORDS
            asked = {m.fact for m in reading.mentions if m.strength is Strength.ASKED}
            if (short and not asked.isdisjoint(awaiting)) or confirmed(
                    conversation.deal, awaiting, reading, self._cues, key) or answers_to(
                    questions, reading, clauses, self._cues, key, ()):
                return True
        return self._steering.asks(reading, clauses, conversation) or (
            self._steering.is_filler(reading))

    def _whole(self, parts: Sequence[Spoken]) -> Whole:
        """*parts* as one text: a clause that was cut in two is whole again."""
        read = [(part, self._letters.letter(part.text).own) for part in parts]
        seams = [self._seam(one.strip(), other.strip())
                 for (_, one), (_, other) in pairwise(read)]
        return joined(read, seams)

    def _seam(self, one: str, other: str) -> str:
        """What stands between two parts: a blank where they are of one clause, or end one."""
        if one[-1:] in _CLOSING:
            return " "
        end = " ".join(one.split()[-SEAM_WORDS:])
        both = self.lexicon.find(f"{end} {' '.join(other.split()[:SEAM_WORDS])}")
        across = any(
            both.tokens[m.first].start < len(end) < both.tokens[m.last - 1].end
            for m in both.mentions if m.strength in _NAMES_OUTRIGHT)
        return " " if across else "\n"

    def _read(
        self, understood: "_Understood", message: Message, conversation: Conversation
    ) -> Message:
        """*message*, of which *understood* is the matter, as said in *conversation* by itself."""
        reading, clauses = understood.reading, understood.clauses
        key = message.key
        if self._steering.starts_over(reading):
            return replace(message, intent=Intent.START_OVER)
        told = understood.told()
        if told is not None:
            told = self._steering.beside(reading, told)
        # Whoever states two facts of a deal tells of it, however much of it is put as a question.
        deals = len({one.fact for one in told or () if one.chance >= SURE}) >= TELLING_FACTS
        asking = not deals and self._steering.asks(reading, clauses, conversation)
        intent, subject = self._steering.stated(reading)
        if not deals or self._steering.opens_asking(reading, clauses):
            astray = self._opens_astray(reading.text.strip(), conversation)
            # "Can we sell cameras to the police in Ghana?" lies beyond the texts, and yet tells of
            # a deal: the verdict is declined, and what is to be weighed is said all the same.
            clearing = astray and deals and intent is Intent.VERDICT
            asking = asking or (astray and not clearing)
            deals = deals and not astray
        if deals and (intent in _ASIDE or conversation.phase is Phase.NEW):
            # A first message that ends in "advise me fast" is no reason to ask nothing.
            intent, subject = None, None
        if intent is Intent.OUT_OF_SCOPE and self._strays is not None and (
                self._strays(reading.text.strip())):
            # A gap says what is missing and whom to ask; the phrase only that it is not for us.
            intent, asking = None, True
        if intent is None:
            meant = self._of_a_supposition(reading, clauses, message, conversation)
            if meant is not None:
                return meant
        # "What is DPI?" says nothing of the product, even while the product is asked for.
        telling = not asking and intent is not Intent.DEFINE
        awaiting = conversation.awaiting()
        claims = [] if not telling else self._claims(reading, clauses, awaiting, told)
        pending = [self._guidance.questions[fact] for fact in awaiting]
        direct: Mapping[Fact, Answer] = {}
        if pending and telling and intent in (None, Intent.ADVISE_NOW):
            direct = confirmed(conversation.deal, awaiting, reading, self._cues, key)
            if not direct:
                direct, claims = self._answered(pending, reading, clauses, claims, key)
        answered = {*direct, *(c.mention.fact for c in claims if c.holds)}.intersection(awaiting)
        heard, withdrawn = self._merge(
            reading, claims, conversation.deal, clauses, answered, key)
        heard = {**self._unknowns(reading, clauses, heard, conversation.deal, key), **heard}
        heard = {**direct, **heard}
        heard = self._refined(conversation.deal, heard, key)
        answers = not heard.keys().isdisjoint(awaiting)
        if intent is Intent.GO_ON and pending:
            intent = None
        if intent is None:
            intent = self._steering.implied(reading, heard, withdrawn, asking, conversation)
        if intent is Intent.ASK and self._cues.starts("follow_up", reading.tokens):
            subject = conversation.topic
        if intent in {Intent.OUT_OF_SCOPE, Intent.COMPARE}:
            heard, withdrawn = {}, {}
        return replace(message, intent=intent, heard=heard, withdrawn=withdrawn,
                       subject=subject, answers_pending=answers,
                       topics=reading.by_fact())

    def _understood_of(self, text: str, conversation: Conversation) -> "_Understood":
        """What the matter of *text* holds; with the mail below it where that tells of the deal."""
        letter = self._letters.letter(text)
        understood = self._understood(letter.own)
        if letter.whole == letter.own or conversation.deal.answers or (
                len(understood.facts()) >= TELLING_FACTS):
            return understood
        return self._understood(letter.whole)

    def _understood(self, text: str) -> "_Understood":
        """What *text* holds wherever it is said.

        A message is often read twice, held against two conversations, and by itself and with what
        it goes on from: so the latest ones are kept, until the next are read.
        """
        latest = self._latest
        for one in latest:
            if one.reading.text == text:
                return one
        reading = self.lexicon.find(text)
        understood = _Understood(reading, Clauses(reading, self._cues), self._tells)
        self._latest = (understood, *latest[:1])
        return understood

    def _opens_astray(self, text: str, conversation: Conversation) -> bool:
        """Whether a conversation opens with a question that the texts don't answer.

        "VAT on cctv for kenya" names a product and a country, and yet tells of no deal.
        """
        if conversation.phase is not Phase.NEW or self._strays is None:
            return False
        return len(text.split()) >= STRAY_WORDS and self._strays(text)

    def _of_a_supposition(
        self, reading: Reading, clauses: Clauses, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* read as a supposition about the deal or its adoption; None if it is neither."""
        deal = conversation.deal
        if conversation.supposed and self._steering.adopts(reading):
            # The words that raise a flag stay those of the supposition.
            heard = {fact: replace(answer, message=message.key, start=0, end=len(message.text))
                     for fact, answer in conversation.supposed.items()}
            return replace(message, intent=Intent.ADOPT, heard=heard,
                           answers_pending=not heard.keys().isdisjoint(conversation.awaiting()))
        if not deal.answers or not self._steering.supposes(reading, clauses):
            return None
        claims = [replace(c, sure=True) for c in self._claims(reading, clauses, (), None)]
        # "What if they use it against journalists?" has the shape of a report of misuse, but names
        # nothing of the deal.
        if not any(c.mention.strength in _NAMES_OUTRIGHT for c in claims):
            return None
        supposed, _ = self._merge(reading, claims, deal, clauses, (), message.key)
        supposed = {fact: answer for fact, answer
                    in self._refined(deal, supposed, message.key).items()
                    if answer.values != deal.known(fact)}
        if not supposed:
            return None
        return replace(message, intent=Intent.WHAT_IF, supposed=supposed,
                       topics=reading.by_fact())

    def _answered(
        self,
        pending: Sequence[Question],
        reading: Reading,
        clauses: Clauses,
        claims: list[Claim],
        key: MessageKey,
    ) -> tuple[Mapping[Fact, Answer], list[Claim]]:
        """The answers to the questions asked that the claims don't hold, and the claims left."""
        mine = {q.fact: [c.mention for c in claims if c.mention.fact == q.fact] for q in pending}
        open_ones = [
            q for q in pending
            if all(m.strength is Strength.ASKED for m in mine[q.fact])
            and not _is_the_answer(mine[q.fact], q)
        ]
        hinted = [q.fact for q in open_ones if mine[q.fact]]
        alone = len(open_ones) == len(pending)
        direct = answers_to(open_ones, reading, clauses, self._cues, key, hinted) if alone else {}
        if direct:
            return direct, [c for c in claims if c.mention.fact not in direct]
        # "They exist on paper" answers the question asked; that the same words could say
        # something of another fact is no news.
        own = [m for mentions in mine.values() for m in mentions]
        return {}, [
            c for c in claims
            if c.mention.fact in mine
            or not any(m.first < c.mention.last and c.mention.first < m.last for m in own)
        ]

    def _claims(
        self,
        reading: Reading,
        clauses: Clauses,
        pending: Collection[Fact],
        told: Sequence[Told] | None,
    ) -> list[Claim]:
        """What *reading* claims; weighed against what is *told*, unless that is None."""
        claims: list[Claim] = []
        # A hint alone ("felt like a prison") says nothing; beside something said outright, or in
        # answer to its own question, it does.
        hints = bool(self._cues.find("deal", reading.tokens)) or any(
            m.strength.is_firm for m in reading.mentions
        )
        placed = of_place_of_use(reading, self._guidance)
        for mention in reading.mentions:
            # "A joint venture in Paramaribo" is where a go-between sits, and yet where it is used.
            astray = mention not in placed
            place = place_of_use(mention, told or (), reading)
            if astray and place < PLACE:
                continue
            if clauses.taken_back(mention):
                continue
            hinted = hints or place >= SURE or mention.fact in pending
            if mention.strength is Strength.WEAK and not hinted:
                continue
            if mention.strength is Strength.ASKED and (
                mention.fact not in pending or clauses.corrects(mention)
            ):
                continue
            # "Norwegian police" names the country by the way, but firmly enough.
            by_the_way = self._guidance.questions[mention.fact].kind is QuestionKind.COUNTRY
            denied = (clauses.denied_place if by_the_way else clauses.denied)(mention)
            guessed = mention.strength is Strength.WEAK and not by_the_way
            sure = not clauses.hedged(mention) and not guessed and not astray
            value, holds = mention.value, not denied
            if denied and mention.negated_value is not None:
                value, holds = mention.negated_value, True
            claims.append(Claim(mention, value, holds, sure, clauses.added(mention)))
        claims = [c for c in claims if not _is_local_colour(c, claims, reading)]
        if told is None:
            return claims
        return weighed(claims, told, reading, clauses, self._guidance)

    def _merge(
        self,
        reading: Reading,
        claims: Sequence[Claim],
        deal: Deal,
        clauses: Clauses,
        answered: Collection[Fact],
        key: MessageKey,
    ) -> tuple[dict[Fact, Answer], dict[Fact, frozenset[str]]]:
        """Answers that the claims make of what is known, and the values they take away.

        *answered* are the facts asked for that the message answers.
        """
        heard: dict[Fact, Answer] = {}
        withdrawn: dict[Fact, frozenset[str]] = {}
        for fact in dict.fromkeys(c.mention.fact for c in claims):
            mine = _strongest([c for c in claims if c.mention.fact == fact])
            denied = frozenset(c.value for c in mine if not c.holds)
            if self._guidance.questions[fact].kind is QuestionKind.COUNTRY:
                # "It's not Saudi intelligence, it's the Saudi customs."
                denied -= {c.value for c in mine if c.holds}
            held = [c for c in mine if c.holds and c.value not in denied]
            known = deal.known(fact)
            if held:
                if not self._guidance.questions[fact].several:
                    held = [max(held, key=lambda c: (c.sure, c.mention.first))]
                values = frozenset(c.value for c in held)
                corrected = bool(clauses.corrections) or bool(denied & known)
                added = any(c.added for c in held) and not corrected
                elsewhere = bool(answered) and fact not in answered
                hinted = not any(c.mention.strength.is_firm for c in held)
                if known - values and max(c.confidence for c in held) < HINT:
                    # "The cams are for the north" names no other product than the body cameras.
                    continue
                if known and (elsewhere or hinted) and not corrected and not added:
                    # The message answers another question; that it names the end-user in passing
                    # ("no, the police ignore it") does not make the end-user somebody else.
                    continue
                several = self._guidance.questions[fact].several
                whole = (known | values) - denied if added and several else values
                sure = all(c.sure and c.confidence >= ASKED_BACK for c in held)
                if whole == known and (deal.settled(fact) or not sure):
                    continue
                heard[fact] = _answer(reading, clauses, held, whole, sure, key)
            elif denied:
                withdrawn[fact] = denied
                left = known - denied
                if known and left != known:
                    denying = [c for c in mine if not c.holds]
                    heard[fact] = _answer(reading, clauses, denying, left or None, True, key)
        return heard, withdrawn

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


def _answer(
    reading: Reading,
    clauses: Clauses,
    claims: Sequence[Claim],
    values: frozenset[str] | None,
    sure: bool,
    key: MessageKey,
) -> Answer:
    """What *claims* make of one fact, with the words that it rests on."""
    spans = [_quoted(claim.mention, clauses) for claim in claims]
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    said = ", ".join(dict.fromkeys(
        reading.text[reading.tokens[first].start : reading.tokens[last - 1].end]
        if claim.mention.strength is Strength.TOLD else reading.words(claim.mention)
        for claim, (first, last) in zip(claims, spans, strict=True)))
    return Answer(values, said, key, sure, reading.tokens[first].start,
                  reading.tokens[last - 1].end, min(c.confidence for c in claims))


def _quoted(mention: Mention, clauses: Clauses) -> tuple[int, int]:
    span = (mention.first, mention.last)
    return clauses.around(span) if mention.strength is Strength.TOLD else span


def _is_local_colour(claim: Claim, claims: Sequence[Claim], reading: Reading) -> bool:
    """Whether it only tells of the place: "for the regulator; police there need no warrant"."""
    following = reading.tokens[claim.mention.last : claim.mention.last + 1]
    return [t.norm for t in following] == ["there"] and any(
        c.mention.fact == claim.mention.fact and c.mention.first != claim.mention.first
        for c in claims
    )


def _is_the_answer(mentions: Sequence[Mention], question: Question) -> bool:
    """Whether short words like "sometimes" or "no middleman" outrank a leading yes or no.

    They do where they open the message, and wherever the question is no yes-or-no question.
    """
    plain = {"yes", "no"} <= {choice.value for choice in question.choices}
    return bool(mentions) and (not plain or any(m.first == 0 for m in mentions))


def _strongest(claims: list[Claim]) -> list[Claim]:
    """Drop hints where the message also says it outright."""
    firm = [c for c in claims if c.mention.strength.is_firm]
    return firm or claims
