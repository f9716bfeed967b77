"""What a search counts of a release's texts, before any query: by words, of the release alone.

To count it takes half a second of each start, and reading what an earlier start counted a tenth of
that, so `retrieval.indexes.kept_counts` keeps it beside the index.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

from retrieval import opening_words
from retrieval.border import Words
from retrieval.finding.dense import Leading
from retrieval.finding.field_words import FieldWords
from retrieval.finding.gap_words import GapWords
from retrieval.finding.lexical import STOP_WORDS, Lexical, beside
from retrieval.guidance import Guidance
from retrieval.indexes.entries import Entry
from retrieval.words.tokens import norms_in
from retrieval.words.word_pairs import parts_of

SMALL_WORDS = "function_words"
"""The cue list of the words that are of no field."""

_COUNT_BY = ("bm25s", "PyStemmer", "numpy")
"""Packages that have a say in what is counted."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of one release.

    Attributes:
        names: Each word that is embedded, as `Token.norm` has it.
        words: How much likelier words are said beyond the texts.
        gap_words: Which gap words are said of.
        of_field: The words that are a gap's own.
        lexical: Which provisions words are said of.
    """

    names: frozenset[str]
    words: Words
    gap_words: GapWords
    of_field: FieldWords
    lexical: Lexical

    @property
    def fields(self) -> dict[str, Any]:
        """It as JSON types."""
        return {
            "names": sorted(self.names), "words": self.words.fields,
            "gap words": self.gap_words.fields, "of field": self.of_field.fields,
            "lexical": self.lexical.fields}

    @classmethod
    def of_fields(
        cls, fields: Mapping[str, Any], guidance: Guidance, entries: Sequence[Entry],
        leading: Leading,
    ) -> Self:
        """Those of *guidance*, whose `fields` were *fields*."""
        words = Words.of_fields(fields["words"])
        return cls(
            frozenset(fields["names"]), words,
            GapWords.of_fields(fields["gap words"], words.known),
            FieldWords.of_fields(
                fields["of field"], words.said, words.texts, _small_words(guidance)),
            Lexical(guidance, entries, leading, fields["lexical"]))


def counts_of(guidance: Guidance, entries: Sequence[Entry], leading: Leading) -> Counts:
    """Count what *entries*, which are those of *guidance*, hold."""
    openings = opening_words.shipped()
    words = Words(entries, openings)
    return Counts(
        norms_in(dict.fromkeys(entry.text for entry in entries)), words,
        GapWords(entries, words.known, openings.gaps),
        FieldWords(entries, openings.gaps, words.said, words.texts, _small_words(guidance)),
        Lexical(guidance, entries, leading))


def key_of(guidance: Guidance, index: str, program: str) -> str:
    """Hex SHA-256 of all that `counts_of` goes by: the same key, the same counts.

    Args:
        guidance: The release.
        index: Digest of its entries (`retrieval.releases.index_digest_of`).
        program: What names the program that counts, down to each line of it.
    """
    shipped = [hashlib.sha256(file.read_bytes()).hexdigest()
               for file in (opening_words.FILE, STOP_WORDS)]
    by = [index, program, [version(name) for name in _COUNT_BY], shipped,
          list(guidance.provisions), beside(guidance)]
    return hashlib.sha256(json.dumps(by, ensure_ascii=False).encode()).hexdigest()


def _small_words(guidance: Guidance) -> Collection[str]:
    listed = guidance.vocabulary.cues.get(SMALL_WORDS, ())
    return set().union(*map(parts_of, listed))
