"""CALL_KOREKSI: somebody says that an element is wrong. The register takes the report; an officer decides later."""

from contoh.dukcapil.answers import INVALID, Refused, Row
from contoh.dukcapil.elements import full_row
from contoh.dukcapil.register import Register, need
from contoh.orang import TODAY


def report(register: Register, asked: Row) -> Row:
    """`ELEMEN` is one of the register's names; nothing is changed yet."""
    need(asked, "NIK", "ELEMEN", "NILAI_BARU", "DASAR")
    person = register.person(asked["NIK"])
    if asked["ELEMEN"] not in full_row(person):
        raise Refused(INVALID)
    return {"NO_LAPORAN": register.next_number(f"KOREKSI/{TODAY:%Y%m%d}/"), "STATUS": "DITERIMA"}
