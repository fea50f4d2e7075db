"""What Alembic runs: revisions on the connection, and in the transaction, that `feed.prepare` hands over."""

from __future__ import annotations

from alembic import context

from feed import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.revisions.name,
)
with context.begin_transaction():
    context.run_migrations()
