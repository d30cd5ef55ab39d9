"""Families, one at a time: who lives on which card, whose child is whose, which newborn has no NIK yet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from contoh.orang.names import full_name
from contoh.orang.numbers import Numbers
from contoh.orang.places import AREAS, HOSPITALS
from contoh.orang.values import Address, Birth, Family, Person, Sex, Status

TODAY = date(2026, 11, 24)
_FAITHS = ("ISLAM",) * 8 + ("KRISTEN", "KATHOLIK", "HINDU", "BUDHA", "KHONGHUCU")
_JOBS = ("WIRASWASTA", "KARYAWAN SWASTA", "PETANI/PEKEBUN", "PEDAGANG", "NELAYAN/PERIKANAN",
         "BURUH HARIAN LEPAS", "GURU", "SOPIR", "PEGAWAI NEGERI SIPIL (PNS)")  # fmt: skip
_SCHOOLING = (
    "TAMAT SD/SEDERAJAT",
    "SLTP/SEDERAJAT",
    "SLTA/SEDERAJAT",
    "SLTA/SEDERAJAT",
    "DIPLOMA IV/STRATA I",
)
_STREETS = (
    "KERTAS LIPAT",
    "PENSIL WARNA",
    "ANGIN LALU",
    "BATU BUNDAR",
    "PELANGI",
    "TALI TEMALI",
    "KUNANG-KUNANG",
)


@dataclass
class Households:
    """What has been made so far; `add_family` appends one card with all its people."""

    rng: Random
    numbers: Numbers
    people: list[Person] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)

    def add_family(self) -> None:
        home, faith = self._home(), self.rng.choice(_FAITHS)
        head_born = self._day(date(1960, 1, 1), date(2001, 12, 31))
        issued = self._day(date(2012, 1, 1), date(2026, 6, 30))
        no_kk = self.numbers.kk(home.area.district_code, issued)
        card = _Card(self, home, faith, no_kk)
        card.fill(head_born)
        self.people += card.members
        members = tuple(person.nik for person in card.members)
        self.families.append(Family(no_kk, issued, members, home, self.rng.randint(1, 10)))

    def _home(self) -> Address:
        street, number = self.rng.choice(_STREETS), self.rng.randint(1, 180)
        rt, rw = self.rng.randint(1, 9), self.rng.randint(1, 12)
        return Address(f"JL. {street} NO. {number}", f"{rt:03d}", f"{rw:03d}", self.rng.choice(AREAS))

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, (last - first).days))


@dataclass
class _Card:
    made: Households
    home: Address
    faith: str
    no_kk: str
    members: list[Person] = field(default_factory=list)

    def fill(self, head_born: date) -> None:
        rng = self.made.rng
        alone = rng.random() < 0.14
        head_sex: Sex = "P" if rng.random() < (0.5 if alone else 0.08) else "L"
        widowed = not alone and head_sex == "P"
        civil = "CERAI MATI" if widowed else ("BELUM KAWIN" if alone else "KAWIN")
        head = self._adult(head_sex, head_born, civil, "KEPALA KELUARGA")
        if alone:
            return
        spouse_born = head_born + timedelta(days=rng.randint(-700, 1900))
        wife = head if widowed else self._adult("P", spouse_born, "KAWIN", "ISTRI")
        self._children(None if widowed else head, wife)

    def _children(self, father: Person | None, mother: Person) -> None:
        rng = self.made.rng
        born = mother.tanggal_lahir + timedelta(days=rng.randint(7700, 10600))
        for order in range(1, rng.choice((1, 2, 2, 3, 3)) + 1):
            if born > TODAY or born.year - mother.tanggal_lahir.year > 44:
                return
            if born.year == TODAY.year:
                self._newborn(father, mother, born, order)
                return
            if rng.random() < _still_at_home(born):
                self._child(father, mother, born)
            born += timedelta(days=rng.randint(700, 1700))

    def _adult(self, sex: Sex, born: date, civil: str, role: str) -> Person:
        rng = self.made.rng
        works = sex == "L" or rng.random() < 0.5
        job = rng.choice(_JOBS) if works else "MENGURUS RUMAH TANGGA"
        status: Status = _status(rng) if born.year < 1965 else "AKTIF"
        person = self._person(
            sex=sex,
            born=born,
            civil=civil,
            role=role,
            job=job,
            schooling=rng.choice(_SCHOOLING),
            status=status,
        )
        self.members.append(person)
        return person

    def _child(self, father: Person | None, mother: Person, born: date) -> None:
        sex: Sex = self.made.rng.choice(("L", "P"))
        age = TODAY.year - born.year
        job = "PELAJAR/MAHASISWA" if 6 <= age <= 22 else "BELUM/TIDAK BEKERJA"
        schooling = "SLTA/SEDERAJAT" if age > 18 else "TIDAK/BELUM SEKOLAH"
        person = self._person(
            sex=sex, born=born, civil="BELUM KAWIN", role="ANAK", job=job, schooling=schooling,
            father=father, mother=mother,
        )  # fmt: skip
        self.members.append(person)

    def _person(
        self, *, sex: Sex, born: date, civil: str, role: str, job: str, schooling: str,
        father: Person | None = None, mother: Person | None = None, status: Status = "AKTIF",
    ) -> Person:  # fmt: skip
        rng, numbers, area = self.made.rng, self.made.numbers, self.home.area
        nik = numbers.nik(area.district_code, born, sex)
        name = full_name(rng, sex)
        pays_tax = job in _JOBS and rng.random() < 0.7
        has_jkn = rng.random() < 0.93
        return Person(
            nik=nik, no_kk=self.no_kk, nama=name, jenis_kelamin=sex,
            tempat_lahir=area.kabupaten.split(" ", 1)[1], tanggal_lahir=born, agama=self.faith,
            status_kawin=civil, hubungan=role, pekerjaan=job, pendidikan=schooling,
            nama_ayah=father.nama if father else full_name(rng, "L"),
            nama_ibu=mother.nama if mother else full_name(rng, "P"),
            nik_ayah=father.nik if father else None, nik_ibu=mother.nik if mother else None,
            address=self.home, npwp=nik if pays_tax else None,
            no_jkn=numbers.jkn() if has_jkn else None, status=status,
        )  # fmt: skip

    def _newborn(self, father: Person | None, mother: Person, born: date, order: int) -> None:
        rng, area = self.made.rng, self.home.area
        hospital = next(h for h in HOSPITALS if h.kabupaten == area.kabupaten)
        number = self.made.numbers.serial(f"SKL/{hospital.kode}/{born.year}/", 4)
        hour, minute = rng.randint(0, 23), rng.randint(0, 59)
        self.made.births.append(
            Birth(
                nomor_surat=number, nik_ibu=mother.nik, nik_ayah=father.nik if father else None,
                nama=f"BAYI NY. {mother.nama.split()[0]}", jenis_kelamin=rng.choice(("L", "P")),
                waktu_lahir=datetime(born.year, born.month, born.day, hour, minute),
                tempat_lahir=area.kabupaten.split(" ", 1)[1], berat_gram=rng.randint(2300, 4100),
                panjang_cm=rng.randint(45, 53), anak_ke=order, hospital=hospital,
            )
        )  # fmt: skip


def _still_at_home(born: date) -> float:
    age = TODAY.year - born.year
    return 1.0 if age < 19 else 0.75 if age < 25 else 0.25


def _status(rng: Random) -> Status:
    return rng.choices(("AKTIF", "MENINGGAL", "GANDA", "NONAKTIF"), (90, 6, 2, 2))[0]
