"""Search that forgives: Indonesian affixes, beginnings of words, declared synonyms, and typing errors. No service outside.

A word becomes its stem by taking prefixes and suffixes away (memperpanjang, perpanjangan -> panjang), the same way in what is
sought and in what is found, so it need not be the stem of a dictionary. A typing error is met by comparing trigrams.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from terpadu.facts.vocabulary import Text
from terpadu.services.definition import Service

SHORTEST_STEM = 4
LIKE_ENOUGH = 0.42
"""Share of trigrams that two words must have in common to be one word with a typing error."""
MOST_WORDS = 12
"""Words of a question that are looked at; the rest of a long text changes nothing."""

_STOP = frozenset(
    ("saya", "aku", "kami", "kita", "anda", "yang", "untuk", "dan", "atau", "di", "ke", "dari", "pada", "mau", "ingin")
) | frozenset(
    ("cara", "bagaimana", "apa", "itu", "ini", "the", "a", "an", "my", "i", "of", "for", "to", "how", "do", "and")
)
_PREFIX = re.compile("memper|diper|meng|peng|(?:mem|men|pem|pen)(?![aeiou])|per|ber|ter|me|pe|be|di|ke|se")
"""Before a vowel, m and n belong to the word (menikah) or stand for a letter that is gone (menulis): only me- is taken."""
_SUFFIXES = ("kannya", "annya", "kan", "nya", "an", "ku", "mu", "i", "ies", "s")


class Word(Struct, frozen=True):
    """A word of a service, with the weight of the place where it stands."""

    stem: str
    weight: float


Index = Mapping[str, tuple[Word, ...]]
"""Service id -> its words, in the order of the catalogue."""


def search(question: str, index: Index) -> list[str]:
    """The ids of the services that fit, the best first."""
    stems = [stem(word) for word in _words(question)[:MOST_WORDS]]
    if not stems:
        return []
    scored = {service: score(stems, words) for service, words in index.items()}
    return sorted((service for service, points in scored.items() if points), key=lambda service: -scored[service])


def score(stems: list[str], words: tuple[Word, ...]) -> float:
    """How well a service fits; 0 where fewer than half of the words fit."""
    best = [max((_likeness(wanted, word.stem) * word.weight for word in words), default=0.0) for wanted in stems]
    fitting = [points for points in best if points > 0]
    return sum(fitting) / len(stems) if 2 * len(fitting) >= len(stems) else 0.0


def stem(word: str) -> str:
    """A word without affixes, at least four letters long."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    found = _PREFIX.match(word)
    if found and len(word) - found.end() >= SHORTEST_STEM:
        return stem(word[found.end() :]) if len(found.group()) == 2 else word[found.end() :]
    return word


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z0-9]+", text.casefold()) if word not in _STOP]


def _likeness(wanted: str, found: str) -> float:
    """1 for the same stem, less for a beginning, least for a word with a typing error."""
    if wanted == found:
        return 1.0
    if len(wanted) >= 3 and found.startswith(wanted):
        return 0.8
    if len(found) >= SHORTEST_STEM and wanted.startswith(found):
        return 0.7
    if len(wanted) < SHORTEST_STEM:
        return 0.0
    ours, theirs = _trigrams(wanted), _trigrams(found)
    common = len(ours & theirs) / len(ours | theirs)
    return 0.6 * common if common >= LIKE_ENOUGH else 0.0


@lru_cache(maxsize=8192)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def indexed(service: Service) -> tuple[Word, ...]:
    """The words under which a service is found."""
    texts: list[tuple[float, str]] = [(3.0, both(service.title)), (3.0, " ".join(service.synonyms)), (3.0, service.id)]
    texts += [(2.0, both(service.life_event))]
    texts += [(1.5, both(service.summary))] if service.summary else []
    texts += [(1.5, both(output.title)) for output in service.output]
    texts += [(0.7, both(document.title)) for document in service.document]
    heaviest: dict[str, float] = {}
    for weight, text in texts:
        for word in _words(text):
            heaviest[stem(word)] = max(weight, heaviest.get(stem(word), 0.0))
    return tuple(Word(one, weight) for one, weight in heaviest.items())


def both(text: Text) -> str:
    """A text in both languages, one after the other."""
    return f"{text.id} {text.en}"
