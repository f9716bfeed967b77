"""Who asks where a fact can be found out: "how do I check if the courts are independent?".

Or what there is to find out about a party: "what should I check on the reseller?".
"""

from collections.abc import Sequence

from bot.dialogue.claim import GUESS
from bot.dialogue.conversation import Conversation
from bot.dialogue.messages.asking_after_one import AskingAfterOne
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import looked_up
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact, Guidance, Role
from retrieval.words.tokens import Token


class FindingOut:
    """Finds which fact is meant, with the small words of one release."""

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, after_one: AskingAfterOne
    ) -> None:
        self._cues, self._steering, self._after_one = cues, steering, after_one
        self._questions = guidance.questions
        self._told_where = frozenset(
            fact for fact, question in guidance.questions.items() if question.look_up)

    def sought(self, understood: Understood, conversation: Conversation) -> str | None:
        """The subject of a message that asks it of a fact; None of any other.

        Before any deal one that names who gets something, or where, is on that deal.
        """
        reading = understood.reading
        if self._cues.find("record_at_large", reading.tokens):
            return None  # "where do I find the human rights record of a country" is of no clause
        words = unopened(reading.tokens, self._cues)
        checked = self._steering.begins("what_to_check", words)
        length = checked or self._asks(words)
        span = (len(reading.tokens) - len(words) + length, len(reading.tokens))
        if not length or span[0] == span[1] or (
                not conversation.deal.answers and self._steering.wondering.names_deal(reading)):
            return None
        named = self._after_one.named(reading, span, conversation) or self._heard(understood, span)
        fact = next((fact for fact in named if fact in self._told_where), None)
        if fact is None:
            return None
        return looked_up((checked and self._records_of(fact)) or [fact])

    def _records_of(self, fact: Fact) -> Sequence[Fact]:
        """What is looked up of the party, place or product that *fact* is, as it is asked.

        Of a go-between that is what the questions ask of any party.
        """
        between = self._questions[fact].role is Role.GO_BETWEEN
        return sorted((
            other for other in self._told_where
            if any(choice.looked for choice in self._questions[other].choices)
            and (fact in self._questions[other].after
                 or (between and not self._questions[other].after))),
            key=lambda other: self._questions[other].rank)

    def _asks(self, words: Sequence[Token]) -> int:
        """How many of *words* ask where something is found out that they don't name; or 0."""
        begins = self._steering.begins
        whole = begins("whom_to_ask_of", words)
        asks = begins("asks_where", words)
        verb = begins("finds_out", words[asks:]) if asks else 0
        matter = begins("of_a_matter", words[asks + verb :]) if verb else 0
        if matter:
            return asks + verb + matter - 1
        outright = begins("looks_up", words[asks:]) if asks else 0
        return asks + outright if outright else whole

    def _heard(self, understood: Understood, span: Span) -> Sequence[Fact]:
        """The likeliest fact that a model hears there, if any."""
        begins = understood.reading.tokens[span[0]].start
        heard = [one for one in understood.told() or ()
                 if one.chance >= GUESS and one.end > begins]
        return [max(heard, key=lambda one: one.chance).fact] if heard else []
