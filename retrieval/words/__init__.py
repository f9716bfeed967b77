"""What is found in the words of a message, and how they are taken."""
