"""Requests that make up the whole message: see the red flags, send it to compliance, another deal.

Such a message names things that also occur in deals ("pass it on to compliance"), so it is heard
only where all of its words belong to the request; of a deal it then tells nothing.  What a request
is made of are lists of parts, and whatever can be put together from them is heard: "which of these
is worst" and "so the biggest problem is what?" alike.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import TELLING_FACTS
from bot.dialogue.intents import Intent
from bot.dialogue.messages.another_deal import (
    announces_several,
    is_numbered,
    lists_deals,
    tells_several,
)
from bot.dialogue.messages.evading import Evading
from bot.dialogue.messages.picking_out import cites, picked
from bot.dialogue.messages.request_parts import RequestParts
from bot.dialogue.messages.requests_made_of import (
    ALL_BESIDE,
    BEFORE_A_DEAL,
    GOING_ON,
    IGNORING,
    LEAVE,
    LETTING_KNOW,
    MADE_OF,
    NAMING_NOTHING,
    OF_A_CITATION,
    OF_NOTHING,
    ON_ONE_NAMED,
    ON_THE_DEAL,
    STARTING_OVER,
    THOUGHTS,
    TO_BE_CHECKED,
    WANTS_LEAVE,
    WRONG,
    Form,
    Made,
)
from bot.dialogue.messages.told_of_others import of_others
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import AGAIN, OTHERS, TEXTS
from bot.dialogue.small_words.answer_words import Kind, only_answer
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.verdicts import is_asked_back, of_several
from retrieval.guidance import Guidance, QuestionKind
from retrieval.words.mentions import Reading
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, Tokens, tokenise

_ANSWERS = ("yes", "no", "yes_unsure", "no_unsure", "dont_know", "filler", "answer_hedges",
            "beside_a_verdict")
_SETTLING = ("confirms", "refutes")
GOING_ON_WORDS = 8
"""Most words of a question that goes on from the one before, and has its matter from that."""


def _named(reading: Reading, *, firmly: bool = False) -> frozenset[int]:
    """Places of the tokens that name a value, or that name one for certain."""
    return frozenset(i for m in reading.mentions if m.strength.is_firm or not firmly
                     for part in m.parts for i in range(*part))


class Requests:
    """The compiled phrases of such requests, of one release."""

    def __init__(
        self,
        intents: Cues,
        cues: Cues,
        guidance: Guidance,
        *,
        on_warnings: str | None,
        on_its_use: str | None,
    ) -> None:
        """Hear the requests whose phrases are *intents*.

        Args:
            intents: The release's lists of phrases by which people steer.
            cues: The release's lists of small words.
            guidance: The release, with the fact that is how far a deal is, if there is one.
            on_warnings: What to look for where it is asked whether warnings can be ignored.
            on_its_use: The same where it is asked what all of this is good for.
        """
        self._all, self._intents = intents, intents.by_name
        self._parts = RequestParts(intents, cues)
        self._on_warnings, self._on_its_use = on_warnings, on_its_use
        self._guidance, self._stage = guidance, guidance.stage_fact
        self._parts_of_a_deal = [Phrases((q.label, *q.names)) for q in guidance.questions.values()
                                 if q.several]
        self._cues = cues
        self._evading = Evading(intents, cues)

    def request(
        self, reading: Reading, conversation: Conversation
    ) -> tuple[Intent | None, str | None]:
        """The request that the whole message is, and what of: `TEXTS`, `IN_SHORT` or `OTHERS`.

        "So what are the red flags?" asks for those of the deal, or, where none is told yet, for
        those of the texts.  Both are None for any other message.
        """
        dealing = bool(conversation.deal.answers)
        one = self.picked(reading, conversation)
        if one is not None:
            return one
        if dealing and cites(reading) and self._parts.fit(reading, OF_A_CITATION):
            return OF_A_CITATION.intent, OF_A_CITATION.subject
        # To how far the deal is, "new deal" is an answer.
        awaited = {self._stage, *(m.fact for m in reading.mentions)}.intersection(
            conversation.awaiting())
        named = self._named(reading, conversation, bool(awaited))
        if named is not None:
            return named
        words = unopened(reading.tokens, self._cues)
        said = self._intents.get("said_about")
        if dealing and said is not None and said.starts(words):
            return Intent.WHAT_IS_KNOWN, None
        if self._of_two(reading, dealing and not awaited) or (
                self._same_to_others(reading, conversation) if dealing else
                lists_deals(reading, self._guidance)
                or tells_several(reading, self._all, self._guidance)
                or self._picks_a_deal(reading, conversation)):
            return Intent.OTHER_DEAL, None
        if self._evading.wanted(reading.tokens):
            return Intent.EVASION, None
        if self._was_asked_of_us(reading, conversation):
            return Intent.EVASION, OTHERS
        if dealing and self._is_of_others(reading, conversation):
            return Intent.PUT_RIGHT, None
        if dealing and not self._may_answer(reading, conversation):
            for made in ON_THE_DEAL:
                if self._parts.fit(reading, made):
                    return made.intent, made.subject
        begun = None if dealing else self._before_a_deal(reading, conversation)
        if begun is not None:
            return begun
        for made in () if self._may_answer(reading, conversation) else OF_NOTHING:
            if self._parts.fit(reading, made):
                return made.intent, None
        return None, None

    def _named(
        self, reading: Reading, conversation: Conversation, awaited: bool
    ) -> tuple[Intent, str | None] | None:
        """What it asks for by a name, and what of; None if it doesn't.

        *awaited* is whether what was asked may be answered by what it names.
        """
        dealing = bool(conversation.deal.answers)
        for made in MADE_OF:
            intent = made.intent
            if (made.of_a_deal and not dealing) or not self._parts.fit(reading, made):
                continue
            if made.subject == AGAIN and not conversation.awaiting():
                if not dealing:
                    continue
                return Intent.GO_ON, None
            if intent is Intent.START_OVER:
                if awaited:
                    continue
                # Nobody loses a deal by the way.
                return (Intent.OTHER_DEAL if dealing else Intent.GREETING), None
            if intent is not Intent.RED_FLAGS:
                return intent, made.subject
            of_texts = not dealing or bool(self._parts.found("of_the_texts", reading.tokens))
            if of_texts and self._parts.found("flag_why", reading.tokens):
                continue
            return intent, TEXTS if of_texts else None
        return None

    def _before_a_deal(
        self, reading: Reading, conversation: Conversation
    ) -> tuple[Intent, str | None] | None:
        """What it asks of all of this, where no deal is told yet; None if it doesn't."""
        if self._parts.fit(reading, Made(Intent.ASK, ("ignores",), IGNORING, Form.ASKED)):
            # That the guidance is voluntary is no answer to that.
            return Intent.ASK, self._on_warnings
        if not conversation.awaiting():
            # Behind a question on the texts "and then?" goes on with it.
            likely = BEFORE_A_DEAL if conversation.topic else (*BEFORE_A_DEAL, GOING_ON)
            begun = next((one for one in likely if self._parts.fit(reading, one)), None)
            if begun is not None:
                # "Why should I care" names nothing that could be found.
                asks = begun.intent is Intent.ASK
                return begun.intent, self._on_its_use if asks else begun.subject
        return None

    def wants_leave(self, reading: Reading) -> bool:
        """Whether it asks for nothing but a yes or no to the deal, or how good that looks."""
        return any(self._parts.fit(reading, made) for made in WANTS_LEAVE)

    def asks_for_thoughts(self, reading: Reading) -> bool:
        """Whether it asks what we make of the deal, and for no leave: "thoughts?"."""
        return self._parts.fit(reading, THOUGHTS)

    def lets_know(self, reading: Reading, span: Span) -> bool:
        """Whether the tokens of *span* ask for a verdict to pass on, whatever they name beside.

        "Can I tell the police in Chad yes?" tells of them as well.
        """
        tokens = reading.tokens[slice(*span)]
        named = frozenset(i - span[0] for i in _named(reading, firmly=True))
        return self._parts.fit_tokens(tokens, LETTING_KNOW, named | self._cues.covered(
            tokens, FUNCTION_WORDS))

    def ends_in_leave(self, tokens: Sequence[Token]) -> bool:
        """Whether nothing follows a word that asks for leave: "need to send the quote, ok?"."""
        words = [t for t in tokens if t.is_word]
        return any(last == len(words) for _, last in self._parts.found("fine_words", words))

    def on_one_named(self, reading: Reading) -> Intent | None:
        """What it asks of the deal that it names and of nothing beside; None for anything else.

        "Can we sell drones to Peru?" wants leave, "thoughts on face recognition for Ghana?" our
        view of it.  Whatever such words are near to, they open a deal: a chore has a word of its
        own, as "VAT on drones to Peru" does.
        """
        if not any(m.strength.is_firm and self._guidance.questions[m.fact].kind
                   is QuestionKind.COUNTRY for m in reading.mentions):
            return None
        tokens = reading.tokens
        named = _named(reading) | self._cues.covered(tokens, FUNCTION_WORDS) | {
            i for i, token in enumerate(tokens) if token.norm.isdigit()}
        made = next((one for one in ON_ONE_NAMED
                     if self._parts.fit_tokens(tokens, one, named)), None)
        if made is None:
            return None
        if LEAVE not in made.needed:
            return made.intent
        # "Drones for Chad, can we quote?" asks for leave beside a deal that was told first, and
        # "what should we look at in Chad" for something else.
        last = max(m.first for m in reading.mentions if m.strength.is_firm)
        leave = any(first < last and not self._parts.found("asks_what", tokens[:first])
                    for first, _ in self._parts.found(LEAVE, tokens))
        return made.intent if leave else None

    def has_it_checked(self, reading: Reading) -> bool:
        """Whether it wants nothing but that the deal that it names is looked at.

        Behind "pls check:" stand what is sold, to whom, where and for how much, and nothing that
        the texts could be silent on.
        """
        tokens = reading.tokens
        named = _named(reading, firmly=True) | self._cues.covered(tokens, FUNCTION_WORDS) | {
            i for i, token in enumerate(tokens) if token.norm[:1].isdigit()}
        return self._parts.fit_tokens(tokens, TO_BE_CHECKED, named)

    def starts_over(self, reading: Reading) -> bool:
        """Whether it does nothing but ask to begin again: "no wait, lets start over pls".

        Whoever asks and goes on, "start over? no, wait", has thought better of it.
        """
        return self._parts.fit(reading, STARTING_OVER) and not any(
            token.norm == "?" for token in reading.tokens[:-1])

    def announces_another(self, reading: Reading) -> bool:
        """Whether it does nothing but announce another deal: "ok, new deal"."""
        return any(self._parts.fit(reading, made) for made in MADE_OF
                   if made.intent is Intent.START_OVER)

    def says_it_is_wrong(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it says nothing but that what was told is not so, or of others.

        Who calls a flag wrong has told of no fact that it is, nor who says that of the country.
        """
        if self._parts.found("flag_words", reading.tokens):
            return False
        if self._is_of_others(reading, conversation):
            return True
        made = next((made for made in WRONG if self._parts.fit(reading, made)), None)
        return made is not None and not (made is WRONG[0] and any(
            names.find(reading.tokens) for names in self._parts_of_a_deal))

    def _is_of_others(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it says that what was told is of others: "that was about Kenya, sorry"."""
        return of_others(reading, conversation, self._guidance, self._parts.fit_tokens,
                         names_what=bool(self._parts.found("told_things", reading.tokens)))

    def picked(
        self, reading: Reading, conversation: Conversation
    ) -> tuple[Intent, str] | None:
        """What the whole message picks out of a list that was shown, as intent and subject.

        "And 3?" behind such a list is of it, whatever was asked.
        """
        one = picked(reading, conversation, self._cues, self._parts.found,
                     lambda topic: self.request(topic, replace(conversation, topic="")))
        return None if one is None else (one.intent, one.subject)

    def goes_on_from_a_question(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it asks on what was asked before, ahead of any deal: "how often", "who does it".

        It names nothing by itself, or what the question was on by an "it".
        """
        words = reading.tokens.words
        if conversation.deal.answers or not conversation.topic or not (
                0 < len(words) <= GOING_ON_WORDS) or not self._cues.starts(
                "question", unopened(words, self._cues)):
            return False
        return bool(self._cues.find("of_one_thing", words)) or self._cues.only(
            words, FUNCTION_WORDS, "asking_words", "question", "asks_for_more_of_it")

    def names_nothing(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it asks on the deal at hand in nothing but small words: "and then?"."""
        tokens = reading.tokens
        goes_on = conversation.topic and self._cues.starts("follow_up", tokens)
        return bool(conversation.deal.answers) and not goes_on and self._parts.fit(
            reading, Made(Intent.NEXT_STEPS, (), NAMING_NOTHING, Form.ASKED))

    def _may_answer(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it may answer what was asked, as "that's wrong" can where a guess was."""
        awaiting = conversation.awaiting()
        if not awaiting:
            return False
        guessed = any(conversation.deal.guessed(fact) for fact in awaiting)
        if is_asked_back(reading.tokens, self._cues) or (
                len(awaiting) > 1 and not guessed and not of_several(reading.tokens, self._cues)):
            return False
        names = (*_ANSWERS, *_SETTLING) if guessed else _ANSWERS
        return self._cues.only(reading.tokens, *names)

    def _was_asked_of_us(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether a wish to get round the rules, told just before, is said to be another's."""
        made = Made(Intent.EVASION, ("others_asked",), (*ALL_BESIDE, "others_asked_beside"))
        return self._parts.fit(reading, made) and self._evading.wanted(
            tokenise(conversation.topic))

    def _of_two(self, reading: Reading, dealing: bool) -> bool:
        """Whether a second deal is told in the conversation on a first, or two at once."""
        tokens = unopened(reading.tokens, self._cues)
        begin = next((i for i, t in enumerate(tokens) if t.is_word
                      and not self._cues.starts("filler", tokens[i : i + 1])), len(tokens))
        if self._announces("two_deals", tokens[begin:], frozenset()):
            return True
        told = {m.fact for m in reading.mentions if m.strength.is_firm}
        # "Next one" alone passes over a question, and announces no deal.
        return dealing and len(told) >= TELLING_FACTS and (
            self._announces("new_deal", tokens[begin:], self._cues.words("of_which_deal"))
            or self._announces("next_deal", tokens[begin:], frozenset()))

    def _same_to_others(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it opens by telling who gets it somewhere else: "and the same to Peru's army".

        Both would be mixed with who uses it, and where, in the deal at hand.
        """
        words = unopened(reading.tokens, self._cues)
        same = self._intents.get("the_same_to")
        if same is None or not same.starts(words):
            return False
        questions, deal = self._guidance.questions, conversation.deal
        firm = [m for m in reading.mentions if m.strength.is_firm]
        places = [m for m in firm if questions[m.fact].kind is QuestionKind.COUNTRY]
        return bool(places) and len({m.fact for m in firm}) >= TELLING_FACTS and not any(
            m.value in deal.known(m.fact) for m in places)

    def _picks_a_deal(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it names by its place one of the deals that were told at once: "the second".

        Those are told here one by one, in words of their own.
        """
        topic = conversation.topic
        if not topic or not any(one.kind is Kind.PLACE for one in only_answer(
                reading.tokens, self._cues)):
            return False
        tokens = Tokens(tokenise(topic))
        return "?" not in topic and (
            self._of_two(Reading(topic, tokens, ()), dealing=False) or is_numbered(tokens)
            or announces_several(tokens, self._all))

    def _announces(self, name: str, tokens: Sequence[Token], then: frozenset[str]) -> bool:
        """Whether *tokens* begin so, and go on with a stop or one of *then*.

        "Two deals: …" and "two deals on the table: …" tell of two, "two deals closed with them
        before" of none.
        """
        phrases = self._intents.get(name)
        after = phrases.starts(tokens) if phrases else 0
        if not after:
            return False
        beside = self._intents.get("deals_beside")
        while beside is not None and (length := beside.starts(tokens[after:])):
            after += length
        return len(tokens) == after or not tokens[after].is_word or tokens[after].norm in then
