"""Workers that take up the second looks that are due, beside the desk and never in its way."""
