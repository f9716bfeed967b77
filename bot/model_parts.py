"""The language model's parts of a second look, joined; loaded only where a model is set."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bot.chat.calls import Call, Model, Use
from bot.chat.masking import Maskings
from bot.chat.masking_rules import load as load_masking
from bot.chat.reading import read
from bot.chat.rewriting import rewrite
from bot.chat.wording_call import word
from bot.dialogue.conversation import Message
from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.refusal import Similarity
from bot.model_uses import Uses
from retrieval.guidance import Guidance
from retrieval.linting import patterns_file
from retrieval.vectors import UnitEmbeddings


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
