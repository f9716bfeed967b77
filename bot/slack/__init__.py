"""Slack's door: payloads in, Block Kit out, and what each press means."""
