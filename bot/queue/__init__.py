"""What arrived and what is owed: kept, taken up in turn, handled, posted."""
