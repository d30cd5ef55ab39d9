"""Names of people: how a new one must be written, and when two spellings are the same name.

Permendagri 73/2022 articles 4 and 5: Latin letters, at most 60 with spaces, at least two words, no abbreviation, no digits or
marks. Older names stay valid: these rules are for names that are given now. A comparison never asks for a family name.
"""

from __future__ import annotations

import unicodedata

LONGEST = 60
_HONORIFICS = ("h", "hj", "kh", "haji", "hajah", "dr", "drs", "dra", "ir", "prof")
_DEGREES = ("se", "sh", "spd", "mpd", "st", "mt", "mm", "msi", "ssi", "skom", "mkom", "amd", "skep", "sip", "mh", "phd")
_TITLES = frozenset((*_HONORIFICS, *_DEGREES))
"""Academic and religious titles, without dots; civil records leave them out (Permendagri 73/2022 article 5)."""


def words(name: str) -> int:
    """How many words a name has."""
    return len(name.split())


def only_letters(name: str) -> bool:
    """Are there only the 26 Latin letters and spaces?"""
    return all(letter == " " or (letter.isascii() and letter.isalpha()) for letter in name)


def unabbreviated(name: str) -> bool:
    """Is no word cut to one letter, or ended by a dot?"""
    return all(len(word) > 1 and not word.endswith(".") for word in name.split())


def proper(name: str) -> bool:
    """May this name be entered into a civil record now?"""
    return len(name) <= LONGEST and words(name) >= 2 and only_letters(name) and unabbreviated(name)


def same(one: str, other: str) -> bool:
    """Are these two spellings of one name? Case, titles, marks and accents don't count; the order of words does."""
    return plain(one) == plain(other)


def plain(name: str) -> str:
    """A name as it is compared: casefolded, without titles, apostrophes, dots and accents."""
    letters = unicodedata.normalize("NFKD", name.partition(",")[0]).casefold()
    kept = "".join(letter for letter in letters if letter.isalnum() or letter in " -").replace("-", " ")
    return " ".join(word for word in kept.split() if word not in _TITLES)
