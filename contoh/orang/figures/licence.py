"""Driving licence: 40 days left; expired yesterday; expired on a day on which nothing was open."""

from datetime import date

from contoh.orang.figures.stage import Stage
from contoh.orang.registers import Licence


def enter(stage: Stage) -> None:
    for word, name, sex, born, place, street, faith, group, until in (
        ("hendra", "HENDRA SAPUTRA", "L", date(1990, 3, 28), "bandung", "JL. BUAH BATU NO. 71", "ISLAM", "C",
         date(2027, 1, 3)),
        ("yohana", "YOHANA WENDA", "P", date(1987, 5, 16), "jayawijaya", "JL. LEMBAH NO. 4", "KRISTEN", "A",
         date(2026, 11, 23)),
        ("ketut", "KETUT ARIANI", "P", date(1992, 9, 7), "denpasar", "JL. GUNUNG NO. 15", "HINDU", "C",
         date(2026, 3, 19)),
    ):  # fmt: skip
        home = stage.home(place, street, date(2018, 2, 2), faith=faith)
        person = stage.person(
            word, home, name, "L" if sex == "L" else "P", born, hubungan="KEPALA KELUARGA", kerja="KARYAWAN SWASTA"
        )
        satpas = f"SATPAS {home.area.kabupaten.split(' ', 1)[1]}"
        stage.licences.append(Licence(person.nik, group, until, satpas))
