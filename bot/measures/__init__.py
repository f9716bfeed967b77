"""What people wrote to measure the bot by, and the figures of the last evaluation."""
