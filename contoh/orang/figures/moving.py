"""Moving house: a whole family between provinces; a lodger; a mother who leaves two children behind."""

from datetime import date

from contoh.orang.figures.stage import Stage


def enter(stage: Stage) -> None:
    home = stage.home("bandung", "JL. DAGO ASRI NO. 21", date(2018, 9, 10))
    rahmat = stage.person(
        "rahmat", home, "RAHMAT HIDAYAT", "L", date(1985, 4, 17), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="KARYAWAN SWASTA",
    )  # fmt: skip
    wife = stage.person(
        "nurjanah", home, "SITI NURJANAH", "P", date(1988, 7, 2), hubungan="ISTRI", kawin="KAWIN",
        kerja="MENGURUS RUMAH TANGGA",
    )  # fmt: skip
    for word, name, sex, born in (
        ("rahmat_anak1", "FIKRI HIDAYAT", "L", date(2012, 1, 30)),
        ("rahmat_anak2", "ALYA HIDAYAT", "P", date(2016, 10, 5)),
    ):
        stage.person(
            word, home, name, "L" if sex == "L" else "P", born, hubungan="ANAK", kerja="PELAJAR/MAHASISWA",
            ayah=rahmat, ibu=wife,
        )  # fmt: skip
    _intan(stage)
    _yusuf(stage)


def _intan(stage: Stage) -> None:
    """19, on her parents' card in Bandung; she takes a room in Sleman."""
    home = stage.home("bandung", "JL. CIHAMPELAS DALAM NO. 5", date(2008, 5, 19))
    father = stage.person(
        "intan_ayah", home, "DEDI PERMATA", "L", date(1975, 3, 8), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="PEDAGANG",
    )  # fmt: skip
    mother = stage.person(
        "intan_ibu", home, "YULIANTI", "P", date(1978, 11, 25), hubungan="ISTRI", kawin="KAWIN", kerja="PEDAGANG"
    )
    stage.person(
        "intan", home, "INTAN PERMATA", "P", date(2007, 6, 14), hubungan="ANAK", kerja="PELAJAR/MAHASISWA",
        ayah=father, ibu=mother, nama_jkn="INTAN PERMATASARI",
    )  # fmt: skip


def _yusuf(stage: Stage) -> None:
    """Hasna wants to leave; Yusuf (15) and Nur (11) stay. Their grandmother has a card in the same village."""
    home = stage.home("gorontalo", "JL. PELABUHAN NO. 9", date(2019, 2, 27), desil=4)
    hasna = stage.person(
        "hasna", home, "HASNA LAKORO", "P", date(1986, 9, 1), hubungan="KEPALA KELUARGA", kawin="CERAI MATI",
        kerja="BURUH HARIAN LEPAS", jkn=("PBI", "3"),
    )  # fmt: skip
    for word, name, sex, born in (
        ("yusuf", "YUSUF LAKORO", "L", date(2011, 3, 3)),
        ("nur", "NUR LAKORO", "P", date(2015, 8, 22)),
    ):
        stage.person(
            word, home, name, "L" if sex == "L" else "P", born, hubungan="ANAK", kerja="PELAJAR/MAHASISWA",
            ibu=hasna, jkn=("PBI", "3"),
        )  # fmt: skip
    other = stage.home("gorontalo", "JL. PELABUHAN NO. 11", date(2010, 7, 7), desil=4)
    stage.person(
        "nenek", other, "FATMAH LAKORO", "P", date(1958, 1, 12), hubungan="KEPALA KELUARGA", kawin="CERAI MATI",
        kerja="PEDAGANG", jkn=("PBI", "3"),
    )  # fmt: skip
