"""Releases as answers are drawn from them."""
