"""What further registers hold of the test persons, frozen; and all test persons together. Money is in whole rupiah."""

from dataclasses import dataclass
from datetime import date, datetime

from contoh.orang.values import Birth, Degree, Enrolment, Family, Graduation, Hospital, Person


@dataclass(frozen=True, slots=True)
class Membership:
    """JKN: `segmen` is PPU (employees), PBPU (self-paying) or PBI (paid by the state); arrears in whole rupiah."""

    nik: str
    nomor: str
    segmen: str
    kelas: str
    aktif: bool = True
    tunggakan: int = 0
    nama: str = ""
    """As BPJS has it, where that differs from the population register."""


@dataclass(frozen=True, slots=True)
class Marriage:
    """A marriage in the register of an office for religious affairs (KUA)."""

    nomor: str
    tanggal: date
    kua: str
    nik_suami: str
    nik_istri: str


@dataclass(frozen=True, slots=True)
class Licence:
    """A driving licence. Since 2024 its number is the NIK, the same for every class: the key is NIK and class."""

    nik: str
    golongan: str
    berlaku_sampai: date
    satpas: str


@dataclass(frozen=True, slots=True)
class Pension:
    """A pension for life; `gaji_terakhir` is the last gross pay in whole rupiah a month."""

    nomor: str
    nik: str
    gaji_terakhir: int


@dataclass(frozen=True, slots=True)
class Death:
    """A death as the hospital wrote it down."""

    nomor_surat: str
    nik: str
    waktu: datetime
    tempat: str
    sebab: str
    hospital: Hospital


@dataclass(frozen=True, slots=True)
class Post:
    """A post paid by the state that is in no civil servant's file here: police, army, village staff."""

    nik: str
    jenis: str
    instansi: str
    sejak: date


@dataclass(frozen=True, slots=True)
class Wage:
    """A wage reported to BPJS Ketenagakerjaan, in whole rupiah a month."""

    nik: str
    pemberi_kerja: str
    upah: int


@dataclass(frozen=True, slots=True)
class Conviction:
    """What the police's register holds of a person."""

    nik: str
    putusan: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The test persons of the eight services, each under a word: `people.figures["sari"]`."""

    by_word: tuple[tuple[str, Person], ...]
    families: tuple[Family, ...]
    births: tuple[Birth, ...]
    enrolments: tuple[Enrolment, ...]
    graduations: tuple[Graduation, ...]
    degrees: tuple[Degree, ...]
    memberships: tuple[Membership, ...]
    marriages: tuple[Marriage, ...]
    licences: tuple[Licence, ...]
    pensions: tuple[Pension, ...]
    deaths: tuple[Death, ...]
    posts: tuple[Post, ...]
    wages: tuple[Wage, ...]
    convictions: tuple[Conviction, ...]
    remeasured: tuple[tuple[str, int], ...]
    """Cards whose decile is wrong in the register, with what a second visit finds."""

    def __getitem__(self, word: str) -> Person:
        """KeyError for a word that no test person has."""
        return dict(self.by_word)[word]
