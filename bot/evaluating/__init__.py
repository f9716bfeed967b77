"""`advisor evaluate`: labelled cases played through the bot and held against their labels."""
