"""The code under a paper's QR: 58 bits that nobody guesses, in letters that nobody misreads."""

from __future__ import annotations

import re
import secrets

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """`K7QF-3M2P-94XA`"""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join(drawn[at : at + 4] for at in (0, 4, 8))


def spelled(typed: str) -> str:
    """What a person typed, in the one spelling; empty where it can't be a code."""
    plain = re.sub(r"[\s-]", "", typed.upper())
    good = len(plain) == 12 and set(plain) <= set(_ALPHABET)
    return "-".join(plain[at : at + 4] for at in (0, 4, 8)) if good else ""
