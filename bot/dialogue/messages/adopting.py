"""What takes in what was supposed: "let's go with that", "do that, but keep the dealer"."""

from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.small_words.cues import Cues


class Adopting:
    """Hears what is told beside it, with the small words of one release.

    Args:
        intents: Its phrases by which people steer.
        cues: Its cue lists.
        steering: What hears that a supposition is taken in.
        of: Takes a text apart.
    """

    def __init__(self, intents: Cues, cues: Cues, steering: Steering, of: TakeApart) -> None:
        self._intents, self._cues = intents, cues
        self._steering, self._of = steering, of

    def and_told(
        self, understood: Understood, message: Message, conversation: Conversation, read: Read
    ) -> Message | None:
        """*message* as what adopts the supposition and tells more: "do that, but keep the dealer".

        None where nothing is told behind that, or where that takes something back: "let's go with
        that, but not the army" takes nothing in.
        """
        reading = understood.reading
        tokens = reading.tokens
        joins = self._cues.words("and_words") | self._cues.words("sets_apart")
        for _, last in self._intents.find("adopt", tokens) if conversation.supposed else ():
            behind = tokens[last : last + 1]
            if not behind or not (behind[0].ends_clause or behind[0].norm in joins) or not (
                    self._steering.adopts(self._of(reading.text[: tokens[last - 1].end]).reading)):
                continue
            taken = adopted(message, conversation)
            then = replace(conversation, supposed={},
                           deal=conversation.deal.with_answers(taken.heard))
            begin = behind[0].start if behind[0].is_word else behind[0].end
            told = read(self._of(blanked(reading.text, (0, begin))), message, then)
            # "But keep the distributor" says what is known, and takes nothing of it back.
            again = bool(told.topics) and not told.heard and all(
                values and values <= then.deal.known(fact) for fact, values in told.topics.items())
            if told.intent in (Intent.DESCRIBE, Intent.REMARK) and (told.heard or again) and not (
                    told.withdrawn or told.retracted):
                heard = {**taken.heard, **{
                    fact: in_full(answer, reading.text) for fact, answer in told.heard.items()}}
                return replace(told, intent=Intent.ADOPT, heard=heard, answers_pending=(
                    taken.answers_pending or told.answers_pending))
        return None


def adopted(message: Message, conversation: Conversation) -> Message:
    """*message* as what says that what was supposed last is so."""
    # The words that raise a flag stay those of the supposition.
    heard = {fact: replace(answer, message=message.key, start=0, end=len(message.text),
                           instead=frozenset())
             for fact, answer in conversation.supposed.items()}
    return replace(message, intent=Intent.ADOPT, heard=heard,
                   answers_pending=not heard.keys().isdisjoint(conversation.awaiting()))
