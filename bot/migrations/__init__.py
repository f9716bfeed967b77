"""The history of the schema; `bot.migrations.upgrading` applies it."""
