"""The use case of a second look: an answer stands, and a language model may still better it."""
