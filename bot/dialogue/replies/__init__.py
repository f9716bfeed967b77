"""What is said back: which reply is due, and its parts, each with its citations."""
