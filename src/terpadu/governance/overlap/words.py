"""Indonesian text into comparable words: affixes off, empty words left out, one word for what offices call differently.

What is called differently stands in `same.txt`, a group a line; what says nothing in `silent.txt`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z0-9]+")
_LEAST = 3
"""Letters that stay of a word when an affix goes."""
_BEFORE = re.compile(r"^(?:meng|meny|mem|men|me|peng|peny|pem|pen|per|pe|ber|be|ter|di|ke|se)(?=[a-z])")
_AFTER = re.compile(r"(?:nya|kan|lah|an|i)$")


def words(text: str) -> list[str]:
    """The words of a text, in their order."""
    return [root for root in map(_root, _WORD.findall(text.lower())) if root]


@lru_cache(maxsize=100_000)
def _root(word: str) -> str:
    """What a word is compared by; empty where it says nothing."""
    if word in _silent():
        return ""
    groups = _groups()
    return groups.get(word) or groups.get(stem(word)) or stem(word)


def stem(word: str) -> str:
    """A word without its commonest affixes: pengajuan, mengajukan and diajukan are one. Short words stay."""
    if len(word) <= _LEAST + 1:
        return word
    plain = _AFTER.sub("", word, count=1)
    if len(plain) < _LEAST:
        plain = word
    short = _BEFORE.sub("", plain, count=1)
    return short if len(short) >= _LEAST else plain


@cache
def _silent() -> frozenset[str]:
    return frozenset(files("terpadu.governance.overlap").joinpath("silent.txt").read_text(encoding="utf-8").split())


@cache
def _groups() -> dict[str, str]:
    """Every word of a group, as it is written and without affixes -> the group's first."""
    text = files("terpadu.governance.overlap").joinpath("same.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            first, *others = line.split()
            for word in (first, *others):
                found.setdefault(word, first)
                found.setdefault(stem(word), first)
    return found
