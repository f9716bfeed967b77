"""What would be published: the draft, the gate, the impact, the history of releases."""
