"""How large a document may be, and what reading it may cost.

The costs are set by the dearest document, a PDF.  One of 1,000 pages in two columns, 6.9 million
characters, took 70 seconds of one busy core and 650 MB; another with as many characters as are let
in had taken 128 seconds and 1,260 MB when all its words were read and not yet put in order.  So
memory and time leave an honest document room on a slower machine, and end a hostile one within
minutes.
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
