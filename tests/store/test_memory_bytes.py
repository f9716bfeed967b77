"""What a line remembers is written as it always was: other programs read it meanwhile."""

from dataclasses import asdict

from bot.casebook.lines import _columns
from bot.casebook.memory import Memory, Raised, remembered
from bot.casebook.standing import Stand
from bot.ledger import canonical

MEMORIES = (
    Memory(),
    Memory(turns=2, opened_at="a", updated_at="b", state="advice", release="r",
           facts={"end_user": ["police", "army"], "country": None, "é": []},
           flags={"f2": Raised(3, "c1", "Ä"), "f1": Raised(0, "", "")}, advised=True,
           pending=["x"], similarity=412, votes={"1": True, "2": False}, handed_over=True,
           review=Stand(assigned_to="U1", begun_by=None, waiting={"1": "U2"}, signed=(1, 3),
                        needs_second=True), erased=1, gaps=["near:p"], model=["worded"]),
)


def test_the_bytes_are_those_of_before():
    for memory in MEMORIES:
        review = asdict(memory.review)
        assert review.pop("outcome") == ""  # before there were any
        fields = asdict(memory)
        assert (fields.pop("beside"), fields.pop("evasive")) == ([], False)  # nor these
        assert (fields.pop("told_since"), fields.pop("instead")) == ([], {})
        before = canonical({**fields, "review": review, "flags": {
            name: asdict(flag) for name, flag in memory.flags.items()}})
        assert _columns(memory)["memory"] == before
        assert remembered(before) == memory
