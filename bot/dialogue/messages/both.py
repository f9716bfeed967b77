"""Who takes a correction half back: "not the army but the police", and then "no wait, both"."""

from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.understood import Understood
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues
from retrieval.guidance import Fact, Guidance

_BESIDE = (FUNCTION_WORDS, "filler", "correction", "second_thought", "uses_it")


def both_after_all(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    guidance: Guidance,
    cues: Cues,
) -> Message | None:
    """*message* where it says that what was replaced by the one before holds as well.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        guidance: The release that it is read with.
        cues: Its small words.

    Returns:
        None where it says more than "both", where the message before replaced the values of no
        fact or of several, or where a question is open that "both" may answer as well.
    """
    tokens, stretch = understood.reading.tokens, conversation.stretch
    if stretch is None or not cues.find("both_of_them", tokens):
        return None
    small = cues.covered(tokens, "both_of_them", *_BESIDE)
    if any(t.is_word and i not in small for i, t in enumerate(tokens)):
        return None
    deal = conversation.deal
    replaced = [fact for fact, before in stretch.before.items()
                if before is not None and before.values and deal.known(fact)
                and _may_hold_both(fact, guidance) and not before.values & deal.known(fact)]
    asked = any(guidance.questions[fact].several and fact not in replaced
                for fact in conversation.awaiting())
    if len(replaced) != 1 or (asked and not understood.clauses.corrections):
        return None
    fact = replaced[0]
    before, now = stretch.before[fact], deal.answers[fact]
    if before is None or before.values is None or now.values is None:
        return None
    whole = guidance.questions[fact].together(before.values | now.values)
    answer = replace(now, values=whole, said=message.text.strip(), message=message.key,
                     start=0, end=len(message.text), instead=frozenset())
    return replace(message, intent=Intent.DESCRIBE, heard={fact: answer})


def _may_hold_both(fact: Fact, guidance: Guidance) -> bool:
    question = guidance.questions.get(fact)
    return question is not None and question.several
