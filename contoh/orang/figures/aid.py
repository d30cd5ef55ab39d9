"""Social aid: poor with two pupils; a wrong decile; a son who joined the police."""

from datetime import date

from contoh.orang.figures.stage import Home, Stage
from contoh.orang.places import school
from contoh.orang.registers import Post, Wage
from contoh.orang.values import Enrolment, Person, Sex


def enter(stage: Stage) -> None:
    home = stage.home("bandung", "GG. MAWAR NO. 14", date(2017, 5, 9), desil=2)
    maryam = stage.person(
        "maryam", home, "SITI MARYAM", "P", date(1985, 12, 1), hubungan="KEPALA KELUARGA", kawin="CERAI MATI",
        kerja="BURUH HARIAN LEPAS", sekolah="TAMAT SD/SEDERAJAT", jkn=("PBI", "3"),
    )  # fmt: skip
    for word, name, sex, born, grade, nisn in (
        ("maryam_anak1", "DIMAS", "L", date(2015, 3, 15), 6, "5558000003"),
        ("maryam_anak2", "LALA", "P", date(2018, 7, 30), 2, "5558000004"),
    ):
        _pupil(stage, home, maryam, (word, name, "L" if sex == "L" else "P", born), (grade, nisn))
    _darto(stage)
    _lestari(stage)


def _pupil(stage: Stage, home: Home, mother: Person, who: tuple[str, str, Sex, date], place: tuple[int, str]) -> None:
    word, name, sex, born = who
    grade, nisn = place
    child = stage.person(
        word, home, name, sex, born, hubungan="ANAK", kerja="PELAJAR/MAHASISWA",
        sekolah="BELUM TAMAT SD/SEDERAJAT", ibu=mother, jkn=("PBI", "3"),
    )  # fmt: skip
    npsn = school(home.area.district_code, "SD").npsn
    entered = date(2027 - grade, 7, 13)
    stage.enrolments.append(Enrolment(nisn, child.nik, npsn, grade, f"KELAS {grade}A", nisn[-4:], entered, ""))


def _darto(stage: Stage) -> None:
    """The register says decile 7 after a typing error; a second visit finds 3."""
    home = stage.home("wonogiri", "DUSUN KRAJAN NO. 8", date(2009, 10, 10), desil=7)
    stage.person(
        "darto", home, "DARTO", "L", date(1958, 2, 17), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="PETANI/PEKEBUN", sekolah="TAMAT SD/SEDERAJAT", jkn=("PBI", "3"),
    )  # fmt: skip
    stage.person(
        "darto_istri", home, "PARTINAH", "P", date(1961, 8, 8), hubungan="ISTRI", kawin="KAWIN",
        kerja="MENGURUS RUMAH TANGGA", sekolah="TAMAT SD/SEDERAJAT", jkn=("PBI", "3"),
    )  # fmt: skip
    stage.remeasured.append((home.no_kk, 3))


def _lestari(stage: Stage) -> None:
    """Decile 3, but her son on the same card joined the police."""
    home = stage.home("bandung", "GG. NUSA INDAH NO. 20", date(2014, 3, 3), desil=3)
    lestari = stage.person(
        "lestari", home, "LESTARI HANDAYANI", "P", date(1977, 4, 4), hubungan="KEPALA KELUARGA", kawin="CERAI MATI",
        kerja="PEDAGANG", jkn=("PBI", "3"),
    )  # fmt: skip
    son = stage.person(
        "lestari_anak", home, "BIMA HANDAYANI", "L", date(2004, 9, 9), hubungan="ANAK",
        kerja="KEPOLISIAN RI (POLRI)", ibu=lestari, jkn=("PPU", "2"),
    )  # fmt: skip
    stage.posts.append(Post(son.nik, "POLRI", "POLDA JAWA BARAT", date(2025, 12, 20)))
    stage.wages.append(Wage(lestari.nik, "TOKO CONTOH", 1_200_000))
