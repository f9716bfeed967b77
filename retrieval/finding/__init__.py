"""What a search adds up: what vectors say, what words say, which gap, which slips."""
