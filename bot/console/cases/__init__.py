"""Verdicts that become labelled cases."""
