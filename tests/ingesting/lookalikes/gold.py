"""What a careful lawyer would cut out of a look-alike, and how close a proposal comes to it."""

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, words_of

CUTS = Path(__file__).parents[1] / "gold_cuts"


@dataclass(frozen=True, slots=True)
class Gold:
    """One piece as it should be."""

    cited: str
    heading: str
    page: str
    """As printed; empty where the document has none."""
    text: str
    """Its words, blocks parted by a line break."""


def read(name: str) -> list[Gold]:
    """The gold cut of the document *name*."""
    return [Gold(**one) for one in json.loads((CUTS / f"{name}.json").read_text("utf-8"))]


def write(name: str, cut: Sequence[Gold]) -> None:
    """Keep *cut* as that of the document *name*."""
    CUTS.mkdir(exist_ok=True)
    written = json.dumps([asdict(one) for one in cut], ensure_ascii=False, indent=1)
    (CUTS / f"{name}.json").write_text(written + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a proposal needs no correction."""

    right: int
    """Pieces with the right words, pinpoint, heading and page."""
    wanted: int
    proposed: int
    words_right: int
    """Pieces with the right words, whatever they are called."""

    @property
    def share(self) -> float:
        """Of all pieces that should be or are there, the share that is right."""
        return self.right / max(self.wanted + self.proposed - self.right, 1)


def score(gold: Sequence[Gold], pieces: Sequence[Piece], extracted: Extracted) -> Score:
    """Hold the proposal against the gold cut."""
    kept = [piece for piece in pieces if not piece.left_out]
    wanted = Counter((g.cited, g.heading, g.page, squeezed(g.text)) for g in gold)
    proposed = Counter(
        (p.cited, p.heading, p.page.printed, squeezed(words_of(p, extracted))) for p in kept)
    texts = Counter(key[3] for key in wanted.elements())
    found = Counter(key[3] for key in proposed.elements())
    return Score(
        (wanted & proposed).total(), len(gold), len(kept), (texts & found).total())


def squeezed(text: str) -> str:
    """*text* with one blank wherever there is any."""
    return " ".join(unicodedata.normalize("NFC", text).split())
