"""A second look: a language model may better an answer that stands."""
