"""The region's admission system. Every region has its own; none publishes an interface: this one is invented."""

from starlette.applications import Starlette

from contoh.alat import Values, keyed_app, needed, not_found
from contoh.orang import Population
from contoh.spmb.admission import Admission
from contoh.spmb.schools import nearest, schools_of


def make_app(population: Population) -> Starlette:
    admission = Admission(population)

    def schools(body: Values) -> Values:
        code, level = needed(body, "kode_wilayah"), needed(body, "jenjang")
        found = schools_of(code, level)
        if not found:
            raise not_found("Sekolah di wilayah itu")
        rows = [{"npsn": one.npsn, "nama": one.nama, **admission.room(one.npsn)} for one in found]
        return {"terdekat": nearest(code, level), "sekolah": rows}

    questions = {"sekolah": schools, "hasil": admission.result}
    acts = {"daftar": admission.enrol, "daftar-ulang": admission.confirm}
    return keyed_app("SPMB_KEY", questions, acts)
