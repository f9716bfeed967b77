"""The machine protocol: one JSON object in, one out."""
