"""The optional language model: calls of it, what they cost, and what goes into them."""
