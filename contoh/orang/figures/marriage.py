"""Marriage: recorded by a KUA; in a church without a record; while the last marriage still stands."""

from datetime import date

from contoh.orang.figures.stage import Stage
from contoh.orang.registers import Marriage
from contoh.orang.values import Sex


def enter(stage: Stage) -> None:
    for place, street, faith, people in (
        ("bandung", "JL. RIAU NO. 10", "ISLAM", (("fajar", "FAJAR SIDIK", "L", date(1997, 2, 3), "BELUM KAWIN"),)),
        ("bandung", "JL. ACEH NO. 33", "ISLAM", (("aisyah", "AISYAH RAHMA", "P", date(1999, 11, 6), "BELUM KAWIN"),)),
        ("sikka", "JL. GEREJA NO. 1", "KATHOLIK", (("maria", "MARIA GORETI", "P", date(1998, 8, 15), "BELUM KAWIN"),)),
        ("sikka", "JL. GEREJA NO. 7", "KATHOLIK", (("thomas", "THOMAS AQUINO", "L", date(1995, 1, 28), "BELUM KAWIN"),)),
        ("wonogiri", "JL. PASAR NO. 19", "ISLAM", (("joko", "JOKO SUSILO", "L", date(1988, 6, 6), "KAWIN"),)),
        ("wonogiri", "JL. PASAR NO. 40", "ISLAM", (("wati", "WATI NINGSIH", "P", date(1993, 3, 9), "BELUM KAWIN"),)),
    ):  # fmt: skip
        home = stage.home(place, street, date(2017, 7, 17), faith=faith)
        for word, name, sex, born, status in people:
            known: Sex = "L" if sex == "L" else "P"
            stage.person(
                word, home, name, known, born, hubungan="KEPALA KELUARGA", kawin=status, kerja="KARYAWAN SWASTA"
            )
    fajar, aisyah = stage.by_word["fajar"], stage.by_word["aisyah"]
    stage.marriages.append(Marriage("0733/098/XI/2026", date(2026, 11, 14), "KUA COBLONG", fajar.nik, aisyah.nik))
    joko, wati = stage.by_word["joko"], stage.by_word["wati"]
    stage.marriages.append(Marriage("0288/044/XI/2026", date(2026, 11, 7), "KUA SELOGIRI", joko.nik, wati.nik))
