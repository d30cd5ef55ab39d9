"""The rows of Neo Feeder in its own names. Dates are mixed as in the real one: DD-MM-YYYY to read, ids are UUIDs."""

from uuid import NAMESPACE_OID, uuid5

from contoh.neofeeder.filters import Row
from contoh.orang import Degree, Person, Population

_FAITHS = {"ISLAM": 1, "KRISTEN": 2, "KATHOLIK": 3, "HINDU": 4, "BUDHA": 5, "KHONGHUCU": 6}


def uid(*parts: object) -> str:
    return str(uuid5(NAMESPACE_OID, "contoh-neofeeder:" + ":".join(map(str, parts))))


def students(population: Population) -> list[Row]:
    """GetListMahasiswa: one row for each registration."""
    return [_student(degree, population.by_nik[degree.nik]) for degree in population.degrees]


def _student(degree: Degree, person: Person) -> Row:
    return {
        "nama_mahasiswa": person.nama,
        "jenis_kelamin": person.jenis_kelamin,
        "tanggal_lahir": f"{person.tanggal_lahir:%d-%m-%Y}",
        "id_perguruan_tinggi": uid("pt", degree.university.kode),
        "nik": person.nik,
        "nipd": degree.nim,
        "ipk": degree.ipk,
        "total_sks": str(degree.sks),
        "id_sms": uid("prodi", degree.university.kode, degree.kode_prodi),
        "id_mahasiswa": uid("mahasiswa", degree.nik),
        "id_agama": _FAITHS[person.agama],
        "nama_agama": person.agama.title(),
        "id_prodi": uid("prodi", degree.university.kode, degree.kode_prodi),
        "nama_program_studi": f"{degree.jenjang} {degree.nama_prodi.title()}",
        "id_status_mahasiswa": "L" if degree.tanggal_lulus else None,
        "nama_status_mahasiswa": "Lulus" if degree.tanggal_lulus else "AKTIF",
        "nim": degree.nim,
        "id_periode": f"{degree.tanggal_masuk.year}1",
        "nama_periode_masuk": f"{degree.tanggal_masuk.year}/{degree.tanggal_masuk.year + 1} Ganjil",
        "id_registrasi_mahasiswa": uid("registrasi", degree.nim),
        "id_periode_keluar": f"{degree.tanggal_lulus.year - 1}2" if degree.tanggal_lulus else None,
        "tanggal_keluar": f"{degree.tanggal_lulus:%d-%m-%Y}" if degree.tanggal_lulus else None,
    }


def histories(population: Population) -> list[Row]:
    """GetRiwayatPendidikanMahasiswa: where each registration began and how it ended."""
    return [_history(degree, population.by_nik[degree.nik]) for degree in population.degrees]


def _history(degree: Degree, person: Person) -> Row:
    return {
        "id_registrasi_mahasiswa": uid("registrasi", degree.nim),
        "id_mahasiswa": uid("mahasiswa", degree.nik),
        "nik": person.nik,
        "nim": degree.nim,
        "nama_mahasiswa": person.nama,
        "id_jenis_daftar": "1",
        "nama_jenis_daftar": "Peserta didik baru",
        "id_periode_masuk": f"{degree.tanggal_masuk.year}1",
        "nama_periode_masuk": f"{degree.tanggal_masuk.year}/{degree.tanggal_masuk.year + 1} Ganjil",
        "tanggal_daftar": f"{degree.tanggal_masuk:%d-%m-%Y}",
        "id_jenis_keluar": "1" if degree.tanggal_lulus else None,
        "keterangan_keluar": "Lulus" if degree.tanggal_lulus else None,
        "tanggal_keluar": f"{degree.tanggal_lulus:%d-%m-%Y}" if degree.tanggal_lulus else None,
        "id_perguruan_tinggi": uid("pt", degree.university.kode),
        "kode_perguruan_tinggi": degree.university.kode,
        "nama_perguruan_tinggi": degree.university.nama.title(),
        "id_prodi": uid("prodi", degree.university.kode, degree.kode_prodi),
        "kode_program_studi": degree.kode_prodi,
        "nama_program_studi": f"{degree.jenjang} {degree.nama_prodi.title()}",
        "jenis_kelamin": person.jenis_kelamin,
        "nama_ibu_kandung": person.nama_ibu,
        "sks_diakui": "0",
    }


def leavers(population: Population) -> list[Row]:
    """GetListMahasiswaLulusDO: who has left, with the number of the diploma (no_seri_ijazah)."""
    done = [degree for degree in population.degrees if degree.tanggal_lulus]
    return [_leaver(degree, population.by_nik[degree.nik]) for degree in done]


def _leaver(degree: Degree, person: Person) -> Row:
    return {
        "id_registrasi_mahasiswa": uid("registrasi", degree.nim),
        "id_mahasiswa": uid("mahasiswa", degree.nik),
        "id_perguruan_tinggi": uid("pt", degree.university.kode),
        "id_prodi": uid("prodi", degree.university.kode, degree.kode_prodi),
        "nama_program_studi": f"{degree.jenjang} {degree.nama_prodi.title()}",
        "nim": degree.nim,
        "nama_mahasiswa": person.nama,
        "angkatan": str(degree.tanggal_masuk.year),
        "id_jenis_keluar": "1",
        "nama_jenis_keluar": "Lulus",
        "tanggal_keluar": f"{degree.tanggal_lulus:%d-%m-%Y}",
        "id_periode_keluar": f"{degree.tanggal_lulus.year - 1}2" if degree.tanggal_lulus else None,
        "keterangan": None,
        "no_seri_ijazah": degree.nomor_ijazah,
        "ipk": degree.ipk,
    }
