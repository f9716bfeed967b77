"""The use case of one message over a real database."""
