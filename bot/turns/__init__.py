"""A turn and what belongs to it, as values: what arrived, how it was answered, what was shown."""
