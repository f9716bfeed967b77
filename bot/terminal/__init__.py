"""How a terminal draws replies and reads lines, and the sentences that frame them there."""
