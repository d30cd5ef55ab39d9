"""Death: a pensioner in a hospital; a man who is in no database; a fisherman who did not come back."""

from datetime import date, datetime

from contoh.orang.figures.stage import Stage
from contoh.orang.places import HOSPITALS
from contoh.orang.registers import Death, Pension


def enter(stage: Stage) -> None:
    home = stage.home("wonogiri", "JL. SUKARNO NO. 51", date(2005, 4, 20))
    husband = stage.person(
        "suminah_suami", home, "SUKARDI", "L", date(1952, 10, 2), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="PENSIUNAN", sekolah="DIPLOMA IV/STRATA I",
    )  # fmt: skip
    stage.person(
        "suminah", home, "SUMINAH", "P", date(1956, 7, 19), hubungan="ISTRI", kawin="KAWIN",
        kerja="MENGURUS RUMAH TANGGA",
    )  # fmt: skip
    stage.pensions.append(Pension("99000195210020", husband.nik, 4_150_000))
    stage.deaths.append(
        Death(
            "SKM/9900001/2026/9001", husband.nik, datetime(2026, 11, 21, 3, 10), "WONOGIRI", "sakit biasa/tua",
            HOSPITALS[0],
        )
    )  # fmt: skip
    old = stage.home("baubau", "JL. BENTENG NO. 2", date(2012, 6, 30))
    stage.person(
        "waode", old, "WA ODE SALMA", "P", date(1979, 5, 5), hubungan="KEPALA KELUARGA", kerja="PEDAGANG",
        jkn=("PBPU", "3"),
    )  # fmt: skip
    sea = stage.home("baubau", "JL. NELAYAN NO. 17", date(2019, 9, 9), desil=3)
    stage.person(
        "rangga", sea, "RANGGA PUTRA", "L", date(1989, 12, 12), hubungan="KEPALA KELUARGA", kawin="KAWIN",
        kerja="NELAYAN/PERIKANAN", jkn=("PBI", "3"),
    )  # fmt: skip
    stage.person(
        "rangga_istri", sea, "NURLINA", "P", date(1991, 4, 1), hubungan="ISTRI", kawin="KAWIN",
        kerja="MENGURUS RUMAH TANGGA", jkn=("PBI", "3"),
    )  # fmt: skip
