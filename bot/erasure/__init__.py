"""Erasure of what people said: asked for, due by retention, down to the files."""
