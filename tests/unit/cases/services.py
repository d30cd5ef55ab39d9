"""A small service for tests."""

import msgspec

from terpadu.facts.vocabulary import Text
from terpadu.services.definition import Act, Service

DUKCAPIL = "ID/GOV/KEMENDAGRI/DUKCAPIL"
BPJS = "ID/GOV/BPJSKES/KEPESERTAAN"


def text(words: str) -> Text:
    return Text(id=words, en=words)


def act(name: str, **more: object) -> Act:
    fields = {"name": name, "title": text(name), "service": f"{DUKCAPIL}/{name}", "body": {"nik": "subjek.nik"}}
    return msgspec.convert(msgspec.to_builtins(fields | more), Act)


def service(*acts: Act, facts: tuple[str, ...] = ("ibu.cocok", "keluarga.nomor")) -> Service:
    return Service(
        id="uji", title=text("Uji"), life_event=text("Uji"), authority="Dinas Dukcapil", basis="-", purpose="uji",
        facts=facts, act=acts or (act("akta"), act("kk"), act("kia")),
    )  # fmt: skip
