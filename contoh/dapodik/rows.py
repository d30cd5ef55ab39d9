"""The rows of Dapodik, in its own names. Dates are YYYY-MM-DD, ids are UUIDs, codes come with a `_str` beside them."""

from itertools import groupby
from uuid import NAMESPACE_OID, uuid5

from contoh.orang import Enrolment, Person, Population, School

Row = dict[str, object]
SEMESTER = "20261"
_FAITHS = {"ISLAM": 1, "KRISTEN": 2, "KATHOLIK": 3, "HINDU": 4, "BUDHA": 5, "KHONGHUCU": 6}
_LEVELS = {"SD": ("5", "SD"), "SMP": ("6", "SMP"), "SMA": ("13", "SMA")}


def uid(*parts: object) -> str:
    """The same UUID for the same thing, in every run."""
    return str(uuid5(NAMESPACE_OID, "contoh-dapodik:" + ":".join(map(str, parts))))


def school_row(school: School, _: Population) -> Row:
    """getSekolah: `rows` is this object, not a list."""
    level, name = _LEVELS[school.jenjang]
    return {
        "sekolah_id": uid("sekolah", school.npsn),
        "nama": school.nama,
        "nss": None,
        "npsn": school.npsn,
        "bentuk_pendidikan_id": level,
        "bentuk_pendidikan_id_str": name,
        "status_sekolah": "1",
        "status_sekolah_str": "Negeri",
        "alamat_jalan": "JL. PELANGI NO. 1",
        "rt": "1",
        "rw": "1",
        "kode_wilayah": school.area.district_code + "  ",
        "kecamatan": f"Kec. {school.area.kecamatan.title()}",
        "kabupaten_kota": school.area.kabupaten.title(),
        "provinsi": f"Prov. {school.area.provinsi.title()}",
        "is_sks": False,
    }


def pupil_rows(school: School, population: Population) -> list[Row]:
    pupils = [pupil for pupil in population.enrolments if pupil.npsn == school.npsn]
    return [_pupil_row(pupil, population.by_nik[pupil.nik]) for pupil in pupils]


def _pupil_row(pupil: Enrolment, person: Person) -> Row:
    return {
        "registrasi_id": uid("registrasi", pupil.nisn),
        "jenis_pendaftaran_id": "1",
        "jenis_pendaftaran_id_str": "Siswa baru",
        "nipd": pupil.nipd,
        "tanggal_masuk_sekolah": pupil.tanggal_masuk.isoformat(),
        "sekolah_asal": pupil.sekolah_asal or None,
        "peserta_didik_id": uid("peserta_didik", pupil.nisn),
        "nama": pupil.nama or person.nama,
        "nisn": pupil.nisn,
        "jenis_kelamin": person.jenis_kelamin,
        "nik": person.nik,
        "tempat_lahir": person.tempat_lahir,
        "tanggal_lahir": person.tanggal_lahir.isoformat(),
        "agama_id": _FAITHS[person.agama],
        "agama_id_str": person.agama.title(),
        "nomor_telepon_rumah": None,
        "nomor_telepon_seluler": None,
        "nama_ayah": person.nama_ayah,
        "nama_ibu": person.nama_ibu,
        "nama_wali": None,
        "email": None,
        "semester_id": SEMESTER,
        "anggota_rombel_id": uid("anggota", pupil.nisn),
        "rombongan_belajar_id": uid("rombel", pupil.npsn, pupil.rombel),
        "tingkat_pendidikan_id": str(pupil.tingkat),
        "nama_rombel": pupil.rombel,
        "kurikulum_id_str": "Kurikulum Merdeka",
        "kebutuhan_khusus": "Tidak ada",
    }


def class_rows(school: School, population: Population) -> list[Row]:
    pupils = sorted(
        (pupil for pupil in population.enrolments if pupil.npsn == school.npsn), key=lambda pupil: pupil.rombel
    )
    return [
        _class_row(school, name, list(members)) for name, members in groupby(pupils, key=lambda pupil: pupil.rombel)
    ]


def _class_row(school: School, name: str, members: list[Enrolment]) -> Row:
    return {
        "rombongan_belajar_id": uid("rombel", school.npsn, name),
        "nama": name,
        "tingkat_pendidikan_id": str(members[0].tingkat),
        "semester_id": SEMESTER,
        "jenis_rombel": "1",
        "jenis_rombel_str": "Kelas",
        "kurikulum_id_str": "Kurikulum Merdeka",
        "anggota_rombel": [
            {
                "anggota_rombel_id": uid("anggota", member.nisn),
                "peserta_didik_id": uid("peserta_didik", member.nisn),
                "jenis_pendaftaran_id": "1",
            }
            for member in members
        ],
        "pembelajaran": [],
    }


def teacher_rows(school: School, population: Population) -> list[Row]:
    """Every teacher of the district, for the invented people name no workplace."""
    district = school.area.district_code
    teachers = [
        person
        for person in population.people
        if person.pekerjaan == "GURU" and person.address.area.district_code == district
    ]
    return [_teacher_row(person) for person in teachers]


def _teacher_row(person: Person) -> Row:
    return {
        "tahun_ajaran_id": "2026",
        "ptk_terdaftar_id": uid("terdaftar", person.nik),
        "ptk_id": uid("ptk", person.nik),
        "nama": person.nama,
        "jenis_kelamin": person.jenis_kelamin,
        "tempat_lahir": person.tempat_lahir,
        "tanggal_lahir": person.tanggal_lahir.isoformat(),
        "agama_id": _FAITHS[person.agama],
        "agama_id_str": person.agama.title(),
        "nuptk": None,
        "nik": person.nik,
        "jenis_ptk_id_str": "Guru Kelas",
        "status_kepegawaian_id_str": "Guru Honor Sekolah",
    }


def user_rows(school: School, _: Population) -> list[Row]:
    return [
        {
            "pengguna_id": uid("pengguna", school.npsn),
            "sekolah_id": uid("sekolah", school.npsn),
            "username": f"operator.{school.npsn}@contoh.invalid",
            "nama": "Operator Contoh",
            "peran_id_str": "Operator Sekolah",
            "password": None,
            "ptk_id": None,
            "peserta_didik_id": None,
        }
    ]
