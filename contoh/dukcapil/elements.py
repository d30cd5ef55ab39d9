"""The elements of a person as the register names them, and the comparison: sesuai or tidak sesuai, nothing else."""

from difflib import SequenceMatcher

from contoh.dukcapil.answers import Row
from contoh.orang import Person

SEXES = {"L": "Laki-Laki", "P": "Perempuan"}
FUZZY = ("NAMA_LGKP", "TMPT_LHR", "ALAMAT", "NAMA_LGKP_IBU")


def full_row(person: Person) -> Row:
    """All elements of one person, in the register's names; dates are DD-MM-YYYY."""
    area = person.address.area
    return {
        "NIK": person.nik,
        "NO_KK": person.no_kk,
        "NAMA_LGKP": person.nama,
        "TMPT_LHR": person.tempat_lahir,
        "TGL_LHR": f"{person.tanggal_lahir:%d-%m-%Y}",
        "JENIS_KLMIN": SEXES[person.jenis_kelamin],
        "AGAMA": person.agama,
        "STATUS_KAWIN": person.status_kawin,
        "STAT_HBKEL": person.hubungan,
        "JENIS_PKRJN": person.pekerjaan,
        "PDDK_AKH": person.pendidikan,
        "NAMA_LGKP_AYAH": person.nama_ayah,
        "NAMA_LGKP_IBU": person.nama_ibu,
        "ALAMAT": person.address.alamat,
        "NO_RT": person.address.rt,
        "NO_RW": person.address.rw,
        "NO_PROP": area.province_code,
        "PROP_NAME": area.provinsi,
        "NO_KAB": area.village_code[2:4],
        "KAB_NAME": area.kabupaten,
        "NO_KEC": area.village_code[4:6],
        "KEC_NAME": area.kecamatan,
        "NO_KEL": area.village_code[6:],
        "KEL_NAME": area.kelurahan,
    }


def compare(person: Person, asked: Row, threshold: int) -> Row:
    """A verdict for each element asked, with a score of 0-100 for the fuzzy ones."""
    held = full_row(person)
    return {name: _verdict(name, held[name], asked[name], threshold) for name in held if name in asked}


def _verdict(name: str, held: str, asked: str, threshold: int) -> str:
    score = _score(held, asked)
    if name not in FUZZY:
        return "Sesuai" if score == 100 else "Tidak Sesuai"
    return f"Sesuai ({score})" if score >= threshold else f"Tidak Sesuai ({score})"


def _score(held: str, asked: str) -> int:
    one, other = (" ".join(text.upper().split()) for text in (held, asked))
    return int(100 * SequenceMatcher(None, one, other, autojunk=False).ratio())
