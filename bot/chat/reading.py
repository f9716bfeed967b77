"""Asks a model what a message says of the deal, of what nobody has said yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat.calls import Call, Ended, Model, Use
from bot.chat.masking import Maskings
from bot.chat.masking_rules import folded
from bot.chat.shapes import reading_of
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.second_reading import Proposed
from retrieval.guidance import Fact, Guidance, Question, QuestionKind


def read(
    model: Model,
    message: Message,
    conversation: Conversation,
    guidance: Guidance,
    *,
    spent: int = 0,
    maskings: Maskings | None = None,
) -> tuple[Call, Sequence[Proposed]]:
    """The call, and what it proposes; nothing unless it was answered.

    Args:
        model: Whom to ask.
        message: As the plain reader read it.
        conversation: What the message is stepped on.
        guidance: The release.
        spent: Tokens that the workspace has used today.
        maskings: Masks what nobody else is to know; None where nothing is masked.
    """
    questions = _unanswered(message, conversation, guidance)
    if not questions:
        return Call(Use.READING, model.name, "", (), "", Ended.ANSWERED), ()
    masked = None if maskings is None else maskings.of(guidance).mask(message.text)
    said = {
        "facts": "\n".join(map(_told, questions.values())),
        "asked": "\n".join(guidance.questions[fact].wording.strip()
                           for fact in conversation.awaiting()),
        "message": message.text if masked is None else masked.texts[0],
    }
    call = model.ask(Use.READING, said, shape=reading_of(replace(guidance, questions=questions)),
                     spent=spent)
    codes = _codes(guidance, questions)
    return call, tuple(
        Proposed(Fact(one["fact"]), codes.get((one["fact"], folded(one["value"])), one["value"]),
                 one["words"] if masked is None else masked.restored(one["words"]))
        for one in (call.parsed or {}).get("facts", ()))


def _unanswered(
    message: Message, conversation: Conversation, guidance: Guidance
) -> Mapping[Fact, Question]:
    """What nothing is known of yet, what was asked for last first: all else would be dropped."""
    deal = conversation.deal.without(message.retracted).with_answers(message.heard)
    order = dict.fromkeys((*conversation.awaiting(), *guidance.questions))
    return {fact: guidance.questions[fact] for fact in order
            if not deal.answered(fact) and guidance.questions[fact].choices}


def _told(question: Question) -> str:
    """A fact in one line: its values, each with its label where that says more."""
    if question.kind is QuestionKind.COUNTRY:
        return f"{question.fact} ({question.label}): any country"
    values = (
        choice.value if folded(choice.label) == folded(choice.value).replace("-", " ")
        else f"{choice.value} = {choice.label}"
        for choice in question.choices)
    return f"{question.fact} ({question.wording.strip()}) {'; '.join(values)}"


def _codes(
    guidance: Guidance, questions: Mapping[Fact, Question]
) -> Mapping[tuple[str, str], str]:
    """The code of a country by whatever it is called: a model is better at names."""
    codes = {(str(term.fact), folded(name)): term.value
             for term in guidance.vocabulary.terms
             if term.fact in questions and questions[term.fact].kind is QuestionKind.COUNTRY
             for name in term.terms}
    named = {(str(fact), folded(name)): choice.value
             for fact, question in questions.items() if question.kind is QuestionKind.COUNTRY
             for choice in question.choices for name in (choice.label, choice.value)}
    return codes | named
