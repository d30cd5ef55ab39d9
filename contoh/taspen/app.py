"""Is somebody a pensioner, and the report of a death with the family's claim. Taspen publishes no interface: invented."""

from datetime import date, timedelta

from starlette.applications import Starlette

from contoh.alat import Refused, Values, keyed_app, needed, not_found
from contoh.alat.people import niks_of
from contoh.orang import TODAY, Pension, Population

ALLOWANCE = 3
"""Times the last gross pay, once, to the heirs."""
CONTINUED = 4
"""Months for which the pension goes on before it becomes the widow's or widower's."""


def make_app(population: Population) -> Starlette:
    pensions = {one.nik: one for one in _all(population)}

    def any_pensioner(body: Values) -> Values:
        return {"pensiunan": any(nik in pensions for nik in niks_of(body))}

    def find(body: Values) -> Values:
        pension = pensions.get(needed(body, "nik"))
        if pension is None:
            raise not_found("Pensiun")
        return {"nomor_pensiun": pension.nomor, "status": "AKTIF"}

    def report_death(body: Values) -> Values:
        pension = pensions.get(needed(body, "nik"))
        if pension is None:
            raise not_found("Pensiun")
        day = _day(needed(body, "tanggal_meninggal"))
        needed(body, "nomor_akta"), needed(body, "nik_ahli_waris")
        until = day + timedelta(days=30 * CONTINUED)
        return {
            "nomor_pensiun": pension.nomor,
            "nomor_klaim": f"KLAIM/{pension.nomor[-6:]}/{TODAY:%Y}",
            "uang_duka": ALLOWANCE * pension.gaji_terakhir,
            "pensiun_terusan_sampai": until.isoformat(),
            "status": "MENUNGGU PERSETUJUAN AHLI WARIS",
        }

    return keyed_app("TASPEN_KEY", {"cek-pensiunan": any_pensioner, "pensiun": find}, {"meninggal": report_death})


def _all(population: Population) -> list[Pension]:
    return list(population.figures.pensions)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(400, "TANGGAL_SALAH", "tanggal_meninggal harus yyyy-mm-dd") from None
