"""Documents of others: fetched, kept, and what became of each."""
