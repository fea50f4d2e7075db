"""Stores of each kind, and a way to set the clock of a heartbeat."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from feed.schema import lease
from tests.feed import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL; without one the test skips and says what was looked for."""
    try:
        with postgres.server() as url:
            yield url
    except postgres.NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty schema of its own."""
    name = f"narrows_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(postgres_server)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    yield str(
        sa.make_url(postgres_server)
        .update_query_dict({"options": f"-csearch_path={name}"})
        .render_as_string(hide_password=False)
    )
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that does not exist yet, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/narrows.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def age(store_url: str) -> Iterator[Callable[[float], None]]:
    """Set the last heartbeat back by so many seconds, as a clock that jumps forward would."""
    engine = sa.create_engine(store_url)

    def back(seconds: float) -> None:
        with engine.begin() as connection:
            connection.execute(sa.update(lease).values(beaten=lease.c.beaten - int(seconds * 1_000_000)))

    yield back
    engine.dispose()
