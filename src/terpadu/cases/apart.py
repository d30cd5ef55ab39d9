"""Work of a worker, thing by thing: one that fails is said, tried again in a later round, and keeps no other back."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import DatabaseError

from terpadu.errors import TerpaduError

T = TypeVar("T")
_log = structlog.get_logger()


def each(what: str, things: Iterable[T], do: Callable[[T], None]) -> int:
    """Returns how many were done. Raises `DatabaseError`: without the database nothing can be done."""
    done = 0
    for thing in things:
        try:
            do(thing)
        except DatabaseError:
            raise
        except Exception as error:
            _log.warning(f"{what} failed", error=type(error).__name__, sentence=told(error))
        else:
            done += 1
    return done


def told(error: Exception) -> str:
    """What a log may say of an error: our own sentence, or a file and a line; other words may hold a person's data."""
    if isinstance(error, TerpaduError):
        return error.sentence
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"a fault at {last.filename}:{last.lineno}"
