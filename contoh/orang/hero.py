"""The family of the demo. Every value stands here in full, so that a line printed today works tomorrow."""

from datetime import date, datetime

from contoh.orang.places import AREAS, HOSPITALS, UNIVERSITIES, school
from contoh.orang.values import Address, Asn, Birth, Degree, Enrolment, Family, Graduation, Hero, Person

_NO_KK = "9901010206139001"
_FATHER_NIK, _MOTHER_NIK = "9901010309849001", "9901015204869001"
_CHILD_NIK, _AUNT_NIK = "9901014206149001", "9901016508039001"
_HOME = Address("JL. KERTAS LIPAT NO. 7", "003", "005", AREAS[0])
_AUNT_NISN = "5559000002"


def make_hero() -> Hero:
    father, mother, child, aunt = _father(), _mother(), _child(), _aunt()
    members = (father.nik, mother.nik, child.nik, aunt.nik)
    return Hero(
        family=Family(_NO_KK, date(2013, 6, 2), members, _HOME, desil=6),
        mother=mother,
        father=father,
        child=child,
        aunt=aunt,
        baby=_baby(),
        mother_asn=_mother_asn(),
        child_enrolment=_child_enrolment(),
        aunt_school=_aunt_school(),
        aunt_degree=_aunt_degree(),
    )


def _father() -> Person:
    return Person(
        nik=_FATHER_NIK, no_kk=_NO_KK, nama="PANDUWAN LOKANANTA", jenis_kelamin="L",
        tempat_lahir="TELUK JERNIH", tanggal_lahir=date(1984, 9, 3), agama="ISLAM", status_kawin="KAWIN",
        hubungan="KEPALA KELUARGA", pekerjaan="WIRASWASTA", pendidikan="DIPLOMA IV/STRATA I",
        nama_ayah="KERTAYASA LOKANANTA", nama_ibu="NILAMWATI", nik_ayah=None, nik_ibu=None,
        address=_HOME, npwp=_FATHER_NIK, no_jkn="9999900000001",
    )  # fmt: skip


def _mother() -> Person:
    return Person(
        nik=_MOTHER_NIK, no_kk=_NO_KK, nama="SEKARNINGRUM TALAGA", jenis_kelamin="P",
        tempat_lahir="BANDAR PERMAI", tanggal_lahir=date(1986, 4, 12), agama="ISLAM", status_kawin="KAWIN",
        hubungan="ISTRI", pekerjaan="PEGAWAI NEGERI SIPIL (PNS)", pendidikan="DIPLOMA IV/STRATA I",
        nama_ayah="CAKRADINATA TALAGA", nama_ibu="RATNASIH", nik_ayah=None, nik_ibu=None,
        address=_HOME, npwp=_MOTHER_NIK, no_jkn="9999900000002",
    )  # fmt: skip


def _child() -> Person:
    return Person(
        nik=_CHILD_NIK, no_kk=_NO_KK, nama="KIRANASARI LOKANANTA", jenis_kelamin="P",
        tempat_lahir="BANDAR PERMAI", tanggal_lahir=date(2014, 6, 2), agama="ISLAM",
        status_kawin="BELUM KAWIN", hubungan="ANAK", pekerjaan="PELAJAR/MAHASISWA",
        pendidikan="BELUM TAMAT SD/SEDERAJAT",
        nama_ayah="PANDUWAN LOKANANTA", nama_ibu="SEKARNINGRUM TALAGA",
        nik_ayah=_FATHER_NIK, nik_ibu=_MOTHER_NIK, address=_HOME, npwp=None, no_jkn="9999900000003",
    )  # fmt: skip


def _aunt() -> Person:
    return Person(
        nik=_AUNT_NIK, no_kk=_NO_KK, nama="LARASWATI TALAGA", jenis_kelamin="P",
        tempat_lahir="BANDAR PERMAI", tanggal_lahir=date(2003, 8, 25), agama="ISLAM",
        status_kawin="BELUM KAWIN", hubungan="FAMILI LAIN", pekerjaan="BELUM/TIDAK BEKERJA",
        pendidikan="DIPLOMA IV/STRATA I",
        nama_ayah="CAKRADINATA TALAGA", nama_ibu="RATNASIH", nik_ayah=None, nik_ibu=None,
        address=_HOME, npwp=_AUNT_NIK, no_jkn="9999900000004",
    )  # fmt: skip


def _baby() -> Birth:
    return Birth(
        nomor_surat="SKL/9900001/2026/9001", nik_ibu=_MOTHER_NIK, nik_ayah=_FATHER_NIK,
        nama="BAYI NY. SEKARNINGRUM", jenis_kelamin="L", waktu_lahir=datetime(2026, 11, 20, 4, 35),
        tempat_lahir="BANDAR PERMAI",
        berat_gram=3150, panjang_cm=49, anak_ke=2, hospital=HOSPITALS[0],
    )  # fmt: skip


def _mother_asn() -> Asn:
    return Asn(
        nip="198604122010012000", nik=_MOTHER_NIK, tmt_cpns=date(2010, 1, 1), tmt_pns=date(2011, 2, 1),
        golongan_awal="III/a", golongan="III/d", tmt_golongan=date(2022, 4, 1),
        jabatan="ANALIS KEBIJAKAN AHLI MUDA", jenis_jabatan="FUNGSIONAL", tmt_jabatan=date(2021, 7, 1),
        unor="BIDANG PELAYANAN PUBLIK", instansi="PEMERINTAH KOTA BANDAR PERMAI",
        gelar_belakang="S.AP", pendidikan="S-1 ADMINISTRASI PUBLIK", bup=58,
    )  # fmt: skip


def _child_enrolment() -> Enrolment:
    npsn = school("990101", "SD").npsn
    return Enrolment("5559000001", _CHILD_NIK, npsn, 6, "KELAS 6A", "9001", date(2021, 7, 12), "")


def _aunt_school() -> Graduation:
    npsn = school("990101", "SMA").npsn
    return Graduation(_AUNT_NIK, _AUNT_NISN, npsn, 2021, "DN-99/M-SMA/21/9000001")


def _aunt_degree() -> Degree:
    return Degree(
        nik=_AUNT_NIK, nim="9921559001", university=UNIVERSITIES[0], kode_prodi="55201",
        nama_prodi="INFORMATIKA", jenjang="S1", gelar="S.KOM", tanggal_masuk=date(2021, 8, 16),
        tanggal_lulus=date(2025, 8, 27),
        nomor_ijazah="991001552012025900001", ipk="3.62", sks=146,
    )  # fmt: skip
