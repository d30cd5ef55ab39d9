"""One question, answered with yes or no: is anybody of these people owner or manager of a company? Invented."""

import zlib

from starlette.applications import Starlette

from contoh.alat import Values, keyed_app
from contoh.alat.people import niks_of
from contoh.orang import Population


def make_app(population: Population) -> Starlette:
    figures = {person.nik for _, person in population.figures.by_word}
    owners = {
        person.nik
        for person in population.people
        if person.pekerjaan == "WIRASWASTA" and zlib.crc32(person.nik.encode()) % 4 == 0 and person.nik not in figures
    }

    def owns(body: Values) -> Values:
        return {"pemilik_atau_pengurus": any(nik in owners for nik in niks_of(body))}

    return keyed_app("AHU_KEY", {"cek-pemilik": owns}, {})
