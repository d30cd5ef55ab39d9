"""The diagnostic log: one record is one line of JSON, on standard error. It is not the journal (ARCHITECTURE.md).

A fault is told by its type and its places in the source, never by values: neither the message of an exception nor the
variables around it, for both may hold a person's number or a secret (A27, A50).
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import Any

import structlog


def tell_in_lines() -> None:
    """Configure both kinds of loggers of this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _without_values(_: Any, __: str, event: Any) -> Any:
    """An exception becomes its type and its places."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["fault"], event["at"] = type(error).__name__, places(error)
    return event


def places(error: BaseException) -> list[str]:
    """Where an exception passed, outermost first: `file:line function`."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


class _Lines(logging.Formatter):
    """Records of libraries, in the same form; their text is cut to its first line, as it may quote what came."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "event": str(record.msg).partition("\n")[0][:200],
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        told = record.exc_info if isinstance(record.exc_info, tuple) else None
        return json.dumps(_without_values(None, "", {**event, "exc_info": told}))
