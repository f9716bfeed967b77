"""What somebody who keeps the corpus should look at, although nothing of it is an error."""
