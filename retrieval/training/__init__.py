"""What is learned of our own words; needs torch, and is never imported to serve."""
