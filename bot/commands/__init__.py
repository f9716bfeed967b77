"""The commands of `advisor`, one module each, and what all of them begin and end with."""
