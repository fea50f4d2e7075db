"""Version 4: the day on which an alert was last watched for."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Add the column; what is there counts as watched today."""
    op.add_column("alerts", sa.Column("seen", sa.Integer, nullable=False, server_default=sa.text("0")))
    today = dt.datetime.now(dt.UTC).toordinal()
    op.execute(sa.text("UPDATE alerts SET seen = :today").bindparams(today=today))
