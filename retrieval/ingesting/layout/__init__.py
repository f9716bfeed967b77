"""Where words stand on paper, and what that says of the order and the structure of a text."""
