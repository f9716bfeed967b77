"""Reading a corpus folder: its files, and what has to hold of each."""
