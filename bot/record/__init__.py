"""The record: the log row after row, what its rows tell, and whether it is whole."""
