"""Police record certificate: a plain application; contributions in arrears; a conviction that is stated."""

from datetime import date

from contoh.orang.figures.stage import Stage
from contoh.orang.places import UNIVERSITIES
from contoh.orang.registers import Conviction
from contoh.orang.values import Degree


def enter(stage: Stage) -> None:
    home = stage.home("sleman", "JL. MELATI NO. 30", date(2011, 8, 8))
    bagus = stage.person(
        "bagus", home, "BAGUS WICAKSONO", "L", date(2003, 5, 30), hubungan="KEPALA KELUARGA",
        sekolah="DIPLOMA IV/STRATA I",
    )  # fmt: skip
    stage.degrees.append(
        Degree(
            bagus.nik, "9921558001", UNIVERSITIES[0], "62201", "AKUNTANSI", "S1", "S.AK", date(2021, 8, 16),
            date(2025, 8, 27), "991001622012025800001", "3.41", 145,
        )
    )  # fmt: skip
    other = stage.home("bandung", "JL. SETIABUDI NO. 44", date(2015, 4, 2), faith="KRISTEN")
    stage.person(
        "ratna", other, "RATNA SITEPU", "P", date(1998, 10, 19), hubungan="KEPALA KELUARGA", jkn=("PBPU", "3"),
        aktif=False, tunggakan=210_000,
    )  # fmt: skip
    third = stage.home("wonogiri", "JL. RAYA SELOGIRI NO. 2", date(2016, 12, 5))
    agung = stage.person(
        "agung", third, "AGUNG NUGRAHA", "L", date(1995, 1, 23), hubungan="KEPALA KELUARGA", kerja="SOPIR"
    )
    stage.convictions.append(Conviction(agung.nik, "PIDANA 6 BULAN, PN WONOGIRI, 2019"))
