"""Revisions of the store's tables, for Alembic. The names are the versions of the schema."""
