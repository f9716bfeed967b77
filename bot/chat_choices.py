"""Whether a language model may be used for a workspace."""
