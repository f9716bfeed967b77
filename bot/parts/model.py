"""The language model's parts of a second look, joined; loaded only where a model is set."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bot.advisor import Advisor
from bot.answering.replaying import Replaying
from bot.chat.calls import Call, Model, Use, uses_of
from bot.chat.masking import Maskings
from bot.chat.masking_rules import load as load_masking
from bot.chat.reading import read
from bot.chat.rewriting import rewrite
from bot.chat.wording_call import word
from bot.dialogue.conversation import Message
from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.refusal import Similarity
from bot.language_model.fence import fence_of
from bot.language_model.looks import Looks
from bot.language_model.usage import ChatUsage, Prices
from bot.language_model.uses import Uses
from bot.second_look.journey import SecondLook
from bot.settings import Settings
from bot.store import Store
from retrieval.guidance import Guidance
from retrieval.linting import patterns_file
from retrieval.model.vectors import UnitEmbeddings


def second_look_over(
    settings: Settings, model: Model, embeddings: UnitEmbeddings, *, advisor: Advisor,
    store: Store, looks: Looks,
) -> SecondLook:
    """Looks again, by *model*, at the turns that *advisor* took.

    Args:
        settings: Say what the model is asked for, and at what cost.
        model: Whom to ask.
        embeddings: The embedding model in force.
        advisor: Whoever took the turns.
        store: Where they are.
        looks: What is to be looked at again.
    """
    similarity = similarity_by(embeddings)
    return SecondLook(
        advisor=advisor,
        store=store,
        replaying=Replaying(store, advisor.editions.of),
        looks=looks,
        usage=ChatUsage(store, Prices.of(settings.chat_prices)),
        uses=uses_over(model, uses_of(settings.chat_uses), similarity,
                       settings.prompts_dir if settings.chat_mask else None),
        fence=fence_of(settings.prompts_dir, similarity),
        budget_seconds=settings.chat_budget_seconds)


def uses_over(
    model: Model, wanted: Collection[Use], similarity: Similarity, masking: Path | None
) -> Uses:
    """What *model* is asked for.

    Args:
        model: Whom to ask.
        wanted: The uses that are switched on.
        similarity: Of texts, by the embedding model in force.
        masking: The folder of the lists by which names are masked; None where nothing is masked.
    """
    maskings = None if masking is None else Maskings(load_masking(masking))
    return Uses(
        partial(read, model, maskings=maskings) if Use.READING in wanted else None,
        partial(rewrite, model, similarity=similarity, maskings=maskings)
        if Use.SEARCH in wanted else None,
        partial(_worded, model, maskings) if Use.WORDING in wanted else None,
        lambda text: bool(patterns_file.shipped().find(text)))


def _worded(
    model: Model, maskings: Maskings | None, points: Sequence[Point], question: Message | None,
    guidance: Guidance, *, spent: int,
) -> tuple[Call, Draft | None]:
    """As `word`; a name in the question is hidden, and a draft has no business with it."""

    def hidden(text: str) -> str:
        return text if maskings is None else maskings.of(guidance).mask(text).texts[0]

    return word(model, points, question, guidance, spent=spent, hidden=hidden)


def similarity_by(embeddings: UnitEmbeddings) -> Similarity:
    """How near texts are to one another by *embeddings*: cosines of what they say as documents."""

    def similarity(pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        if not texts:
            return []
        vectors = dict(zip(texts, embeddings.embed_documents(texts), strict=True))
        return [float(np.dot(vectors[one], vectors[other])) for one, other in pairs]

    return similarity
