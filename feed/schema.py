"""Tables of the store. Days are proleptic ordinals, instants microseconds since 1970 UTC, bodies JSON."""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 4
"""Raised with every change of the tables, which is a revision in `feed/migrations` too."""

metadata = sa.MetaData()

revisions = sa.Table("narrows_revision", metadata, sa.Column("version_num", sa.String(32), primary_key=True))
"""Where Alembic notes the newest revision that a store has seen; its name is `VERSION`."""


def _generation() -> sa.Column[int]:
    """The write that a row is of, so that a reader asks for what is newer."""
    return sa.Column("generation", sa.BigInteger, nullable=False, server_default=sa.text("0"), index=True)


meta = sa.Table(
    "narrows_meta",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
"""`schema`: version of the tables. `generation`: counts the writes, so that a reader sees news."""

quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("symbol", sa.String, primary_key=True),
    sa.Column("as_of", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _generation(),
)

closes = sa.Table(
    "closes",
    metadata,
    sa.Column("symbol", sa.String, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("close", sa.Float, nullable=False),
    sa.Column("currency", sa.String, nullable=False),
    sa.Column("adjusted_to", sa.Integer),
    sa.Column("quality", sa.String),
    sa.Column("source", sa.String, nullable=False),
    _generation(),
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _generation(),
)

headlines = sa.Table(
    "headlines",
    metadata,
    sa.Column("at", sa.BigInteger, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("job", sa.String, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False, server_default=sa.text("0")),
)
"""State of each alert. `version` counts the writes of a row, so that of two writers one is the first; `seen`
is the day on which somebody last watched for it."""

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("beats", sa.BigInteger, nullable=False),
    sa.Column("beaten", sa.BigInteger, nullable=False),
    sa.Column("wishes", sa.BigInteger, nullable=False),
)
"""One row: who polls; see `feed.lease`."""

shared = sa.Table(
    "shared",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""One row: what the newest poll said besides records; see `feed.shared`."""

tape = sa.Table(
    "tape",
    metadata,
    sa.Column("reel", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Frames of the tape; see `feed.tape_frames`. Rows are added and removed, never changed."""
