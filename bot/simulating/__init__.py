"""A deal played against two editions of the guidance, side by side; nothing of it is kept."""
