"""What people have done: pupils, school leavers, graduates and civil servants."""

from datetime import date
from random import Random

from contoh.orang.families import TODAY
from contoh.orang.numbers import Numbers, nip
from contoh.orang.places import UNIVERSITIES, school
from contoh.orang.values import Asn, Degree, Enrolment, Graduation, Level, Person, Post

_PROGRAMMES = (
    ("55201", "INFORMATIKA", "S.KOM"),
    ("62201", "AKUNTANSI", "S.AK"),
    ("63201", "ADMINISTRASI PUBLIK", "S.AP"),
    ("86206", "PENDIDIKAN GURU SEKOLAH DASAR", "S.PD"),
    ("14201", "ILMU KEPERAWATAN", "S.KEP"),
)
_RANKS = ("III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b")
_POSTS: tuple[tuple[str, Post, str], ...] = (
    ("ANALIS KEBIJAKAN AHLI PERTAMA", "FUNGSIONAL", "BIDANG PELAYANAN PUBLIK"),
    ("PRANATA KOMPUTER AHLI PERTAMA", "FUNGSIONAL", "BIDANG APLIKASI INFORMATIKA"),
    ("KEPALA SEKSI PELAYANAN", "STRUKTURAL", "SEKSI PELAYANAN"),
    ("PENGADMINISTRASI PERKANTORAN", "PELAKSANA", "SUBBAGIAN UMUM"),
)


def school_age(person: Person) -> int | None:
    """The grade (1-12) of the school year 2026/2027, or None: seven years old in July makes grade one."""
    grade = 2026 - person.tanggal_lahir.year - 6
    return grade if 1 <= grade <= 12 else None


def _level(grade: int) -> tuple[Level, int, Level | None]:
    """The school of a grade, that school's first grade, and the school before it."""
    if grade <= 6:
        return "SD", 1, None
    return ("SMP", 7, "SD") if grade <= 9 else ("SMA", 10, "SMP")


def enrol(rng: Random, numbers: Numbers, person: Person) -> Enrolment | None:
    grade = school_age(person)
    if grade is None or rng.random() < 0.04:
        return None
    jenjang, first, before = _level(grade)
    district = person.address.area.district_code
    place = school(district, jenjang)
    return Enrolment(
        nisn=numbers.nisn(), nik=person.nik, npsn=place.npsn, tingkat=grade,
        rombel=f"KELAS {grade}{rng.choice('AB')}", nipd=numbers.serial(f"{place.npsn[-3:]}", 4),
        tanggal_masuk=date(2026 - (grade - first), 7, 13),
        sekolah_asal=school(district, before).nama if before else "",
    )  # fmt: skip


def leave_school(rng: Random, numbers: Numbers, person: Person) -> Graduation | None:
    age = TODAY.year - person.tanggal_lahir.year
    if not (19 <= age <= 30) or rng.random() < 0.15:
        return None
    year = person.tanggal_lahir.year + 18
    place = school(person.address.area.district_code, "SMA")
    number = numbers.serial(f"DN-99/M-SMA/{year % 100:02d}/", 7)
    return Graduation(person.nik, numbers.nisn(), place.npsn, year, number)


def study(rng: Random, numbers: Numbers, person: Person, leaver: Graduation) -> Degree | None:
    if rng.random() < 0.4:
        return None
    university, (code, programme, title) = rng.choice(UNIVERSITIES), rng.choice(_PROGRAMMES)
    begun = date(leaver.tahun, 8, 16)
    done = date(leaver.tahun + 4, 8, 27)
    finished = done if done < TODAY else None
    nim = numbers.serial(f"99{begun:%y}{code[:2]}", 4)
    number = numbers.serial(f"{university.kode}{code}{done.year}", 6) if finished else ""
    return Degree(
        nik=person.nik, nim=nim, university=university, kode_prodi=code, nama_prodi=programme, jenjang="S1",
        gelar=title, tanggal_masuk=begun, tanggal_lulus=finished, nomor_ijazah=number,
        ipk=f"{rng.uniform(2.6, 3.98):.2f}", sks=rng.randint(144, 150) if finished else 80,
    )  # fmt: skip


def serve_state(rng: Random, taken: set[str], person: Person) -> Asn | None:
    """A civil servant's file for who has that job in the register; None where the NIP would be another's."""
    if person.pekerjaan != "PEGAWAI NEGERI SIPIL (PNS)" or person.status != "AKTIF":
        return None
    born = person.tanggal_lahir
    begun = date(min(born.year + rng.randint(23, 28), 2025), rng.choice((1, 3, 12)), 1)
    number = nip(born, begun, person.jenis_kelamin)
    if number in taken or TODAY.year - born.year > 58:
        return None
    taken.add(number)
    post, kind, unit = rng.choice(_POSTS)
    rank = min((TODAY.year - begun.year) // 4, len(_RANKS) - 1)
    return Asn(
        nip=number, nik=person.nik, tmt_cpns=begun, tmt_pns=date(begun.year + 1, begun.month, 1),
        golongan_awal=_RANKS[0], golongan=_RANKS[rank],
        tmt_golongan=date(begun.year + 4 * rank, 4, 1) if rank else begun,
        jabatan=post, jenis_jabatan=kind, tmt_jabatan=date(max(begun.year + 1, 2021), 7, 1),
        unor=unit, instansi=f"PEMERINTAH {person.address.area.kabupaten}",
        gelar_belakang="S.AP", pendidikan="S-1 ADMINISTRASI PUBLIK", bup=58,
    )  # fmt: skip
