"""How words and vectors are looked through, as slow as it reads.

What serves does the same with less work; a test holds it to these.
"""

import math
import unicodedata

import numpy as np

from retrieval.finding.dense import VOICES, falling
from retrieval.finding.gap_words import SMOOTHING
from retrieval.finding.topics import TOPIC_DOWN, TOPIC_UP
from retrieval.guidance import UNKNOWN
from retrieval.hearing.telling import WINDOW
from retrieval.opening_words import NOTHING
from retrieval.words.word_pairs import parts_of


class EveryStart:
    """As `retrieval.words.lexicon._ByStart`: what begins with a word, however it goes on."""

    def __init__(self):
        self._known = {}

    def add(self, stems, what):
        self._known.setdefault(stems[0], []).append(what)

    def of(self, first, _):
        return self._known.get(first, ())


def spans(phrases, tokens):
    """Where the longest of *phrases*, as words, stand in *tokens*, from the left."""
    found, position = [], 0
    while position < len(tokens):
        best = 0
        for norms in phrases:
            n = len(norms)
            if n > best and tuple(t.norm for t in tokens[position : position + n]) == norms:
                best = n
        if best:
            found.append((position, position + best))
        position += best or 1
    return found


def fold(text, quotes, letters):
    folded, origin = [], []
    for index, character in enumerate(text.translate(quotes)):
        if unicodedata.category(character) == "Cf":
            continue
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                for small in part.lower().translate(letters):
                    folded.append(small)
                    origin.append(index)
    return "".join(folded), origin


def window_shares(words, tokens):
    inside = np.zeros((len(words), len(tokens)), dtype=np.float32)
    for row, (begin, end) in enumerate(words):
        mine = [n for n, (a, b) in enumerate(tokens) if begin <= a < b <= end]
        inside[row, mine] = 1.0 / max(len(mine), 1)
    size = min(WINDOW, len(words))
    sums = np.stack([inside[n : n + size].sum(axis=0) for n in range(len(words) - size + 1)])
    return sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9)


def nearest(matrix, query, count):
    """Positions and similarities, most similar first, of equals the lower position."""
    found = query[np.newaxis] @ matrix.T
    top = np.argpartition(-found, count - 1, axis=1)[0, :count]
    similarities = found[0, top].astype(np.float64)
    order = np.lexsort((top, -similarities))
    return top[order], similarities[order]


def gap_words(entries, known, openings, text):
    """How likely each gap's texts are to hold the words of *text*, each counted anew."""
    asks = {}
    for entry in entries:
        asks.setdefault(entry.gap, set()).add(entry.text)
    parts = [part for part in parts_of(text) if part in known]
    found = {}
    for gap, texts in asks.items():
        more = openings.get(gap, NOTHING)
        count = len(texts) + more.texts + 1
        said = [sum(part in parts_of(one) for one in texts) + more.parts.get(part, 0)
                for part in parts]
        found[gap] = sum(math.log((one + SMOOTHING) / count) for one in said)
    return found


class Dense:
    """What candidates say of provisions and gaps."""

    def __init__(self, leading, near):
        positions, similarities = near
        to = leading.to[positions]
        met, first, count = np.unique(to, return_index=True, return_counts=True)
        self.first = {int(n): (int(positions[f]), float(similarities[f]))
                      for n, f in zip(met, first, strict=True)}
        grouped = np.argsort(to, kind="stable")
        rank = np.empty(len(to), dtype=np.int64)
        rank[grouped] = np.arange(len(to)) - np.repeat(np.cumsum(count) - count, count)
        voices = leading.voices
        sums = np.zeros(len(voices))
        for voice in range(VOICES):
            heard = (rank == voice) & (voice < voices[to])
            sums[to[heard]] += similarities[heard]
        found = np.zeros(len(voices), dtype=np.int64)
        found[met] = count
        for voice in range(VOICES):
            sums[(found <= voice) & (voice < voices)] += similarities[-1] if len(to) else -1.0
        agreed = sums[met] / voices[met]
        order = np.argsort(first)
        met, agreed = met[order], agreed[order]
        provisions = met < leading.provisions
        self.ranking = met[provisions][falling(agreed[provisions])]
        self.near = np.full(leading.provisions, similarities[-1] if len(to) else -1.0)
        self.near[met[provisions]] = agreed[provisions]
        self.best = float(np.max(agreed[provisions], initial=-1.0))
        gaps = met[~provisions] - leading.provisions
        self.gap = (None, -1.0)
        if len(gaps):
            best = int(np.argmax(agreed[~provisions]))
            self.gap = leading.gaps[gaps[best]], float(agreed[~provisions][best])


def topic_shift(topics, known):
    """By how much a provision that speaks to *topics* is moved when *known* holds of the deal."""
    answers = {fact: known.get(fact, frozenset()) - {UNKNOWN} for fact in topics}
    agreeing = sum(bool(answers[fact] & values) for fact, values in topics.items())
    contradicting = any(answers[fact] and not answers[fact] & values
                        for fact, values in topics.items())
    return TOPIC_UP * min(agreeing, 2) - TOPIC_DOWN * contradicting
