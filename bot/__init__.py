"""The advisor: one pure step of dialogue, and the doors and stores around it."""
