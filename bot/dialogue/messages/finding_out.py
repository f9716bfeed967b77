"""Who asks where a fact can be found out: "how do I check if the courts are independent?"."""

from collections.abc import Sequence

from bot.dialogue.claim import GUESS
from bot.dialogue.conversation import Conversation
from bot.dialogue.messages.asking_after_one import AskingAfterOne
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import LOOK_UP
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact, Guidance
from retrieval.words.tokens import Token


class FindingOut:
    """Finds which fact is meant, with the small words of one release."""

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, after_one: AskingAfterOne
    ) -> None:
        self._cues, self._steering, self._after_one = cues, steering, after_one
        self._told_where = frozenset(
            fact for fact, question in guidance.questions.items() if question.look_up)

    def sought(self, understood: Understood, conversation: Conversation) -> str | None:
        """The subject of a message that asks it of a fact; None of any other.

        Before any deal one that names who gets something, or where, is on that deal.
        """
        reading = understood.reading
        words = unopened(reading.tokens, self._cues)
        length = self._asks(words)
        span = (len(reading.tokens) - len(words) + length, len(reading.tokens))
        if not length or span[0] == span[1] or (
                not conversation.deal.answers and self._steering.wondering.names_deal(reading)):
            return None
        named = self._after_one.named(reading, span, conversation) or self._heard(understood, span)
        fact = next((fact for fact in named if fact in self._told_where), None)
        return None if fact is None else f"{LOOK_UP}{fact}"

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
