"""What the rows of each conversation add up to, kept for those who look through many."""
