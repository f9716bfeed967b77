"""The core: what is known of a deal, what it means, and what to say next. No input, no output."""
