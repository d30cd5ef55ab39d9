"""Does this NIK stand in the tax register? Asked as at the tax office's partners: one number, a purpose, a consent."""

from contoh.orang import Population
from contoh.simponi.billing import Values

Answer = tuple[int, Values]


def check(population: Population, asked: Values) -> Answer:
    """(HTTP status, body). For residents the NPWP is the NIK (PMK 112/2022), so either may be asked."""
    numbers = [str(asked[name]) for name in ("nik", "npwp") if asked.get(name)]
    if len(numbers) != 1:
        return _refuse(400, "nik atau npwp harus diisi salah satu")
    if not asked.get("purpose") or not asked.get("reference_id"):
        return _refuse(400, "purpose dan reference_id harus diisi")
    if asked.get("user_consent") is not True:
        return _refuse(400, "user_consent harus true")
    number = numbers[0]
    if len(number) != 16 or not number.isascii() or not number.isdigit():
        return _refuse(400, "nik atau npwp harus 16 digit")
    person = population.by_nik.get(number)
    if person is None or person.npwp is None:
        return _refuse(404, "data wajib pajak tidak ditemukan")
    data = {"npwp": person.npwp, "nik_npwp_padan": True, "status_wp": "AKTIF", "status_kswp": "VALID"}
    return 200, {"code": "200", "message": "Success", "reference_id": asked["reference_id"], "data": data}


def _refuse(status: int, message: str) -> Answer:
    return status, {"errorCode": str(status), "message": message}
