"""How large a document may be, and what reading it may cost.

Why these figures: the largest document that the limits let in was built and read, a PDF of
2,000 pages with 8.6 million characters.  Its costs are in `docs/hostile-files.md`; each limit of
the machine is about three times of that, so that an honest document gets through on a machine
that is slower or busy, and a hostile one is ended within minutes.
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
    memory_bytes: int = 1_500 * MB
    """Of address space, which is more than what is used: Python and its libraries take 250 MB."""
    answer_bytes: int = 96 * MB
    """Of what the reader may hand back."""


LIMITS = Limits()
"""What holds where nobody sets anything else."""
