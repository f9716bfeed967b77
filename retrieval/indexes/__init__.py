"""What an index holds and how one is kept: in a folder or on a Chroma server."""
