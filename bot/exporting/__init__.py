"""Exports: a conversation as a memo or a sealed case, many as tables, each with its proof."""
