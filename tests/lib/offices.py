"""A vocabulary of four small authorities, and their services as they look through a node: a table of answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.facts import vocabulary
from terpadu.facts.vocabulary import Vocabulary
from terpadu.model.identifiers import ServiceId

WORDS = """
[question.penduduk]
title = { id = "identitas", en = "identity" }
service = "ID/GOV/A/DUK/penduduk"
body = { nik = "subjek.nik" }
seconds = 0.2
[fact."orang.nama"]
title = { id = "Nama", en = "Name" }
question = "penduduk"
value = "nama"
[fact."orang.lahir"]
title = { id = "Lahir", en = "Born" }
question = "penduduk"
value = "lahir"

[question.keluarga]
title = { id = "keluarga", en = "family" }
service = "ID/GOV/A/DUK/keluarga"
body = { nik = "subjek.nik" }
seconds = 0.2
[fact."keluarga.nomor"]
title = { id = "Nomor", en = "Number" }
question = "keluarga"
value = "no_kk"
[fact."keluarga.besar"]
title = { id = "Anggota", en = "Members" }
question = "keluarga"
value = "length(anggota)"

[question.desil]
title = { id = "desil", en = "decile" }
service = "ID/GOV/B/SOS/desil"
body = { no_kk = "fakta.keluarga.nomor", nama = "fakta.orang.nama" }
[fact."keluarga.desil"]
title = { id = "Desil", en = "Decile" }
question = "desil"
value = "desil"

[question.bayar]
title = { id = "sudah dibayar", en = "was paid" }
service = "ID/GOV/C/UANG/bayar"
body = { kode = "hasil.tagih.kode" }
[fact."bayar.lunas"]
title = { id = "Lunas", en = "Paid" }
question = "bayar"
value = "lunas"
"""
WHY = Why(purpose="uji", case="UJ-1")
SUBJECT = {"nik": "9901010101010001"}


def words(folder: Path, text: str = WORDS) -> Vocabulary:
    """The vocabulary of a folder with one file."""
    (folder / "kata.toml").write_text(text, encoding="utf-8")
    return vocabulary.load(folder)


class Offices:
    """What services answer by their last name; an error refuses, None never answers. Keeps what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "penduduk": {"nama": "ADA", "lahir": "1986-04-12"},
            "keluarga": {"no_kk": "99", "anggota": ["ADA", "BUDI"]},
            "desil": {"desil": 3},
            "bayar": {"lunas": True},
            "tagih": {"kode": "82"},
            "ajukan": {"nomor": "7"},
            **answers,
        }
        self.asked: list[tuple[str, Any, Why]] = []
        self.together = self.most = 0

    def names(self) -> list[str]:
        """Which services were asked, in order."""
        return [name for name, _, _ in self.asked]

    async def ask(self, service: ServiceId, question: object, why: Why) -> Told:
        name = service.rpartition("/")[2]
        self.asked.append((name, question, why))
        self.together += 1
        self.most = max(self.most, self.together)
        try:
            await asyncio.sleep(0)
            return await self._answer(name)
        finally:
            self.together -= 1

    async def _answer(self, name: str) -> Told:
        answer = self.answers[name]
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Refused):
            raise answer
        return Told(value=answer, number=f"n-{len(self.asked)}-{name}", released=len(answer), held=9)
