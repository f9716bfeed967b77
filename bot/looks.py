"""The answers that a language model may still change, in the store's database."""
