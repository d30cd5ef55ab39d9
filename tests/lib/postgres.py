"""A PostgreSQL database of a test's own, where one answers; `make test` says which, or that there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

ADDRESS = os.environ.get("TERPADU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database that is dropped afterwards. Skips the test where no PostgreSQL answers."""
    try:
        server = psycopg.connect(ADDRESS, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers: apt-get install postgresql, or name one in TERPADU_TEST_POSTGRES")
    name = f"uji_{uuid4().hex}"
    try:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{ADDRESS.rpartition('/')[0]}/{name}"
    finally:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.close()
