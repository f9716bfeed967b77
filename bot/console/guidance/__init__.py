"""The guidance to be read: sources, provisions, releases, and who cites them."""
