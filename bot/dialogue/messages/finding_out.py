"""Who asks where a fact can be found out: "how do I check if the courts are independent?"."""

from collections.abc import Sequence

from bot.dialogue.claim import GUESS
from bot.dialogue.conversation import Conversation
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import LOOK_UP
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token


class FindingOut:
    """Finds which fact is meant, with the small words of one release."""

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, subjects: Subjects
    ) -> None:
        self._cues, self._steering, self._subjects = cues, steering, subjects
        self._ranks = {fact: question.rank for fact, question in guidance.questions.items()
                       if question.look_up}

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
        named = self._named(reading, span, conversation) or self._heard(understood, span)
        return f"{LOOK_UP}{named}" if named is not None else None

    def _asks(self, words: Sequence[Token]) -> int:
        """How many of *words* ask where something is found out that they don't name; or 0."""
        begins = self._steering.begins
        asks = begins("asks_where", words)
        verb = begins("finds_out", words[asks:]) if asks else 0
        matter = begins("of_a_matter", words[asks + verb :]) if verb else 0
        if matter:
            return asks + verb + matter - 1
        outright = begins("looks_up", words[asks:]) if asks else 0
        return asks + outright if outright else 0

    def _named(
        self, reading: Reading, span: Span, conversation: Conversation
    ) -> Fact | None:
        """The fact that its words name: of several one of which it names a value, or is asked."""
        mentioned = {m.fact for m in reading.mentions if m.first >= span[0]}
        awaiting = conversation.awaiting()
        return min((fact for fact in self._subjects.named_in(reading, span) if fact in self._ranks),
                   key=lambda fact: (fact not in mentioned, fact not in awaiting,
                                     self._ranks[fact]), default=None)

    def _heard(self, understood: Understood, span: Span) -> Fact | None:
        """The likeliest fact that a model hears there."""
        begins = understood.reading.tokens[span[0]].start
        heard = [one for one in understood.told() or () if one.chance >= GUESS
                 and one.fact in self._ranks and one.end > begins]
        best = max(heard, key=lambda one: one.chance, default=None)
        return None if best is None else best.fact
