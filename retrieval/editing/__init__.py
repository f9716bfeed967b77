"""Edits of the guidance: what they change, in what editions differ, what relies on what."""
