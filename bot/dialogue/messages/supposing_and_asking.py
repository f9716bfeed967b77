"""What is supposed beside a question, and what is asked of what was supposed before.

"If they refused, who decides?" wants to know who decides, whatever a refusal would change.  "So is
that a red flag?" right behind a supposition is of that, and not of the deal as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.request_parts import RequestParts
from bot.dialogue.messages.requests_made_of import ALL_BESIDE, Form, Made
from bot.dialogue.messages.supposing import Supposing
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import CONTACT, DECIDES, FLAGS, LEAVE
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token

Wants = Callable[[Reading, Conversation], tuple[Intent | None, str | None]]
"""Says which request a message is, and what of."""

_POINTS = "points_at_the_supposed"
_OF_THE_SUPPOSED = tuple(
    Made(Intent.WHAT_IF, (_POINTS, name), (*ALL_BESIDE, "what_it_does", "flag_words", "nor_it"),
         Form.ASKED, subject=subject)
    for name, subject in (("flag_words", FLAGS), ("what_it_does", None), ("fine_words", LEAVE)))
_ASKED_BESIDE = {Intent.NEXT_STEPS, Intent.HELP}
"""What is asked beside a supposition and can be answered without it."""


class SupposingAndAsking:
    """Hears both with the small words of one release.

    Args:
        cues: Its cue lists.
        intents: Its phrases by which people steer.
        supposing: What hears what is supposed.
        wants: What hears a request.
        of: Takes a text apart.
    """

    def __init__(
        self, cues: Cues, intents: Cues, supposing: Supposing, wants: Wants, of: TakeApart
    ) -> None:
        self._cues, self._intents, self._of = cues, intents, of
        self._parts = RequestParts(intents, cues)
        self._supposing, self._wants = supposing, wants

    def of_the_supposed(
        self, reading: Reading, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it asks what was supposed last would come to; None where it doesn't.

        A question on the texts in between is what "that" is of.
        """
        if not conversation.supposed or conversation.topic or any(
                m.strength.is_firm for m in reading.mentions):
            return None
        if conversation.supposed_before and self._means_both(reading):
            return replace(message, intent=Intent.WHAT_IF, supposed={
                **conversation.supposed_before, **conversation.supposed})
        made = next((one for one in _OF_THE_SUPPOSED if self._parts.fit(reading, one)), None)
        return None if made is None else replace(
            message, intent=Intent.WHAT_IF, supposed=conversation.supposed, subject=made.subject)

    def _means_both(self, reading: Reading) -> bool:
        """Whether it is of two suppositions at once and says no more: "and what if we do both"."""
        tokens = reading.tokens
        small = self._cues.covered(
            tokens, FUNCTION_WORDS, "pronouns", "sentence_openers") | covered(
            span for name in ("both_supposed", "what_if", "what_if_asked", "what_it_does")
            for span in self._intents.find(name, tokens))
        return bool(self._intents.find("both_supposed", tokens)) and all(
            i in small for i, token in enumerate(tokens) if token.is_word)

    def together(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it asks something beside what it supposes of the deal; else None.

        What is supposed is shown with it where it is anything new.
        """
        reading, tokens = understood.reading, understood.reading.tokens
        if not conversation.deal.answers or len(understood.clauses.sentences()) != 1:
            return None
        for asks in self._asking(tokens):
            begin, end = asks[0].start, asks[-1].end
            intent, subject = self._wants(
                self._of(reading.text[begin:end]).reading, conversation)
            if intent not in _ASKED_BESIDE or (intent is Intent.HELP and subject != CONTACT):
                continue
            supposed = self._supposing.heard(
                self._of(blanked(reading.text, (begin, end))), message, conversation.deal)
            if any(a.values != conversation.deal.known(fact) for fact, a in supposed.items()):
                return replace(message, intent=Intent.WHAT_IF, supposed=supposed,
                               subject=DECIDES, topics=reading.by_fact())
            if self._says_whether(tokens, asks):
                continue
            return replace(message, intent=intent, subject=subject, topics=reading.by_fact())
        return None

    def _asking(self, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """The words of *tokens* that may ask beside what the others suppose."""
        words = unopened(tokens, self._cues, self._intents.by_name.get("what_if"))
        first = len(tokens) - len(words)
        opens = self._intents.starts("what_if", words) or (
            self._intents.starts("what_if_asked", words))
        if opens:
            commas = [i for i in range(first + opens, len(tokens)) if tokens[i].norm == ","]
            yield from (tokens[i + 1 :] for i in commas if tokens[i + 1 :])
            return
        for begin, _ in self._intents.find("what_if_asked", tokens):
            if begin > first:
                yield tokens[first:begin]

    def _says_whether(self, tokens: Sequence[Token], asks: Sequence[Token]) -> bool:
        """Whether what stands behind *asks* is what is decided: "who decides if they may look"."""
        behind = [t for t in tokens if t.start > asks[-1].end]
        ours = self._cues.words("first_person")
        return any(t.norm in self._cues.words("allowing_verbs") for t in behind) and not any(
            t.norm in ours for t in behind)
