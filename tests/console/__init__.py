"""Who may see what of the console, and how they get in."""
