"""What the small words reach: not, maybe, also, yes, and what is named or asked by them."""
