"""One question: the marriage of a person, by the NIK of either. Kemenag publishes no interface: this one is invented."""

from datetime import date, timedelta

from starlette.applications import Starlette

from contoh.alat import Values, keyed_app, needed, not_found
from contoh.orang import Family, Marriage, Person, Population


def make_app(population: Population) -> Starlette:
    by_nik = {nik: one for one in _all(population) for nik in (one.nik_suami, one.nik_istri)}

    def find(body: Values) -> Values:
        one = by_nik.get(needed(body, "nik"))
        if one is None:
            raise not_found("Peristiwa nikah")
        return {
            "nomor_akta": one.nomor,
            "tanggal_nikah": f"{one.tanggal:%d/%m/%Y}",
            "kua": one.kua,
            "nik_suami": one.nik_suami,
            "nik_istri": one.nik_istri,
            "nama_suami": population.by_nik[one.nik_suami].nama,
            "nama_istri": population.by_nik[one.nik_istri].nama,
        }

    return keyed_app("SIMKAH_KEY", {"nikah": find}, {})


def _all(population: Population) -> list[Marriage]:
    """Every Muslim couple on one card married at its KUA; what the test persons' records say goes before."""
    couples = [(family, *couple) for family in population.families if (couple := _couple(population, family))]
    derived = [_marriage(order, *one) for order, one in enumerate(couples, 1)]
    return [*derived, *population.figures.marriages]


def _couple(population: Population, family: Family) -> tuple[Person, Person] | None:
    people = [population.by_nik[nik] for nik in family.members[:2]]
    married = [one for one in people if one.status_kawin == "KAWIN" and one.agama == "ISLAM"]
    if len(married) < 2:
        return None
    husband, wife = sorted(married, key=lambda one: one.jenis_kelamin)
    return husband, wife


def _marriage(order: int, family: Family, husband: Person, wife: Person) -> Marriage:
    younger = max(husband.tanggal_lahir, wife.tanggal_lahir)
    day = date(younger.year + 20, 1, 1) + timedelta(days=order % 300)
    number = f"{order:04d}/{order % 90 + 1:03d}/{day:%m}/{day.year}"
    return Marriage(number, day, f"KUA {family.address.area.kecamatan}", husband.nik, wife.nik)
