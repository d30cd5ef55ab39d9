"""Which instansi a name in a table means: by its key, or by its name in the spellings that decrees use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from terpadu.spbe import centre, regions

SPELLINGS = (
    (re.compile(r"^pemerintah (?:daerah )?"), ""),
    (re.compile(r"^(?:pemkab|kab)\b\.?"), "kabupaten"),
    (re.compile(r"^pemkot\b\.?"), "kota"),
    (re.compile(r"^(?:pemprov|prov)\b\.?"), "provinsi"),
    (re.compile(r"\bd\.?k\.?i\.? jakarta"), "daerah khusus ibukota jakarta"),
    (re.compile(r"\bd\.?i\.? yogyakarta"), "daerah istimewa yogyakarta"),
    (re.compile(r"[^a-z0-9]+"), " "),
)
"""How decrees write what the lists write out, in the order in which it is put right."""


class Known(Struct, frozen=True):
    """An instansi that can have a result."""

    key: str
    name: str
    kind: str
    province: str


def known(text: str) -> Known | None:
    """The instansi that is meant, or None. No guess: a name fits whole, or it doesn't."""
    return _all().get(text.strip()) or _all().get(plain(text))


def plain(text: str) -> str:
    """A name without the differences of spelling."""
    found = " ".join(text.lower().split())
    for pattern, instead in SPELLINGS:
        found = pattern.sub(instead, found).strip()
    return found


@lru_cache(maxsize=1)
def _all() -> dict[str, Known]:
    """By key and by plain name. What two would share belongs to none of them."""
    found: dict[str, Known | None] = {}
    for spelled, one in _spelled():
        found[spelled] = one if found.setdefault(spelled, one) in (one, None) else None
    return {name: one for name, one in found.items() if one is not None}


def _spelled() -> Iterator[tuple[str, Known]]:
    for one in regions.regions().values():
        if one.administrative:
            continue
        area = Known(one.code, one.name if one.parent else f"Provinsi {one.name}", one.kind, one.parent or one.code)
        yield one.code, area
        yield plain(area.name), area
        if not one.parent:
            yield plain(one.name), area
    seen: set[str] = set()
    for offices in reversed(centre.lists()):
        for office in offices.office:
            newest = Known(office.id, office.name, office.kind, "")
            if office.id not in seen:
                seen.add(office.id)
                yield office.id, newest
                yield plain(office.name), newest
