"""The letters of a demonstration: it has no post, so what it sends lies in a folder and is shown on a page of its own."""

from __future__ import annotations

import email
from datetime import datetime
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

NEWEST = 20


class Letter(NamedTuple):
    """One letter."""

    to: str
    subject: str
    at: datetime
    body: str


def newest() -> list[Letter]:
    """The newest letters, the last one first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = (
        sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True) if folder.exists() else []
    )
    return [letter for file in files[:NEWEST] for letter in _letters(file.read_bytes())][:NEWEST]


def _letters(text: bytes) -> list[Letter]:
    rule = b"\n" + b"-" * 79 + b"\n"
    return [_letter(part) for part in reversed(text.split(rule)) if part.strip()]


def _letter(text: bytes) -> Letter:
    found = email.message_from_bytes(text, policy=policy.default)
    body = found.get_body(("plain",))
    return Letter(
        found["To"], found["Subject"], parsedate_to_datetime(found["Date"]), body.get_content() if body else ""
    )
