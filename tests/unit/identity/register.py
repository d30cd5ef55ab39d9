"""The population register as unit tests need it: the answers of the real stand-in, recorded, behind the portal's one way to it.

What stands here is proven against real nodes in tests/journey/portal/test_identity_nodes.py.
"""

from __future__ import annotations

from typing import Any

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.identity.proving import register
from terpadu.identity.proving.register import FAMILY, MATCH

FATHER, MOTHER, CHILD, AUNT = "9901010309849001", "9901015204869001", "9901014206149001", "9901016508039001"
MOTHER_SAID = {"nik": MOTHER, "nama": "SEKARNINGRUM TALAGA", "tanggal_lahir": "1986-04-12", "nama_ibu": "RATNASIH"}
CHILD_SAID = {"nik": CHILD, "nama": "KIRANASARI LOKANANTA", "tanggal_lahir": "2014-06-02"}
PEOPLE = {MOTHER: MOTHER_SAID, CHILD: CHILD_SAID}


def _line(nik: str, name: str, relation: str, born: str, father: str, mother: str) -> dict[str, str]:
    return {
        "nik": nik, "nama": name, "hubungan": relation, "tanggal_lahir": born, "nama_ayah": father, "nama_ibu": mother,
    }  # fmt: skip


CARD = [
    _line(FATHER, "PANDUWAN LOKANANTA", "KEPALA KELUARGA", "1984-09-03", "KERTAYASA LOKANANTA", "NILAMWATI"),
    _line(MOTHER, "SEKARNINGRUM TALAGA", "ISTRI", "1986-04-12", "CAKRADINATA TALAGA", "RATNASIH"),
    _line(CHILD, "KIRANASARI LOKANANTA", "ANAK", "2014-06-02", "PANDUWAN LOKANANTA", "SEKARNINGRUM TALAGA"),
    _line(AUNT, "LARASWATI TALAGA", "FAMILI LAIN", "2003-08-25", "CAKRADINATA TALAGA", "RATNASIH"),
]


class Register:
    """Answers as Dukcapil does; `down` makes it silent. Keeps what it was asked."""

    def __init__(self) -> None:
        self.down = ""
        self.asked: list[tuple[str, str]] = []
        self.card = CARD

    def agreements(self) -> list[dict[str, Any]]:
        if self.down:
            raise Refused(self.down, "Expected an answer.")
        return [{"service": MATCH, "purposes": [{"id": register.PROOF}], "fields": list(MOTHER_SAID)}]

    def ask(self, service: str, question: Any, why: Why) -> Told:
        self.asked.append((service, why.purpose))
        if self.down:
            raise Refused(self.down, "Expected an answer.")
        found = PEOPLE.get(question["nik"])
        if service == FAMILY:
            return self._told({"anggota": self.card} if question["nik"] in {one["nik"] for one in self.card} else None)
        said = {name: found.get(name) == value for name, value in question.items()} if found else None
        return self._told(said)

    def _told(self, value: Any) -> Told:
        if value is None:
            raise Refused("not-found", "Expected somebody.")
        return Told(value=value, number=f"uji-{len(self.asked)}", released=1, held=1)
