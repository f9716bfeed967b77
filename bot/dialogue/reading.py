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
from bot.dialogue.placing import of_place_of_use
from bot.dialogue.steering import Steering
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.lexicon import Lexicon, Mention, Phrases, Reading, Strength


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
        self._names = {f: Phrases(q.names) for f, q in guidance.questions.items()}
        self._steering = Steering(guidance, self._cues)

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
        if self._steering.starts_over(reading):
            return replace(message, intent=Intent.START_OVER)
        asking = self._steering.asks(reading, clauses, conversation)
        intent, subject = self._steering.stated(reading)
        # "What is DPI?" says nothing of the product, even while the product is asked for.
        telling = not asking and intent is not Intent.DEFINE
        claims = [] if not telling else self._claims(reading, clauses, conversation.pending)
        pending = self._guidance.questions.get(conversation.pending or Fact(""))
        direct: Answer | None = None
        if pending is not None and telling and intent in (None, Intent.ADVISE_NOW):
            direct, claims = self._answered(pending, reading, clauses, claims, key)
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
            intent = self._steering.implied(reading, heard, withdrawn, asking, conversation)
        if intent is Intent.ASK and self._cues.starts("follow_up", reading.tokens):
            subject = conversation.topic
        if intent is Intent.OUT_OF_SCOPE:
            heard, withdrawn = {}, {}
        return replace(message, intent=intent, heard=heard, withdrawn=withdrawn,
                       subject=subject, answers_pending=answers,
                       topics=reading.by_fact())

    def _answered(
        self,
        pending: Question,
        reading: Reading,
        clauses: Clauses,
        claims: list[_Claim],
        key: MessageKey,
    ) -> tuple[Answer | None, list[_Claim]]:
        """The answer to the question asked, if the claims don't hold it, and the claims left."""
        mine = [c.mention for c in claims if c.mention.fact == pending.fact]
        named = any(m.strength is not Strength.ASKED for m in mine)
        if not named and not _is_the_answer(mine, pending):
            direct = answer_to(pending, reading, clauses, self._cues, key, hinted=bool(mine))
            if direct is not None:
                return direct, [c for c in claims if c.mention.fact != pending.fact]
        # "They exist on paper" answers the question asked; that the same words could say
        # something of another fact is no news.
        return None, [
            c for c in claims
            if c.mention.fact == pending.fact
            or not any(m.first < c.mention.last and c.mention.first < m.last for m in mine)
        ]

    def _claims(
        self, reading: Reading, clauses: Clauses, pending: Fact | None
    ) -> list[_Claim]:
        claims: list[_Claim] = []
        # A hint alone ("felt like a prison") says nothing; beside something said outright, or in
        # answer to its own question, it does.
        hints = bool(self._cues.find("deal", reading.tokens)) or any(
            m.strength.is_firm for m in reading.mentions
        )
        for mention in of_place_of_use(reading, self._guidance):
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
        return [c for c in claims if not _is_local_colour(c, claims, reading)]

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


def _is_local_colour(claim: _Claim, claims: Sequence[_Claim], reading: Reading) -> bool:
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


def _strongest(claims: list[_Claim]) -> list[_Claim]:
    """Drop hints where the message also says it outright."""
    firm = [c for c in claims if c.mention.strength.is_firm]
    return firm or claims
