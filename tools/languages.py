"""Bring the English words of every room up to date: `.venv/bin/python -m tools.languages [room …]`

Finds what templates and code say in Indonesian, writes it into the room's `locale/en/LC_MESSAGES/django.po` (kept: what is
translated; gone: what nobody says any more), and compiles the `.mo` beside it. Prints what still has no English text.
Needs no gettext.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PRODUCT = Path(__file__).resolve().parents[1] / "src" / "terpadu"
KEYWORDS = ("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "_", "now")
"""`now` is how a room calls the one that does not wait, beside the lazy `_`."""
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""Of a header that would else change with every run."""


def rooms() -> list[Path]:
    """Folders of the rooms that speak: each Django app of ours, found by its apps.py."""
    return sorted(path.parent for path in PRODUCT.rglob("apps.py"))


def said(room: Path) -> Catalog:
    """Every Indonesian sentence of a room, in the order of its files."""
    catalog = _empty()
    for file in _files(room):
        for context, words in _sentences(file):
            catalog.add(words, context=context)
    return catalog


def known(room: Path) -> Catalog:
    """What stands in the room's .po file."""
    file = po(room)
    return read_po(io.BytesIO(file.read_bytes()), locale="en") if file.exists() else _empty()


def compiled(catalog: Catalog) -> bytes:
    """The .mo of a catalog."""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """Sentences without an English text."""
    return [str(message.id) for message in catalog if message.id and not _full(message)]


def po(room: Path) -> Path:
    """Where a room keeps its English words."""
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def update(room: Path) -> Catalog:
    """Write both files of a room."""
    wanted, old = said(room), known(room)
    for message in wanted:
        if message.id and (before := old.get(message.id, message.context)) is not None:
            message.string = before.string
    written = io.BytesIO()
    write_po(written, wanted, width=0, no_location=True)
    po(room).parent.mkdir(parents=True, exist_ok=True)
    po(room).write_bytes(written.getvalue())
    po(room).with_suffix(".mo").write_bytes(compiled(wanted))
    return wanted


def _full(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _empty() -> Catalog:
    return Catalog(
        locale="en",
        header_comment="# What this room says, in English. Kept up to date by: python -m tools.languages",
        project="terpadu",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=NEVER,
        revision_date=NEVER,
        fuzzy=False,
    )


def _files(room: Path) -> Iterator[Path]:
    inner = [other for other in rooms() if other != room and room in other.parents]
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        ours = path.suffix == ".py" or "templates" in path.parts
        if ours and "migrations" not in path.parts and not any(other in path.parents for other in inner):
            yield path


def _sentences(file: Path) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """Each with its context, where it has one."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    for _line, function, words, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {}):
        given = [word for word in (words if isinstance(words, tuple | list) else [words]) if isinstance(word, str)]
        if function.startswith("ngettext") and len(given) >= 2:
            yield None, (given[0], given[1])
        elif function == "pgettext" and len(given) == 2:
            yield given[0], given[1]
        elif given:
            yield None, given[0]


def main(names: list[str]) -> int:
    """Update the named rooms, or all that say something."""
    lacking = 0
    for room in rooms():
        name = room.relative_to(PRODUCT).as_posix()
        if (not names or name in names) and len(said(room)):
            for words in missing(update(room)):
                lacking += 1
                print(f"{name}: {words}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
