"""The pages on the language model."""
