"""Whose advice would be different by another release, which answers cited what, and telling it."""
