"""How fast the bot is, beside what a user would build instead, measured in the same run."""
