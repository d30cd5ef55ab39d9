"""A service's own sentences, in both languages: `pesan.id.toml` and `pesan.en.toml`, with the same keys.

`[values."bayi.jenis_kelamin"]` says what a register's code means; `[input.nama_bayi]` says what is wrong by the schema's rule.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

from terpadu.errors import BadInput

LANGUAGES = ("id", "en")


class Messages(Struct, frozen=True, forbid_unknown_fields=True):
    """The sentences of one language."""

    values: dict[str, dict[str, str]] = {}
    input: dict[str, dict[str, str]] = {}

    def value(self, fact: str, code: str) -> str:
        """What a register's code means here; the code itself where nothing is said."""
        return self.values.get(fact, {}).get(code, code)

    def fault(self, field: str, rule: str) -> str:
        """The service's own sentence for an input that breaks a rule; empty where there is none."""
        said = self.input.get(field.partition("-")[0], {})
        return said.get(rule) or said.get("else", "")

    def keys(self) -> set[str]:
        """Every key, for comparing languages."""
        return {
            f"{table}.{name}.{key}"
            for table, rows in (("values", self.values), ("input", self.input))
            for name, row in rows.items()
            for key in row
        }


def file(folder: Path, language: str) -> Path:
    """Where the sentences of one language stand."""
    return folder / f"pesan.{language}.toml"


def read(folder: Path, language: str) -> Messages:
    """The sentences of a folder; none where there is no file. Raises `BadInput` in one sentence."""
    path = file(folder, language)
    if not path.exists():
        return Messages()
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Messages)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path}: expected sentences of a service: {error}. Correct the file.") from None
