"""A turn as it is read: what was said, judged and cited, and what a language model was asked."""
