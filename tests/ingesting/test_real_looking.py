"""Documents set like the real ones are cut as a careful lawyer would cut them."""

from pathlib import Path

import pytest

from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.pieces import Naming
from tests.ingesting.lookalikes import gold

FILES = Path(__file__).parent / "lookalikes" / "files"

NAMED = {
    "guidance": Naming("src", "Guidance"),
    "principles": Naming("src", "Principles", "{short}, Principle {n}"),
    "report": Naming("src", "A/EXP/41/35"),
    "comment": Naming("src", "GC 37"),
    "recommendation": Naming("src", "Reco 2024"),
    "register": Naming("src", "85 FG 63007"),
    "covenant": Naming("src", "Covenant"),
}


@pytest.mark.parametrize("name", NAMED)
def test_no_piece_of_a_document_needs_a_correction(name: str) -> None:
    file = next(FILES.glob(f"{name}.*"))
    extracted = extract(file.read_bytes(), file.name, LIMITS)
    pieces = cut(extracted, NAMED[name])
    wanted = gold.read(name)
    assert gold.score(wanted, pieces, extracted) == gold.Score(
        right=len(wanted), wanted=len(wanted), proposed=len(wanted), words_right=len(wanted))
