"""What a workspace asks about, in numbers and plots; how good the answers are."""
