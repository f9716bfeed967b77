"""`python -m bot` is the `advisor` command."""

from bot.starting import main

main()
