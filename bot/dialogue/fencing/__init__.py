"""Judging a model's draft: what it may say is what the plain answer says, and nothing else."""
