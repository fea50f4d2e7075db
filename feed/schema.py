"""Tables of the store. Days are proleptic ordinals, instants microseconds since 1970 UTC, bodies JSON."""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 3
"""Raised with every change of the tables; a store of a higher version is left alone."""

metadata = sa.MetaData()

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
)
"""State of each alert. `version` counts the writes of a row, so that of two writers one is the first."""

tape = sa.Table(
    "tape",
    metadata,
    sa.Column("reel", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Frames of the tape; see `feed.tape_frames`. Rows are added and removed, never changed."""
