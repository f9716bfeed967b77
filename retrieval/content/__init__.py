"""What guidance is made of, as values: sources, facts, questions, how people name things."""
