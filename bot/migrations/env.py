"""Run by Alembic: the connection is handed in by `bot.migrations.upgrading`."""

from alembic import context

from bot.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
