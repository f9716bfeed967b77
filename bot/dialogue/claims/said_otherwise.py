"""What seems to tell nothing, and says otherwise of what is known: "ok, they accepted now".

Who goes on with what was told before leaves out what it is about.  Lost, it leaves a fact that
holds no more; taken for certain, it might be of something else.  So it is asked back, and until
then what was told stands with its flags.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, SURE, Claim
from bot.dialogue.claims.half_said import HalfSaid
from bot.dialogue.claims.not_of_this_deal import NotOfThisDeal
from bot.dialogue.claims.occasion import Occasion, Utterance
from bot.dialogue.claims.remarking import POINTING_WORDS, beyond_the_talk
from bot.dialogue.claims.standing import doubted
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import DOUBTED, SECOND, Answer, MessageKey
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, covered
from bot.dialogue.small_words.quoting import quoted
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told

_NO_CHANCE = 0.0
WITHDRAWN_OF = "withdrawn_of_{fact}"
"""Names of the cue lists of what one calls that which had settled a fact, and is withdrawn."""


def said_otherwise(
    at: Occasion, told: Sequence[Told] | None, conversation: Conversation, key: MessageKey
) -> dict[Fact, Answer]:
    """The one fact of which a message that seems to tell nothing may tell something, as a guess.

    Args:
        at: The message, and what it is held against.
        told: What a model hears in it; None without one.
        conversation: What it is said in.
        key: The message's key.

    Returns:
        Empty where nothing of it may be meant so, or several facts alike: what a word answers to
        a question that was not asked weighs little by itself.
    """
    reading, clauses, guidance, cues = at.reading, at.clauses, at.guidance, at.cues
    words = reading.tokens.words
    if _is_over(at):
        return told_wrongly(conversation, guidance)[0]
    # "That's vague" is of what the bot said last, a condition tells nothing, and what ends is
    # weighed by itself: "the peace is over".
    back = len(words) <= POINTING_WORDS and cues.starts("points_back", words)
    if not words or clauses.unknowns or back or reading.tokens[-1].norm == "?" or any(
            cues.find(name, reading.tokens) for name in ("condition", "ended")):
        return {}
    here = frozenset().union(*(
        conversation.deal.known(fact) for fact, question in guidance.questions.items()
        if question.kind is QuestionKind.COUNTRY))
    others = NotOfThisDeal(at, told=told, here=here)
    told = None if told is None else [one for one in told if not others.hears(one)]
    halves = HalfSaid(at)
    hearing = _Hearing(at, told, conversation)
    of_the_talk = bool(cues.find("of_the_talk", reading.tokens))
    changes = beyond_the_talk(
        [claim for claim in hearing.changes()
         if not others.holds(claim.mention) and not halves.is_of_something_else(claim)
         # "Not done" is of the talk, unless "done" was the word for what is known.
         and not (of_the_talk and claim.confidence < SURE
                  and not hearing.denies_known(claim.mention.fact))], at)
    found = sorted(changes, key=lambda claim: -claim.confidence)
    if not found:
        return hearing.doubts()
    if len(found) > 1 and found[0].confidence == found[1].confidence:
        return {}
    best = found[0]
    fact, values = best.mention.fact, frozenset({best.value})
    if conversation.deal.settled(fact):
        stood = conversation.deal.answers[fact]
        return {fact: replace(stood, confidence=DOUBTED, instead=values)}
    return {fact: quoted(reading, clauses, [replace(best, confidence=DOUBTED)], values, False, key)}


def denied_beside(
    claims: Sequence[Claim], heard: Collection[Fact], conversation: Conversation, at: Utterance
) -> dict[Fact, Answer]:
    """What is denied by its name beside what is *heard*: "no conflict, no detentions".

    It was told for sure before, and raises a flag: it stands until the no that is asked back is
    answered, as it does where nothing else is said.  A no that may be of several facts is of none.
    """
    deal, awaiting = conversation.deal, conversation.awaiting()
    held = {(c.mention.fact, c.value) for c in claims if c.holds}
    tokens = at.reading.tokens
    denials = [m for m in at.reading.mentions if at.cues.find("lacks", tokens[m.first : m.last])]
    small = at.cues.covered(tokens, FUNCTION_WORDS) | covered((m.first, m.last) for m in denials)
    if any(t.is_word and i not in small for i, t in enumerate(tokens)):
        # Beside other words somebody has to have heard it.
        denials = [m for m in denials if (m.fact, m.value) in held]
    found = {}
    for mention in denials:
        fact, question = mention.fact, at.guidance.questions[mention.fact]
        alone = all(m.fact == fact for m in denials
                    if m.first < mention.last and mention.first < m.last)
        if (alone and fact not in heard and fact not in awaiting and has_poles(question)
                and mention.value == value_said(question, "no") and deal.settled(fact)
                and deal.known(fact) & graver(at.guidance, fact)):
            found[fact] = replace(deal.answers[fact], confidence=DOUBTED,
                                  instead=frozenset({mention.value}))
    return found


def _is_over(at: Occasion) -> bool:
    """Whether a message says nothing but that something has ended: "but it's over"."""
    tokens, cues = at.reading.tokens, at.cues
    ends = cues.find("ended", tokens)
    small = covered(ends) | cues.covered(
        tokens, FUNCTION_WORDS, "filler", "sentence_openers", "times")
    return bool(ends) and tokens[-1].norm != "?" and not any(
        cues.find(name, tokens) for name in ("negation", "not_ended", "condition", "uncertain")
    ) and all(i in small or t.norm.isdecimal() for i, t in enumerate(tokens) if t.is_word)


def told_wrongly(
    conversation: Conversation, guidance: Guidance, named: Collection[Fact] = ()
) -> tuple[dict[Fact, Answer], frozenset[Fact]]:
    """What the message before the one at hand told that raises a flag, where that is not so.

    For who goes on with "it's not true, we looked" or "that's about others".  Nothing but that
    says which of its facts is meant, so what was told for sure stands with its flag until the no
    that is asked back is answered; what was only guessed at is open again.

    Args:
        conversation: What the message at hand is said in.
        guidance: The release that it is read with.
        named: The facts that it is said of, if it says of which.

    Returns:
        The facts to ask back, with a no that may hold instead; and those that are open again.
    """
    stretch, deal = conversation.stretch, conversation.deal
    last = stretch.parts[-1].key if stretch is not None else None
    found, open_again = {}, set()
    for fact, answer in deal.answers.items():
        question = guidance.questions.get(fact)
        meant = fact in named if named else answer.message.removesuffix(SECOND) == last
        if question is None or not has_poles(question) or not meant:
            continue
        no, grave = value_said(question, "no"), graver(guidance, fact)
        if no is None or no in grave or not deal.known(fact) & grave:
            continue
        if deal.settled(fact):
            found[fact] = replace(answer, confidence=DOUBTED, instead=frozenset({no}))
        else:
            open_again.add(fact)
    return found, frozenset(open_again)


class _Hearing:
    """What a message may change; for the arguments see `said_otherwise`."""

    def __init__(
        self, at: Utterance, told: Sequence[Told] | None, conversation: Conversation
    ) -> None:
        cues = at.cues
        self._reading, self._clauses, self._told = at.reading, at.clauses, told or ()
        self._cues = cues
        self._weighed = told is not None
        self._deal, self._guidance = conversation.deal, at.guidance
        self._asked = frozenset(conversation.awaiting())
        stretch = conversation.stretch
        last = {part.key for part in stretch.parts} if stretch is not None else set()
        self._fresh = {fact for fact, answer in conversation.deal.answers.items()
                       if answer.message.removesuffix(SECOND) in last}
        # "Well not really, they follow the government" takes back what was told just now.
        tokens = at.reading.tokens
        begin, end = next(iter(cues.find("retreats", tokens)), (0, 0))
        self._retreats = self._gainsays() or (
            cues.only(tokens[:begin], "sentence_openers") and end > 0 and any(
                token.is_word for token in tokens[end:]))

    def _gainsays(self) -> bool:
        """Whether it denies in short what was told just now: "no they won't", "they didn't yet".

        Where nothing takes back what was said, no other words stand beside that.
        """
        tokens, cues = self._reading.tokens, self._cues
        begin, end = next(iter(cues.find("denies_in_short", tokens)), (0, 0))
        opens = cues.only(tokens[:begin], "sentence_openers", "filler", "bare_no", "correction",
                          "second_thought")
        return end > 0 and opens and (
            cues.only(tokens[end:], "sentence_openers", "filler", "times", "not_yet_behind")
            or any(last <= begin for _, last in self._clauses.retractions))

    def changes(self) -> Iterator[Claim]:
        """The likeliest value of each fact that would be changed, with how likely it is meant."""
        for fact, question in self._guidance.questions.items():
            if fact in self._asked or not (
                    has_poles(question) or question.role is Role.GO_BETWEEN):
                continue
            claims = [claim for choice in question.choices
                      if (claim := self._of(question, choice.value)) is not None]
            if claims:
                yield max(claims, key=lambda claim: claim.confidence)

    def _of(self, question: Question, value: str) -> Claim | None:
        """That *value* holds, where the message may say so and it is not known."""
        fact = question.fact
        known = self._deal.known(fact)
        if value in known:
            return None
        chance = max((one.chance for one in self._told
                      if one.fact == fact and one.value == value), default=_NO_CHANCE)
        mention = next((m for m in self._reading.mentions if m.fact == fact and m.value == value
                        and not self._clauses.denied(m) and not self._clauses.taken_back(m)), None)
        if mention is None and chance < GUESS:
            return None
        if known:
            # What was told just now is gone on with in a word; else somebody has to hear it, as
            # the "no one" that "noon" may be misspelt for.
            plain = mention is not None and (mention.strength.is_firm or (
                has_poles(question) and (not self._weighed or self.denies_known(fact))))
            least = HINT if fact not in self._fresh else _NO_CHANCE if plain else DOUBT
        elif mention is not None and value in graver(self._guidance, fact) and any(
                choice.looked for choice in question.choices):
            # News of what somebody would have looked for.
            least = CONTEST
        else:
            return None
        if chance < least:
            return None
        at = mention or self._where(fact, value)
        return None if at is None else Claim(at, value, True, False, False, chance)

    def denies_known(self, fact: Fact) -> bool:
        """Whether what is known of *fact* is denied in a word: "not done, it's under way"."""
        return (self._retreats and fact in self._fresh) or any(
            m.fact == fact and m.value in self._deal.known(fact)
            and self._clauses.denied_outright(m) for m in self._reading.mentions)

    def doubts(self) -> dict[Fact, Answer]:
        """The one fact whose known value is only denied, and asked back: "maybe it isn't done".

        Or what was given and is withdrawn: "Legal pulled the approval".  Of several that which was
        told just now; with its flag it stands until that is answered.
        """
        denied = [fact for fact, question in self._guidance.questions.items()
                  if fact not in self._asked and has_poles(question)
                  and self._deal.settled(fact) and (
                      self._denies(fact) or self._is_withdrawn(fact))]
        fresh = [fact for fact in denied if fact in self._fresh] or denied
        if len(fresh) != 1:
            return {}
        fact, stood = fresh[0], self._deal.answers[fresh[0]]
        known, grave = self._deal.known(fact), graver(self._guidance, fact)
        if known.isdisjoint(grave):
            return {fact: doubted(stood, known)}
        no = value_said(self._guidance.questions[fact], "no")
        return {} if no is None or no in grave else {
            fact: replace(stood, confidence=DOUBTED, instead=frozenset({no}))}

    def _denies(self, fact: Fact) -> bool:
        """Whether *fact* is denied with nothing but small words before: "I doubt it is done"."""
        small = self._cues.covered(self._reading.tokens, FUNCTION_WORDS, "being_verbs")
        return self.denies_known(fact) or any(
            m.fact == fact and m.value in self._deal.known(fact)
            and any(last <= m.first and all(i in small for i in range(last, m.first))
                    for _, last in self._clauses.denials_of(m))
            for m in self._reading.mentions)

    def _is_withdrawn(self, fact: Fact) -> bool:
        """Whether what had settled *fact* is said to be withdrawn, by a name of it."""
        tokens, clauses, cues = self._reading.tokens, self._clauses, self._cues
        if not self._deal.known(fact).isdisjoint(graver(self._guidance, fact)):
            return False
        named = cues.find(WITHDRAWN_OF.format(fact=fact), tokens)
        return any(
            clauses.same_clause(back, name) and not clauses.denies_in(back) and not any(
                tokens[i].norm in cues.words("allowing_verbs") for i in clauses.positions(back))
            for back in (*cues.find("withdraws", tokens), *cues.find("withdrawn", tokens))
            for name in named)

    def _where(self, fact: Fact, value: str) -> Mention | None:
        """The words in which a model hears *value*."""
        one = max((one for one in self._told if one.fact == fact and one.value == value),
                  key=lambda one: one.chance)
        tokens = self._reading.tokens
        inside = [i for i, t in enumerate(tokens) if one.start <= t.start < one.end]
        if not inside:
            return None
        span = (inside[0], inside[-1] + 1)
        return Mention(fact, value, None, *span, Strength.TOLD, (span,))
