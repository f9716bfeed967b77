"""What a PDF is read as, and why one isn't."""

import re

import pytest

from retrieval.errors import NotIngested
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.limits import LIMITS, Limits
from retrieval.ingesting.pdf import extract

H, P, E, T, F, M = (
    BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.TABLE, BlockKind.FOOTNOTE,
    BlockKind.MARGIN,
)  # fmt: skip


def read(data: bytes, limits: Limits = LIMITS) -> Extracted:
    return extract(data, limits)


def told(extracted: Extracted) -> list[tuple[BlockKind, str]]:
    return [(block.kind, extracted.of(block)) for block in extracted.blocks]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def refusal(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(NotIngested) as refused:
        read(data, limits)
    return str(refused.value)
