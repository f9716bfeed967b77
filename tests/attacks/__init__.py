"""Attacks on the language model's way in and out; see attacks.yaml."""
