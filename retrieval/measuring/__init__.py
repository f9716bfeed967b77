"""What searches are measured by, beside `retrieval.evaluate`: peers, times, questions that hold."""
