"""How large a document may be, and what reading it may cost.

The costs are set by the dearest document, a PDF.  One of 2,002 pages in two columns and 11.9
million characters, which is as much as is let in, took 106 seconds of computing and 1,015 MB, and
282 seconds by the clock of a machine that did much else; a real manual of 2,486 pages and 4.6
million characters took 76 seconds and 498 MB.  So memory and time leave an honest document room on
a slower machine, and end a hostile one within minutes.
"""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may be, and what its reader may use."""

    file_bytes: int = 20 * MB
    expanded_bytes: int = 100 * MB
    """Of everything in an archive (a .docx is one), and of one compressed stream of a PDF."""
    entries: int = 5_000
    """Files in an archive; a long .docx with a picture on every page has some hundreds."""
    pages: int = 2_000
    characters: int = 12_000_000
    """Of text: 2,000 densely printed pages have some 8 million."""
    cpu_seconds: int = 300
    wall_seconds: int = 600
    memory_bytes: int = 2_000 * MB
    """Of address space, which is more than what is used: Python and its libraries take 250 MB."""
    answer_bytes: int = 96 * MB
    """Of what the reader may hand back."""


LIMITS = Limits()
"""What holds where nobody sets anything else."""

_EXPANDS = 5
"""How much larger than its file a document may be when it is unpacked."""

_CLOCK = 2
"""Seconds by the clock for one of computing: the machine has other work."""

_ANSWER_BYTES = 8
"""For each character, with what is said of each stretch."""

_LEAST_ANSWER = 16 * MB


def limits_of(
    *, file_bytes: int, pages: int, characters: int, seconds: int, memory_bytes: int
) -> Limits:
    """The limits that follow from those that somebody sets.

    Args:
        file_bytes: Of the file as it comes.
        pages: Of a document.
        characters: Of its text.
        seconds: Of computing.
        memory_bytes: Of address space.
    """
    return Limits(
        file_bytes=file_bytes,
        expanded_bytes=_EXPANDS * file_bytes,
        pages=pages,
        characters=characters,
        cpu_seconds=seconds,
        wall_seconds=_CLOCK * seconds,
        memory_bytes=memory_bytes,
        answer_bytes=max(_LEAST_ANSWER, _ANSWER_BYTES * characters),
    )
