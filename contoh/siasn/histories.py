"""The lists of a civil servant's file (`rw-...` and `data-anak`), with the API's own inconsistent spelling."""

from datetime import date

from contoh.orang import Asn, Population
from contoh.siasn.codes import POSTS, RANKS, Row, day, uid, whole_years

_RESULTS = {"1": "DI ATAS EKSPEKTASI", "2": "SESUAI EKSPEKTASI", "3": "DI BAWAH EKSPEKTASI"}
_YEARS = (2024, 2025)


def ranks(asn: Asn, _: Population) -> list[Row]:
    """rw-golongan: one row for each rank, four years apart, the last as in data-utama."""
    names = list(RANKS)
    held = names[names.index(asn.golongan_awal) : names.index(asn.golongan) + 1]
    since = [asn.tmt_cpns, *(date(asn.tmt_golongan.year - 4 * back, 4, 1) for back in reversed(range(len(held) - 1)))]
    return [_rank(asn, name, start) for name, start in zip(held, since, strict=True)]


def _rank(asn: Asn, name: str, start: date) -> Row:
    years, months = whole_years(asn.tmt_cpns, start)
    first = name == asn.golongan_awal
    return {
        "id": uid("golongan", asn.nip, name),
        "idPns": uid("pns", asn.nip),
        "nipBaru": asn.nip,
        "nipLama": "",
        "golonganId": RANKS[name][0],
        "golongan": name,
        "skNomor": f"823/CONTOH/{start.year}",
        "skTanggal": day(start),
        "tmtGolongan": day(start),
        "noPertekBkn": f"99/CONTOH/{start.year}",
        "tglPertekBkn": day(start),
        "jumlahKreditUtama": "0",
        "jumlahKreditTambahan": "0",
        "jenisKPId": "211" if first else "101",
        "jenisKPNama": "Pengadaan PNS" if first else "Reguler",
        "masaKerjaGolonganTahun": years,
        "masaKerjaGolonganBulan": months,
        "path": None,
    }


def posts(asn: Asn, _: Population) -> list[Row]:
    """rw-jabatan: the post held now."""
    kind = POSTS[asn.jenis_jabatan][0]
    functional, general = asn.jenis_jabatan == "FUNGSIONAL", asn.jenis_jabatan == "PELAKSANA"
    held = uid("jabatan", asn.jabatan)
    return [
        {
            "id": uid("rw-jabatan", asn.nip),
            "idPns": uid("pns", asn.nip),
            "nipBaru": asn.nip,
            "nipLama": "",
            "jenisJabatan": kind,
            "instansiKerjaId": uid("instansi", asn.instansi),
            "instansiKerjaNama": asn.instansi,
            "satuanKerjaId": uid("instansi", asn.instansi),
            "satuanKerjaNama": asn.instansi,
            "unorId": uid("unor", asn.instansi, asn.unor),
            "unorNama": asn.unor,
            "eselon": "",
            "eselonId": "",
            "jabatanFungsionalId": held if functional else "",
            "jabatanFungsionalNama": asn.jabatan if functional else "",
            "jabatanFungsionalUmumId": held if general else "",
            "jabatanFungsionalUmumNama": asn.jabatan if general else "",
            "namaJabatan": asn.jabatan,
            "namaUnor": asn.unor,
            "tmtJabatan": day(asn.tmt_jabatan),
            "nomorSk": f"820/CONTOH/{asn.tmt_jabatan.year}",
            "tanggalSk": day(asn.tmt_jabatan),
            "tmtPelantikan": day(asn.tmt_jabatan),
            "path": None,
        }
    ]


def children(asn: Asn, population: Population) -> list[Row]:
    """data-anak: the children in the register whose parent this is."""
    card = [population.by_nik[nik] for nik in population.family_of(asn.nik).members]
    return [
        {
            "id": uid("anak", child.nik),
            "nama": child.nama,
            "gelarDepan": "",
            "gelarBlk": "",
            "jenisKelamin": "M" if child.jenis_kelamin == "L" else "F",
            "tempatLahir": child.tempat_lahir,
            "tglLahir": day(child.tanggal_lahir),
            "aktaLahir": "",
            "nomorIdDocument": child.nik,
            "jenisAnak": "Kandung",
            "statusPernikahan": "Belum Kawin",
            "aktaMeninggal": "",
        }
        for child in card
        if asn.nik in (child.nik_ibu, child.nik_ayah)
    ]


def appraisals(asn: Asn, _: Population) -> list[Row]:
    """rw-skp22: capitals that come and go (`KuadranKinerjaNilai`, `PerilakuKerjaNilai`) are the API's own."""
    return [_appraisal(asn, year, "1" if (asn.tmt_cpns.year + year) % 5 == 0 else "2") for year in _YEARS]


def _appraisal(asn: Asn, year: int, work: str) -> Row:
    quadrant, name = ("1", "SANGAT BAIK") if work == "1" else ("2", "BAIK")
    return {
        "id": uid("skp22", asn.nip, year),
        "hasilKinerja": _RESULTS[work],
        "hasilKinerjaNilai": work,
        "kuadranKinerja": name,
        "KuadranKinerjaNilai": quadrant,
        "namaPenilai": "PENILAI CONTOH",
        "nipNrpPenilai": "197001011995011000",
        "penilaiGolonganId": "41",
        "penilaiJabatanNm": f"KEPALA {asn.unor}",
        "penilaiUnorNm": asn.unor,
        "perilakuKerja": _RESULTS[work],
        "PerilakuKerjaNilai": work,
        "statusPenilai": "ASN",
        "path": None,
        "tahun": str(year),
    }


def periods(asn: Asn, _: Population) -> list[Row]:
    """rw-kinerjaperiodik: `bulanMulaiPenailan` is misspelt in the API itself."""
    return [
        {
            "id": uid("kinerja", asn.nip, quarter),
            "periodikId": "2",
            "tahun": "2026",
            "bulanMulaiPenailan": str(3 * quarter - 2),
            "tahunMulaiPenailan": "2026",
            "bulanSelesaiPenilaian": str(3 * quarter),
            "tahunSelesaiPenilaian": "2026",
            "hasilKinerjaNilai": "2",
            "perilakuKerjaNilai": "2",
            "kuadranKinerjaNilai": "2",
            "koefisienId": "3",
            "penilaiNama": "PENILAI CONTOH",
            "statusPenilai": "ASN",
            "path": None,
        }
        for quarter in (1, 2, 3)
    ]
