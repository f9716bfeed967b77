"""What is searched for a question on the texts, and what the next one goes on from."""

from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.small_words.lookup import Lookup
from bot.dialogue.small_words.lookups import lookups_of
from retrieval.content.vocabulary import GlossaryEntry
from retrieval.guidance import Guidance
from retrieval.matches import Query

LATEST = "\n"
"""Stands in a topic between the question that began it and the latest that followed it up."""


def beside_queries(
    conversation: Conversation, message: Message, question: Message, guidance: Guidance
) -> tuple[Query, ...]:
    """What is searched for a *question* beside what *message* tells: it alone, and with all of it.

    Whether the texts answer it shows by itself, and what answers "do we vet them" by the rest.
    """
    alone = question_query(conversation, question, guidance)
    whole = message.matter or message.text
    if question.intent is not Intent.ASK or alone.pinned or alone.text == whole or (
            lookups_of(guidance).of(alone.text).names):
        return (alone,)
    return alone, replace(alone, text=whole)


def topic_of(query: Query, message: Message, guidance: Guidance) -> str:
    """What the next follow-up goes on from, once *message* is searched by *query*.

    That is the question that began it and the latest: "what about spare parts?" behind "what about
    demos?" is not of demos.
    """
    begun = _begun(message)
    text = message.matter or message.text
    goes_on = begun and query.text == f"{_in_words(begun, guidance)} {text}".strip()
    return f"{begun}{LATEST}{on_a_line(text)}" if goes_on else on_a_line(query.text)


def on_a_line(text: str) -> str:
    """*text* without line breaks of its own, which would look as if a follow-up stood behind."""
    return " ".join(text.split())


def _begun(message: Message) -> str:
    """The question that *message* follows up, without what followed it up before."""
    return (message.subject or "").partition(LATEST)[0]


def question_query(
    conversation: Conversation, message: Message, guidance: Guidance
) -> Query:
    """A follow-up is searched together with what the conversation is about.

    What names its provisions is searched by itself, and what names nothing else finds nothing
    else: what shares its figures with "UNGP 19" is no answer to it.  What is asked of a small
    source by its name is answered by that, whatever else is near.
    """
    before = message.subject
    text = message.matter or message.text
    lookup = lookups_of(guidance).of(text, before or "")
    if lookup.bare and lookup.held:
        return Query(lookup.text, pinned=lookups_of(guidance).beside(lookup.held), limit=0)
    entry = _entry(lookup, guidance)
    if entry is not None and lookup.bare and message.intent is Intent.DEFINE:
        return Query(text, pinned=entry.authorities, limit=0)
    if lookup.names:
        return Query(lookup.text, topics=message.topics, pinned=lookups_of(guidance).pins(lookup))
    if before is None:
        return Query(text, topics=message.topics, pinned=lookups_of(guidance).asked_of(lookup))
    topics = {**conversation.deal.topics(), **message.topics}
    return Query(f"{_in_words(_begun(message), guidance)} {text}".strip(), topics=topics)


def _in_words(begun: str, guidance: Guidance) -> str:
    """What a follow-up goes on from; of "what is KYC" the heading of what speaks to the term.

    An abbreviation and "who does it" are near to nothing.
    """
    entry = _entry(lookups_of(guidance).of(begun), guidance) if begun else None
    first = next(iter(entry.authorities), None) if entry else None
    return begun if first is None else f"{guidance.provisions[first].heading}."


def _entry(lookup: Lookup, guidance: Guidance) -> GlossaryEntry | None:
    """The entry of the glossary for the term that *lookup* names."""
    return next((one for one in guidance.vocabulary.glossary if one.id == lookup.term), None)
