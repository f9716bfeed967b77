"""A database: its address, its engines, its transactions, statements that are made once."""
