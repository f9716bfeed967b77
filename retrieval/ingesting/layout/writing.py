"""Writes pieces as the text of a document, words that were parted at a line's end made whole."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from retrieval.ingesting.extracted import Block
from retrieval.ingesting.layout.hyphens import HYPHENS, SOFT_HYPHEN, Joins, without_blank
from retrieval.ingesting.layout.marks import Line
from retrieval.ingesting.layout.paragraphs import Piece

_TURNED = str.maketrans("()[]{}«»", ")(][}{»«")

_ADDRESS = re.compile(r"(?i)(?:https?://|www\.)[^\s]*")

_PARTS_OF_ADDRESSES = ("/", "_", "=", "&", "?", "#", "%")
"""After these a long address is broken, and no sentence ends."""

_BULLETS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d", "•"))
"""A font of symbols has its bullets where no letter has a meaning."""


def written(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The text, and what each stretch of it is."""
    joins = Joins(_whole_words(pieces))
    texts: list[str] = []
    blocks: list[Block] = []
    start = 0
    for piece in pieces:
        text = piece.row or _in_order(_text(piece.lines, joins))
        text = " ".join(text.translate(_BULLETS).replace(SOFT_HYPHEN, "").split())
        if not text:
            continue
        if texts:
            start += 2
        blocks.append(
            Block(piece.kind, start, start + len(text), piece.page, piece.level, piece.number)
        )
        start += len(text)
        texts.append(text)
    return "\n\n".join(texts), tuple(blocks)


def _text(lines: Sequence[Line], joins: Joins) -> str:
    text = ""
    for line in lines:
        words = line.text
        if text.endswith((*HYPHENS, SOFT_HYPHEN)):
            head, _, last = text.rpartition(" ")
            first, blank, rest = words.partition(" ")
            text = f"{head} {joins.joined(last, first)}{blank}{rest}"
        elif _goes_on(text, words) or without_blank(text, words):
            text += words
        else:
            text = f"{text} {words}"
    return text


def _goes_on(before: str, after: str) -> bool:
    """Whether an address that the end of a line has parted is continued."""
    last = before.rpartition(" ")[2]
    return bool(_ADDRESS.search(last)) and last.endswith(_PARTS_OF_ADDRESSES) and (
        after[:1].isalnum())


def _whole_words(pieces: Iterable[Piece]) -> Iterable[str]:
    """Words that no line's end has touched."""
    for piece in pieces:
        parted = False
        for line in piece.lines:
            words = [word.text for word in line.words]
            ends = words[-1].endswith((*HYPHENS, SOFT_HYPHEN))
            yield from words[int(parted) : len(words) - int(ends)]
            parted = ends


def _in_order(text: str) -> str:
    """The text of a paragraph, its brackets the way they are read.

    Some files give a bracket of right-to-left text as it looks, others as what it means; one
    that first closes one and at last opens one has them as they look.
    """
    if not any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text):
        return text
    brackets = [letter for letter in text if letter in "()[]{}"]
    if len(brackets) > 1 and brackets[0] in ")]}" and brackets[-1] in "([{":
        return text.translate(_TURNED)
    return text
