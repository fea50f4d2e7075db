"""Version 3: the lease, what a poll shares with other monitors, the write that each row is of; the tape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add the tables and the column."""
    for table in ("quotes", "closes", "facts"):
        op.add_column(
            table, sa.Column("generation", sa.BigInteger, nullable=False, server_default=sa.text("0"))
        )
        op.create_index(f"ix_{table}_generation", table, ["generation"])
    op.create_table(
        "lease",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("beats", sa.BigInteger, nullable=False),
        sa.Column("beaten", sa.BigInteger, nullable=False),
        sa.Column("wishes", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "shared",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tape",
        sa.Column("reel", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_tape_at", "tape", ["at"])
