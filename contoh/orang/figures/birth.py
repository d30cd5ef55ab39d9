"""Birth: in a hospital and married; at home, late, unmarried; twins of a mother whose card is behind her life."""

from datetime import date, datetime

from contoh.orang.figures.stage import Stage
from contoh.orang.places import HOSPITALS
from contoh.orang.registers import Marriage
from contoh.orang.values import Birth


def enter(stage: Stage) -> None:
    _sari(stage)
    _melati(stage)
    _dewi(stage)


def _sari(stage: Stage) -> None:
    home = stage.home("sleman", "JL. KENANGA NO. 12", date(2022, 3, 14))
    husband = stage.person(
        "andi", home, "ANDI PRASETYA", "L", date(1994, 5, 21), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="KARYAWAN SWASTA", sekolah="DIPLOMA IV/STRATA I",
    )  # fmt: skip
    sari = stage.person(
        "sari", home, "SARI WULANDARI", "P", date(1996, 8, 3), hubungan="ISTRI", kawin="KAWIN",
        kerja="KARYAWAN SWASTA", sekolah="DIPLOMA IV/STRATA I",
    )  # fmt: skip
    stage.marriages.append(Marriage("0412/017/II/2022", date(2022, 2, 12), "KUA DEPOK", husband.nik, sari.nik))
    stage.births.append(
        Birth(
            "SKL/9900001/2026/9101", sari.nik, husband.nik, "BAYI NY. SARI", "P", datetime(2026, 11, 19, 7, 20),
            "SLEMAN", 3020, 49, 1, HOSPITALS[0],
        )
    )  # fmt: skip


def _melati(stage: Stage) -> None:
    """Home birth on 10 September 2026, 75 days ago: no hospital knows of it."""
    home = stage.home("sikka", "JL. PANTAI NO. 3", date(2020, 1, 20), desil=3, faith="KATHOLIK")
    stage.person(
        "melati", home, "MELATI", "P", date(2001, 2, 9), hubungan="KEPALA KELUARGA", kerja="PETANI/PEKEBUN",
        jkn=("PBPU", "3"),
    )  # fmt: skip


def _dewi(stage: Stage) -> None:
    """Married abroad to Mr Keller, who has no NIK; the card still says unmarried."""
    home = stage.home("denpasar", "JL. PURI INDAH NO. 8", date(2019, 6, 1), faith="KRISTEN")
    dewi = stage.person(
        "dewi", home, "DEWI ANANDA", "P", date(1993, 12, 11), hubungan="KEPALA KELUARGA", kerja="WIRASWASTA",
        sekolah="DIPLOMA IV/STRATA I", jkn=("PBPU", "1"),
    )  # fmt: skip
    for order, (sex, minute, weight) in enumerate((("L", 5, 2480), ("P", 17, 2390)), 1):
        stage.births.append(
            Birth(
                f"SKL/9900001/2026/911{order}", dewi.nik, None, "BAYI NY. DEWI", "L" if sex == "L" else "P",
                datetime(2026, 11, 10, 22, minute), "DENPASAR", weight, 46, order, HOSPITALS[0], order,
            )
        )  # fmt: skip
