"""Applications and their ranking (Permendikdasmen 3/2025): who may choose a route, who comes first, who is let in."""

from dataclasses import dataclass
from datetime import date

from contoh.alat import Refused, Values, needed, not_found
from contoh.orang import TODAY, Population
from contoh.spmb.schools import private_beside

START = date(2027, 7, 1)
"""Ages are counted on 1 July of the school year that is applied for."""
ROUTES = ("DOMISILI", "AFIRMASI", "PRESTASI", "MUTASI")
QUOTA = {"SD": 5, "SMP": 4, "SMA": 2}
"""Places of the domicile route; small, so that a demo can be full."""
_AGES = {"SMP": 15, "SMA": 21}


@dataclass(frozen=True)
class Application:
    number: str
    nik: str
    npsn: str
    level: str
    route: str
    born: date
    metres: int
    marks: float

    @property
    def rank(self) -> tuple[float, ...]:
        """Domicile full: SD by age then distance, SMP by distance then age, SMA by marks, distance, age."""
        age = -(START - self.born).days
        keys = {"SD": (age, self.metres), "SMP": (self.metres, age), "SMA": (-self.marks, self.metres, age)}
        return keys[self.level]


class Admission:
    def __init__(self, population: Population) -> None:
        self._people = population.by_nik
        self._all: dict[str, Application] = {}
        self._confirmed: dict[str, str] = {}

    def room(self, npsn: str) -> Values:
        applied = sum(one.npsn == npsn for one in self._all.values()) + len(_others(npsn))
        return {"kuota": _quota(npsn), "pendaftar": applied}

    def enrol(self, body: Values) -> Values:
        """Raises Refused with the rule that does not hold and what is left to choose."""
        level, route, npsn = needed(body, "jenjang"), needed(body, "jalur"), needed(body, "npsn")
        born, since = _day(body, "tanggal_lahir"), _day(body, "tinggal_sejak")
        if level not in QUOTA or route not in ROUTES:
            raise Refused(400, "TIDAK_LENGKAP", "jenjang atau jalur tidak dikenal")
        _check_age(level, born, body)
        _check_route(route, since, body)
        metres, marks = int(str(body.get("jarak_m") or 1500)), float(str(body.get("nilai") or 0))
        number = needed(body, "nomor")
        self._all[number] = Application(number, needed(body, "nik"), npsn, level, route, born, metres, marks)
        return {"nomor_pendaftaran": number, "status": "TERDAFTAR"}

    def result(self, body: Values) -> Values:
        one = self._one(body)
        field = sorted(
            [*_others(one.npsn), *(o for o in self._all.values() if o.npsn == one.npsn)], key=lambda o: o.rank
        )
        place = next(order for order, other in enumerate(field, 1) if other.number == one.number)
        status = self._confirmed.get(one.number) or ("DITERIMA" if place <= _quota(one.npsn) else "CADANGAN")
        offer = {"sekolah_penyaluran": private_beside(one.npsn)} if status == "CADANGAN" else {}
        return {"status": status, "peringkat": place, "kuota": _quota(one.npsn), "jalur": one.route, **offer}

    def confirm(self, body: Values) -> Values:
        """Re-registration at the school that has a place: without it the place goes to the next."""
        one, npsn = self._one(body), needed(body, "npsn")
        result = self.result(body)
        offered = {"DITERIMA": one.npsn, "CADANGAN": result.get("sekolah_penyaluran")}
        if npsn != offered.get(str(result["status"])):
            raise Refused(422, "TIDAK_DITERIMA", "Daftar ulang hanya di sekolah yang menerima atau tempat penyaluran")
        self._confirmed[one.number] = "DAFTAR ULANG" if npsn == one.npsn else "DISALURKAN"
        return {"nomor_pendaftaran": one.number, "status": self._confirmed[one.number], "npsn": npsn}

    def _one(self, body: Values) -> Application:
        one = self._all.get(needed(body, "nomor_pendaftaran"))
        if one is None:
            raise not_found("Pendaftaran")
        return one


def _check_age(level: str, born: date, body: Values) -> None:
    months = (START.year - born.year) * 12 + START.month - born.month - (START.day < born.day)
    if level == "SD":
        if months < 66 or (months < 72 and not body.get("rekomendasi_psikolog")):
            raise Refused(
                422, "USIA", "Usia pada 1 Juli belum 6 tahun; perlu rekomendasi psikolog mulai 5 tahun 6 bulan"
            )
    elif months > _AGES[level] * 12:
        raise Refused(422, "USIA", f"Usia pada 1 Juli lebih dari {_AGES[level]} tahun")


def _check_route(route: str, since: date, body: Values) -> None:
    if route == "DOMISILI" and since > _a_year_before(TODAY):
        sentence = "KK terbit kurang dari 1 tahun karena pindah; pilih jalur afirmasi atau prestasi"
        raise Refused(422, "KK_KURANG_SETAHUN", sentence)
    if route == "AFIRMASI" and int(str(body.get("desil") or 10)) > 5:
        raise Refused(422, "BUKAN_PENERIMA", "Jalur afirmasi perlu bukti program; SKTM dan kartu JKN tidak diterima")


def _quota(npsn: str) -> int:
    return QUOTA[{"1": "SD", "2": "SMP", "3": "SMA"}[npsn[2]]]


def _others(npsn: str) -> list[Application]:
    """Who applied there before: seven-year-olds at an SD, neighbours at an SMP, better marks than most at an SMA."""
    level = {"1": "SD", "2": "SMP", "3": "SMA"}[npsn[2]]
    born = {"SD": date(2020, 3, 1), "SMP": date(2014, 11, 1), "SMA": date(2011, 9, 1)}[level]
    return [
        Application(
            f"LAIN/{npsn}/{order}", "", npsn, level, "DOMISILI", born.replace(day=order), 400 * order, 95 - order
        )
        for order in range(1, 4)
    ]


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)


def _day(body: Values, name: str) -> date:
    try:
        return date.fromisoformat(needed(body, name))
    except ValueError:
        raise Refused(400, "TANGGAL_SALAH", f"{name} harus yyyy-mm-dd") from None
