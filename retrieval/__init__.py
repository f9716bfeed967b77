"""Content and how it is found: the guidance as data, and the search over it."""
