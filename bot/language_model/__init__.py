"""What is kept of the use of a language model, and the fence that its words must pass."""
