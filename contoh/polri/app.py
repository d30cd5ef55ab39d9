"""Driving licences (Korlantas) and personnel (SDM). Polri publishes no interface: both are invented."""

from starlette.applications import Starlette

from contoh.alat import Values, keyed_app
from contoh.alat.people import niks_of
from contoh.orang import Population
from contoh.polri.licences import Licences

PERSONNEL = ("KEPOLISIAN RI (POLRI)",)


def make_app(population: Population) -> Starlette:
    licences = Licences(population)
    members = {one.nik for one in population.figures.posts if one.jenis == "POLRI"}
    members |= {person.nik for person in population.people if person.pekerjaan in PERSONNEL}

    def any_member(body: Values) -> Values:
        return {"anggota_polri": any(nik in members for nik in niks_of(body))}

    questions = {
        "sim/cek": licences.find,
        "sim/boleh-perpanjang": licences.may_renew,
        "sim/tes": licences.tests,
        "sdm/cek-anggota": any_member,
    }
    acts = {"sim/perpanjang": licences.renew, "sim/keputusan": licences.load_decision}
    return keyed_app("KORLANTAS_KEY", questions, acts)
