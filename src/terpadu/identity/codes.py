"""Codes that people hand over or read out: drawn by chance, kept only as a keyed hash."""

from __future__ import annotations

import secrets

from terpadu.pages.sealed import index

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is read two ways: no 0 O, 1 I L, U."""


def draw(groups: int = 3) -> str:
    """Groups of four letters; three of them are 59 bits, five are 98."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(groups))


def hashed(code: str) -> str:
    """What is kept of a code; blanks, hyphens and case don't matter."""
    return index("code " + "".join(letter for letter in code.upper() if letter.isalnum()))
