"""The tables of version 2. A store of version 1 lacks the alerts; one of version 2 has them all.

Later modules must not change what stands here: the tables are those of their day, not `feed.schema`'s.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    """Make what is missing."""
    op.create_table(
        "narrows_meta",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "quotes",
        sa.Column("symbol", sa.String, primary_key=True),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "closes",
        sa.Column("symbol", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("close", sa.Float, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("adjusted_to", sa.Integer),
        sa.Column("quality", sa.String),
        sa.Column("source", sa.String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "facts",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "headlines",
        sa.Column("at", sa.BigInteger, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "jobs",
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "requests",
        sa.Column("provider", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "alerts",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
