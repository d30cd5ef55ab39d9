"""One question, answered with yes or no: does anybody of these people earn more than a bound? Invented."""

import zlib

from starlette.applications import Starlette

from contoh.alat import Refused, Values, keyed_app
from contoh.alat.people import niks_of
from contoh.orang import Person, Population, Wage

_EMPLOYED = ("KARYAWAN SWASTA", "GURU", "SOPIR")


def make_app(population: Population) -> Starlette:
    wages = {person.nik: _derived(person) for person in population.people if person.pekerjaan in _EMPLOYED}
    wages |= {one.nik: one for one in population.figures.wages}

    def above(body: Values) -> Values:
        bound = body.get("batas")
        if not isinstance(bound, int) or bound <= 0:
            raise Refused(400, "TIDAK_LENGKAP", "batas harus bilangan rupiah")
        return {"di_atas_batas": any(nik in wages and wages[nik].upah > bound for nik in niks_of(body))}

    return keyed_app("BPJSTK_KEY", {"cek-upah": above}, {})


def _derived(person: Person) -> Wage:
    """Between 2 and 9 million rupiah, the same for the same person."""
    return Wage(person.nik, "PERUSAHAAN CONTOH", 2_000_000 + zlib.crc32(person.nik.encode()) % 70 * 100_000)
