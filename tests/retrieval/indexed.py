"""Which releases have an index in a data folder, or on a server."""

from pathlib import Path

from retrieval.guidance import ReleaseId
from retrieval.indexes import in_folder, on_server
from retrieval.indexes.stored import connect


def indexes(data: Path, server: str | None = None) -> tuple[ReleaseId, ...]:
    """Their digests, in order."""
    home = on_server.OnServer(connect(server), server) if server else (
        in_folder.InFolder(data / "index"))
    return home.releases()
