"""Reviews: what compliance leads say of a conversation, and the advice that they say it of."""
