"""Logs of up to a million turns: made, read and proved, with the time it takes."""
