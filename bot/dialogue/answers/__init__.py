"""What an answer to a question says, and to several at once."""
