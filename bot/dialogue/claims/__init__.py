"""What is said of a deal, in claims that rest on words: heard, doubted, sifted and merged."""
