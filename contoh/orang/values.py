"""The nouns of the invented country, frozen. Numbers are text, for leading zeros count."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Sex = Literal["L", "P"]
Level = Literal["SD", "SMP", "SMA"]
Post = Literal["STRUKTURAL", "FUNGSIONAL", "PELAKSANA"]
Status = Literal["AKTIF", "MENINGGAL", "GANDA", "NONAKTIF"]


@dataclass(frozen=True, slots=True)
class Area:
    """One village and all above it. Its code has 2 + 2 + 2 + 4 digits and begins with 99."""

    village_code: str
    provinsi: str
    kabupaten: str
    kecamatan: str
    kelurahan: str

    @property
    def province_code(self) -> str:
        return self.village_code[:2]

    @property
    def regency_code(self) -> str:
        return self.village_code[:4]

    @property
    def district_code(self) -> str:
        return self.village_code[:6]


@dataclass(frozen=True, slots=True)
class Address:
    alamat: str
    rt: str
    rw: str
    area: Area


@dataclass(frozen=True, slots=True)
class Person:
    """One resident as the population register holds them.

    `npwp` equals the NIK for residents who pay tax (PMK 112/2022), else None. `status` other than AKTIF makes
    Dukcapil answer with RESPON 11, 12 or 14. `nik_ayah` and `nik_ibu` are None for parents outside it.
    """

    nik: str
    no_kk: str
    nama: str
    jenis_kelamin: Sex
    tempat_lahir: str
    tanggal_lahir: date
    agama: str
    status_kawin: str
    hubungan: str
    pekerjaan: str
    pendidikan: str
    nama_ayah: str
    nama_ibu: str
    nik_ayah: str | None
    nik_ibu: str | None
    address: Address
    npwp: str | None
    no_jkn: str | None
    status: Status = "AKTIF"


@dataclass(frozen=True, slots=True)
class Family:
    """One family card (KK). `members` are NIKs, the head first. `desil` is 1 (poorest tenth) to 10."""

    no_kk: str
    tanggal_terbit: date
    members: tuple[str, ...]
    address: Address
    desil: int

    @property
    def head(self) -> str:
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Hospital:
    kode: str
    nama: str
    kabupaten: str


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth of this year as the hospital knows it: the child has no NIK yet, only its mother's."""

    nomor_surat: str
    nik_ibu: str
    nik_ayah: str | None
    nama: str
    jenis_kelamin: Sex
    waktu_lahir: datetime
    tempat_lahir: str
    berat_gram: int
    panjang_cm: int
    anak_ke: int
    hospital: Hospital
    kembar_ke: int = 1


@dataclass(frozen=True, slots=True)
class School:
    npsn: str
    nama: str
    jenjang: Level
    area: Area


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A pupil of this school year. `tingkat` is the grade 1-12; `nipd` the school's own pupil number."""

    nisn: str
    nik: str
    npsn: str
    tingkat: int
    rombel: str
    nipd: str
    tanggal_masuk: date
    sekolah_asal: str
    nama: str = ""
    """As the school has it, where that differs from the population register."""


@dataclass(frozen=True, slots=True)
class Graduation:
    """A finished SMA: what an application asks of it."""

    nik: str
    nisn: str
    npsn: str
    tahun: int
    nomor_ijazah: str


@dataclass(frozen=True, slots=True)
class University:
    kode: str
    nama: str


@dataclass(frozen=True, slots=True)
class Degree:
    """A finished degree as PDDikti holds it. `tanggal_lulus` is None for who still studies."""

    nik: str
    nim: str
    university: University
    kode_prodi: str
    nama_prodi: str
    jenjang: str
    gelar: str
    tanggal_masuk: date
    tanggal_lulus: date | None
    nomor_ijazah: str
    ipk: str
    sks: int


@dataclass(frozen=True, slots=True)
class Asn:
    """A civil servant (PNS). `golongan` is the rank's code as in III/c; dates are tmt (valid from)."""

    nip: str
    nik: str
    tmt_cpns: date
    tmt_pns: date
    golongan_awal: str
    golongan: str
    tmt_golongan: date
    jabatan: str
    jenis_jabatan: Post
    tmt_jabatan: date
    unor: str
    instansi: str
    gelar_belakang: str
    pendidikan: str
    bup: int


@dataclass(frozen=True, slots=True)
class Hero:
    """The family of the demo, the same whatever the seed: one year of births, school and work."""

    family: Family
    mother: Person
    father: Person
    child: Person
    aunt: Person
    baby: Birth
    mother_asn: Asn
    child_enrolment: Enrolment
    aunt_school: Graduation
    aunt_degree: Degree
