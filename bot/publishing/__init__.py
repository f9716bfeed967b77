"""From an edit to a release in force: drafts, the gate, publication, and the way back."""
