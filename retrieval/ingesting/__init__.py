"""Documents of others, read into provisions: verbatim, with pinpoints, in a separate process."""
