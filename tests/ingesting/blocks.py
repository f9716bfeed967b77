"""What was extracted, in a form that a test can write down."""

from retrieval.ingesting.extracted import Extracted


def lines(extracted: Extracted) -> list[tuple[str, str]]:
    """Kind and words of each block; a level beyond the first stands behind the kind."""
    return [(block.kind.value + (str(block.level) if block.level > 1 else ""),
             extracted.of(block)) for block in extracted.blocks]


def numbers(extracted: Extracted) -> list[str]:
    """What numbers each block."""
    return [block.number for block in extracted.blocks]


def whole(extracted: Extracted) -> bool:
    """Whether the blocks are the text, parted by blank lines."""
    return "\n\n".join(extracted.of(block) for block in extracted.blocks) == extracted.text
