"""A cut as JSON, since it lies in the database between the preview and the publication."""

from pydantic import TypeAdapter, ValidationError

from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.pieces import Piece

TAKEN_IN = '"left_out":false'
"""Stands once in what is written for each piece that is taken in, and for no other."""

_PIECES = TypeAdapter(tuple[Piece, ...])


def written(pieces: tuple[Piece, ...]) -> str:
    """*pieces* as JSON."""
    return _PIECES.dump_json(pieces).decode()


def read(json: str) -> tuple[Piece, ...]:
    """The pieces that *json* holds.

    Raises:
        BadCut: It holds none, or those of another version of the program.
    """
    try:
        return _PIECES.validate_json(json)
    except ValidationError:
        raise BadCut("The cut that was kept can't be read any more; cut the document anew.") from (
            None)
