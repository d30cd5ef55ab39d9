"""The three zones of Indonesia (Keppres 41/1987), by the first two digits of a place's area code."""

from __future__ import annotations

from zoneinfo import ZoneInfo

ZONES = {"WIB": ZoneInfo("Asia/Jakarta"), "WITA": ZoneInfo("Asia/Makassar"), "WIT": ZoneInfo("Asia/Jayapura")}

_WITA = frozenset(("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"))
"""Bali, West and East Nusa Tenggara, South, East and North Kalimantan, all Sulawesi."""
_WIT = frozenset(("81", "82", "91", "92", "93", "94", "95", "96"))
"""Maluku and all provinces of Papua."""


def zone_of(area: str) -> str:
    """The zone of an area code such as 7371; where nothing is known, that of the capital."""
    province = area[:2]
    return "WITA" if province in _WITA else "WIT" if province in _WIT else "WIB"
