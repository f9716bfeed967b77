"""A source for a document that nobody described; an admin corrects it together with the cut.

What can't be known is left empty, so that nothing is claimed of a stranger's document.
"""

import re
import unicodedata

from retrieval.content.lengths import LONGEST_SHORT_TITLE
from retrieval.guidance import Source, SourceId, SourceKind

LONGEST_ID = 40


def proposed_source(title: str, name: str, sha256: str, url: str) -> Source:
    """The source that a document may become.

    Args:
        title: What the document calls itself; empty where it doesn't say.
        name: What its file is called.
        sha256: Of its bytes: names it where neither title nor name has a Latin letter.
        url: Where it came from; empty for a file.
    """
    called = " ".join(title.split()) or name.rpartition(".")[0] or name
    return Source(
        id=SourceId(_slug(called) or f"document-{sha256[:8]}"), title=called,
        short_title=called[:LONGEST_SHORT_TITLE].rstrip(), issuer="", kind=SourceKind.REPORT,
        jurisdiction="", url=url, edition="", licence="")


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_ID].strip("-")
