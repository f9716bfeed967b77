"""Back-ups: the whole database in one file, and from such a file a database again."""
