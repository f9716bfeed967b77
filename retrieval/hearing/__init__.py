"""What the packaged model hears in a message: what it tells, and what it wants."""
