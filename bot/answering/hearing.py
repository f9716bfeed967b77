"""What was said, and what it says: the words of a message, or values picked from choices.

Nothing is loaded or recorded here, so that a message can also be heard only to see what it would
do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.editing import Edited, heard_again
from bot.dialogue.conversation import Beside, Conversation, ConversationId, Going, Message
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import ASKED
from bot.dialogue.reading import PlainReader
from bot.errors import BadInput
from bot.log_order import LOCAL
from bot.turns.circumstances import Delivered, Where
from retrieval.guidance import Fact, Guidance, Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Said:
    """What a door hands in: words, or answers picked from choices.

    `answers` maps facts to values; None is "I don't know".  They outrank what `text` says.
    `supposed` does the same of what is only tried out, and then nothing else counts.
    """

    key: MessageKey
    conversation: ConversationId
    author: str
    sent_at: datetime
    text: str = ""
    answers: Mapping[str, list[str] | None] | None = None
    intent: Intent | None = None
    """What a button means; None where the words have to tell."""
    edits: MessageKey | None = None
    """The message that this is a new wording of: what only the old wording told is taken back."""
    alone: bool = False
    """Whether nobody but the author reads the answer, so that it may tell of their other deals."""
    workspace: str = LOCAL
    """Whose log the turn goes to."""
    where: Where | None = None
    """Where it was said."""
    delivery: Delivered | None = None
    """The delivery that it came in."""
    keyed: bool = False
    """Whether whoever sends it chose the key: another message under the same one is refused."""
    supposed: Mapping[str, list[str]] | None = None


def hear(
    said: Said, conversation: Conversation, reader: PlainReader, guidance: Guidance, *,
    awaited: bool = False, edited: Edited | None = None,
) -> Message:
    """What *said* says at this point of *conversation*, as *reader* and *guidance* have it.

    *awaited* is whether a reviewer waits for an answer of whoever says it; *edited* is the message
    that it is a new wording of.
    """
    message = Message(said.key, said.author, said.text, said.sent_at)
    if said.supposed is not None:
        return _tried_out(message, said.supposed, conversation.deal, guidance)
    if said.intent is not None:
        return replace(message, intent=said.intent)
    if said.edits is not None:
        was = edited or Edited()
        asked = tuple(fact for fact in was.asked if fact in guidance.questions)
        return heard_again(message, said.edits, replace(was, asked=asked), conversation,
                           reader, guidance)
    if said.text.strip():
        message = reader.read(said.text, conversation, key=said.key, author=said.author,
                              sent_at=said.sent_at, awaited=awaited and not said.answers)
    if said.answers:
        heard = {Fact(f): _answer(guidance, Fact(f), v, said.key)
                 for f, v in said.answers.items()}
        message = replace(message, intent=Intent.DESCRIBE, heard={**message.heard, **heard},
                          going=Going.ALONE, beside=message.beside or _asked_beside(message),
                          answers_pending=not heard.keys().isdisjoint(conversation.awaiting()))
    return message


def _asked_beside(message: Message) -> Beside | None:
    """What *message* asks, where something is picked beside it; None where it asks nothing.

    "Do we need audits?" in a form that names the customer is answered as beside a deal that is
    told in words.
    """
    if message.intent not in ASKED:
        return None
    return Beside(0, len(message.text), message.intent, message.subject, message.topics)


def _tried_out(
    message: Message, supposed: Mapping[str, list[str]], deal: Deal, guidance: Guidance
) -> Message:
    """*message* as one that supposes *supposed* of *deal*.

    Raises:
        BadInput: Nothing is known of the deal that could be otherwise.
    """
    if not deal.answers:
        raise BadInput("no_deal", "Nothing is known of a deal here yet, so nothing can be tried "
                       "out. Tell of the deal first.")
    return replace(
        message, intent=Intent.WHAT_IF,
        supposed={Fact(f): _answer(guidance, Fact(f), v, message.key) for f, v in supposed.items()},
        topics={Fact(f): frozenset(v) for f, v in supposed.items()})


def says_the_same(said: Said, before: Message, *, erased: bool) -> bool:
    """Whether *said* is the message *before* once more, as far as that is still known.

    Args:
        said: What comes now.
        before: What was recorded.
        erased: Whether its words are gone; its answers are known nevertheless.
    """
    picked, held = (said.answers or {}, before.heard) if said.supposed is None else (
        said.supposed, before.supposed)
    given = {Fact(fact): None if values is None else frozenset(values)
             for fact, values in picked.items()}
    return (erased or said.text == before.text) and all(
        fact in held and held[fact].values == values for fact, values in given.items())


def _answer(
    guidance: Guidance, fact: Fact, values: list[str] | None, key: MessageKey
) -> Answer:
    if values is None:
        return Answer(None, "I don't know", key)
    question = guidance.questions[fact]
    return Answer(frozenset(values), ", ".join(question.label_of(v) for v in values), key)


def insist_on_readable(said: Said, guidance: Guidance, limit: int) -> None:
    """Refuse what can't be read, with a sentence that says what to do instead.

    Raises:
        BadInput: *said* is longer than *limit*, is empty, or names an unknown fact or value.
    """
    insist_on_length(said.text, limit)
    if said.intent is not None:
        return
    if said.supposed is not None:
        if not said.supposed or said.text.strip() or said.answers:
            raise BadInput("bad_suppose", "What is tried out is one fact or more, and goes without "
                           "'text' and 'answers'.")
        for fact, picked in said.supposed.items():
            _insist_on_answer(guidance, fact, picked)
        return
    if said.answers is None:
        if not said.text.strip():
            raise BadInput("empty", "That message is empty. Tell me about a deal, or ask "
                           "what the guidance says about something.")
        return
    if not said.answers and not said.text.strip():
        raise BadInput("empty", "'answers' names no fact. Give at least one, such as "
                       '{"end_user": ["police"]}.')
    for fact, values in said.answers.items():
        _insist_on_answer(guidance, fact, values)


def insist_on_length(text: str, limit: int) -> None:
    """Refuse *text* of more than *limit* characters: reading it would take ever longer.

    Raises:
        BadInput: It is longer; the sentence names the limit.
    """
    if len(text) > limit:
        raise BadInput(
            "too_long",
            f"That message has {len(text):,} characters; I read {limit:,} "
            "at most. Please send just the part about the deal.",
        )


def stands_alone(question: Question, values: Collection[str]) -> str | None:
    """The value that can't stand with the others of *values*, such as "no one"; None if all can."""
    return min(question.alone.intersection(values), default=None) if len(set(values)) > 1 else None


def _insist_on_answer(guidance: Guidance, fact: str, values: list[str] | None) -> None:
    question = guidance.questions.get(Fact(fact))
    if question is None:
        known = ", ".join(sorted(guidance.questions))
        raise BadInput("unknown_fact", f"There is no fact {fact!r}. Known are: {known}.")
    if values is None:
        return
    if not values:
        raise BadInput("empty", f"{fact!r} has no value. Give null for \"I don't know\".")
    if question.kind is QuestionKind.TEXT:
        return
    if len(values) > 1 and not question.several:
        raise BadInput("one_value", f"{fact!r} takes one value, not {len(values)}.")
    alone = stands_alone(question, values)
    if alone is not None:
        raise BadInput("stands_alone", f"{fact!r} takes {alone!r} by itself, without other values.")
    allowed = {choice.value for choice in question.choices}
    for value in values:
        if value not in allowed:
            hint = ("two-letter ISO 3166-1 country codes"
                    if question.kind is QuestionKind.COUNTRY else ", ".join(
                        c.value for c in question.choices))
            raise BadInput("unknown_value", f"{fact!r} has no value {value!r}. "
                           f"It takes {hint}; null is \"I don't know\".")
