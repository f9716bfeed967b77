"""Asks a model to put a loose question as queries, and drops those that ask something else.

A query is never shown: it only looks for passages, beside the question itself.  A follow-up such
as "and in Kenya?" is asked of nobody: it means nothing without the question before, and no earlier
message ever leaves.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.calls import Call, Ended, Model, Use
from bot.chat.masking import Maskings
from bot.chat.shapes import Queries
from bot.dialogue.asking_the_texts import question_query
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.fencing.refusal import Similarity
from bot.dialogue.reply import labels
from retrieval.guidance import Guidance, Table
from retrieval.matches import Query

NEAR = 0.45
"""Least cosine of a query and the question, by the encoder of record 83: of 102 good ones 94 % lie
above it, and of pairs of questions of our field drawn at random 64 % below."""
FEWEST_WORDS = 2
"""One word names a matter, and not what is asked of it: "police", "the the the"."""
MOST_WORDS = 24
"""Words of a query: what is longer is an answer."""


def rewrite(
    model: Model,
    message: Message,
    conversation: Conversation,
    guidance: Guidance,
    *,
    similarity: Similarity,
    spent: int = 0,
    maskings: Maskings | None = None,
) -> tuple[Call, Sequence[Query]]:
    """The call, and the queries; none unless it was answered.

    Args:
        model: Whom to ask.
        message: The question.
        conversation: What it is stepped on.
        guidance: The release.
        similarity: Of the question and a query, by the embedding in force.
        spent: Tokens that the workspace has used today.
        maskings: Masks what nobody else is to know; None where nothing is masked.
    """
    if message.subject:
        return Call(Use.SEARCH, model.name, "", (), "", Ended.ANSWERED), ()
    query = question_query(conversation, message, guidance)
    if query.pinned:
        # It names what it wants.
        return Call(Use.SEARCH, model.name, "", (), "", Ended.ANSWERED), ()
    masked = None if maskings is None else maskings.of(guidance).mask(query.text)
    said = {
        "question": query.text if masked is None else masked.texts[0],
        "topics": _told(query.topics, guidance),
    }
    call = model.ask(Use.SEARCH, said, shape=Queries, spent=spent)
    given = [text if masked is None else masked.restored(text)
             for text in (call.parsed or {}).get("queries", ())]
    return call, [replace(query, text=text) for text in near(query.text, given, similarity)]


def near(question: str, queries: Sequence[str], similarity: Similarity) -> Sequence[str]:
    """Those of *queries* that may look for what answers *question*, each once."""
    fit = [text for text in dict.fromkeys(" ".join(text.split()) for text in queries)
           if len(set(text.casefold().split())) >= FEWEST_WORDS
           and len(text.split()) <= MOST_WORDS and text.casefold() != question.casefold()]
    likeness = similarity([(question, text) for text in fit]) if fit else ()
    return [text for text, cosine in zip(fit, likeness, strict=True) if cosine >= NEAR]


def _told(topics: Table, guidance: Guidance) -> str:
    return "\n".join(f"{question.label}: {labels(guidance, fact, topics[fact])}"
                     for fact, question in guidance.questions.items() if topics.get(fact))
