"""The deal brief: what is known of a deal and what to weigh, as a document to hand on and file."""
