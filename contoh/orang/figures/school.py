"""A place at a school: six years old; moved eight months ago; poor, and the school is full."""

from datetime import date

from contoh.orang.figures.stage import Home, Stage
from contoh.orang.places import school
from contoh.orang.values import Enrolment, Level, Person, Sex

_Who = tuple[str, str, Sex, date]


def enter(stage: Stage) -> None:
    arka = stage.home("sleman", "JL. ANGGREK NO. 6", date(2023, 11, 2))
    _child(stage, arka, ("arka", "ARKA SATYA", "L", date(2021, 5, 1)), ("JOKO SATYA", "RINA SATYA"))
    nabila = stage.home("sleman", "JL. DAHLIA NO. 17", date(2026, 3, 20))
    child = _child(stage, nabila, ("nabila", "NABILA PUTRI", "P", date(2014, 10, 9)), ("HERI PUTRA", "SUSI PUTRI"))
    _pupil(stage, child, "5558000001", "SD", 6)
    galang = stage.home("sleman", "JL. CEMPAKA NO. 3", date(2015, 1, 5), desil=2)
    child = _child(
        stage, galang, ("galang", "GALANG RAMADHAN", "L", date(2012, 1, 18)), ("SLAMET RAMADHAN", "TUTIK RAMADHAN")
    )
    _pupil(stage, child, "5558000002", "SMP", 9, "GALANG RAMADAN")


def _child(stage: Stage, home: Home, who: _Who, parents: tuple[str, str]) -> Person:
    word, name, sex, born = who
    segment = ("PBI", "3") if home.desil <= 5 and home.desil < 5 else ("PPU", "2")
    father = stage.person(
        f"{word}_ayah", home, parents[0], "L", date(1984, 2, 11), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="BURUH HARIAN LEPAS", jkn=segment,
    )  # fmt: skip
    mother = stage.person(
        f"{word}_ibu", home, parents[1], "P", date(1987, 6, 23), hubungan="ISTRI", kawin="KAWIN",
        kerja="MENGURUS RUMAH TANGGA", jkn=segment,
    )  # fmt: skip
    return stage.person(
        word, home, name, sex, born, hubungan="ANAK", kerja="PELAJAR/MAHASISWA",
        sekolah="BELUM TAMAT SD/SEDERAJAT", ayah=father, ibu=mother, jkn=segment,
    )  # fmt: skip


def _pupil(stage: Stage, child: Person, nisn: str, level: Level, grade: int, nama: str = "") -> None:
    place = school(child.address.area.district_code, level)
    first = {"SD": 1, "SMP": 7, "SMA": 10}[level]
    entered = date(2026 - (grade - first), 7, 13)
    stage.enrolments.append(
        Enrolment(nisn, child.nik, place.npsn, grade, f"KELAS {grade}A", nisn[-4:], entered, "", nama)
    )
