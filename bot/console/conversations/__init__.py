"""The queue and one conversation, with its review."""
