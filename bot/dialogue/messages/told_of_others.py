"""What says that something told is of others: "that was about Kenya", "but not by this police".

The deal is of neither, so nothing of it is put right but what was told.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import SECOND, Answer
from bot.dialogue.messages.requests_made_of import (
    HAPPENED_ELSEWHERE,
    NOT_BY_THEM,
    OF_ELSEWHERE,
    WAS_ELSEWHERE,
    Made,
)
from bot.dialogue.poles import graver, has_poles
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Token, forms_of_label

MadeOf = Callable[[Sequence[Token], Made, Collection[int]], bool]
"""Whether tokens are made of the lists of a request, and of the tokens at some places beside."""


def of_others(
    reading: Reading,
    conversation: Conversation,
    guidance: Guidance,
    made_of: MadeOf,
    *,
    names_what: bool,
) -> bool:
    """Whether the whole message says that what was told before is not of this deal.

    Args:
        reading: The message.
        conversation: What it is said in.
        guidance: The release that it is read with.
        made_of: Holds it against the lists of a request.
        names_what: Whether it has words for what was told, such as "reports" or "my answer".
    """
    return _elsewhere(reading, conversation, guidance, made_of, names_what=names_what) or (
        _not_by_them(reading, conversation, guidance, made_of))


def _elsewhere(
    reading: Reading,
    conversation: Conversation,
    guidance: Guidance,
    made_of: MadeOf,
    *,
    names_what: bool,
) -> bool:
    """Whether it says that what was told is of a country that the deal isn't of.

    "That was about Kenya, sorry", "the coup was in Mali"; "it's in Kenya" rather puts the country
    right, and "that was Kenya" does so unless it was told last what happens somewhere.
    """
    questions, deal = guidance.questions, conversation.deal
    firm = [m for m in reading.mentions if m.strength.is_firm]
    places = [m for m in firm if questions[m.fact].kind is QuestionKind.COUNTRY]
    found = [m for m in reading.mentions if has_poles(questions[m.fact])]
    if not places or any(m not in places and m not in found for m in firm) or any(
            m.value in deal.known(m.fact) for m in places):
        return False
    likely = [OF_ELSEWHERE]
    if found or names_what:
        likely.append(HAPPENED_ELSEWHERE)
    last = _told_last(conversation)
    if _charges(last, guidance) and all(
            questions[fact].kind is not QuestionKind.COUNTRY for fact in last):
        likely.append(WAS_ELSEWHERE)
    named = _covered((*places, *found))
    return any(made_of(reading.tokens, made, named) for made in likely)


def _not_by_them(
    reading: Reading, conversation: Conversation, guidance: Guidance, made_of: MadeOf
) -> bool:
    """Whether it says that what was told last was not done by the end-user of the deal.

    "But not by this police" does not say that the police won't use it.
    """
    deal, questions = conversation.deal, guidance.questions
    if not _charges(_told_last(conversation), guidance):
        return False
    users = [m for m in reading.mentions if questions[m.fact].role is Role.END_USER
             and m.strength is not Strength.ASKED and m.value in deal.known(m.fact)]
    labels = {stem for fact, question in questions.items() if question.role is Role.END_USER
              for choice in question.choices if choice.value in deal.known(fact)
              for _, stem in forms_of_label(choice.label)}
    named = _covered(users) | {i for i, t in enumerate(reading.tokens) if t.stem in labels}
    return all(m in users for m in reading.mentions if m.strength.is_firm) and (
        made_of(reading.tokens, NOT_BY_THEM, named)) and bool(named)


def _covered(mentions: Sequence[Mention]) -> frozenset[int]:
    """The places of the tokens that name *mentions*."""
    return frozenset(i for m in mentions for part in m.parts for i in range(*part))


def _told_last(conversation: Conversation) -> Mapping[Fact, Answer]:
    """What is known by the message before the one at hand."""
    stretch = conversation.stretch
    return {} if stretch is None else {
        fact: answer for fact, answer in conversation.deal.answers.items()
        if answer.message.removesuffix(SECOND) == stretch.parts[-1].key}


def _charges(told: Mapping[Fact, Answer], guidance: Guidance) -> bool:
    """Whether anything *told*, of a fact with one answer, raises a flag."""
    return any(has_poles(guidance.questions[fact]) and not graver(guidance, fact).isdisjoint(
        answer.values or ()) for fact, answer in told.items())
