"""What people labelled: cases, first messages, messages to learn from, and their files."""
