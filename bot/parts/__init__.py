"""Parts that assembly joins, each imported where it is first needed."""
