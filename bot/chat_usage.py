"""What a language model was used for in a workspace, and what it took."""
