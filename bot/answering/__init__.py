"""From what was said to a recorded answer, and the same computed again."""
