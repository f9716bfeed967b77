"""What one message is and wants: an answer, a request, a question, a deal told or put right."""
