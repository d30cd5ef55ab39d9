"""The `filter` and `order` strings: a tiny safe subset of the SQL that the real one passes to its database.

Taken are `name='text'` and `name=number`, joined by AND; two quotes in a text are one. Anything else is
refused: nothing is ever evaluated.
"""

import re

Row = dict[str, object]
_TERM = re.compile(r"\s*(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(\d+))\s*", re.ASCII)
_AND = re.compile(r"and\b", re.IGNORECASE)


class NotUnderstood(Exception):
    """The string is outside the subset, or names a field that the row has not."""


def parse(text: str) -> dict[str, str]:
    """`nik='1' and nim='2'` as {"nik": "1", "nim": "2"}; an empty string asks for everything."""
    wanted: dict[str, str] = {}
    place = 0
    while text.strip():
        term = _TERM.match(text, place)
        if term is None:
            raise NotUnderstood
        name, quoted, number = term.groups()
        wanted[name] = number if quoted is None else quoted.replace("''", "'")
        place = term.end()
        if place == len(text):
            break
        joined = _AND.match(text, place)
        if joined is None:
            raise NotUnderstood
        place = joined.end()
    return wanted


def select(rows: list[Row], text: str) -> list[Row]:
    wanted = parse(text)
    if rows and not wanted.keys() <= rows[0].keys():
        raise NotUnderstood
    return [row for row in rows if all(str(row[name]) == value for name, value in wanted.items())]


def sort(rows: list[Row], text: str) -> list[Row]:
    """`nim`, `nim asc` or `nim desc`; an empty string leaves the order."""
    words = text.lower().split()
    if not words:
        return rows
    if len(words) > 2 or words[-1:] not in ([words[0]], ["asc"], ["desc"]) or (rows and words[0] not in rows[0]):
        raise NotUnderstood
    return sorted(rows, key=lambda row: str(row[words[0]]), reverse=words[-1] == "desc")
