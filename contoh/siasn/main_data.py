"""`data-utama`: some seventy fields of one civil servant, with the real one's names and its empty ones."""

from contoh.orang import TODAY, Asn, Person, Population
from contoh.siasn.codes import FAITHS, MARRIAGES, POSTS, RANKS, Row, day, retirement, uid, whole_years

_EMPTY = (
    "nipLama", "gelarDepan", "emailGov", "noTelp", "noSeriKarpeg", "eselonId", "eselon", "eselonLevel", "tmtEselon",
    "noSuratKeteranganDokter", "tglSuratKeteranganDokter", "noSuratKeteranganBebasNarkoba",
    "tglSuratKeteranganBebasNarkoba", "skck", "tglSkck", "akteMeninggal", "tglMeninggal", "noAskes", "foto",
)  # fmt: skip


def main_data(asn: Asn, population: Population) -> Row:
    person = population.by_nik[asn.nik]
    return {
        **dict.fromkeys(_EMPTY, ""),
        **_person(asn, person),
        **_family(person, population),
        **_service(asn, person),
        **_place(asn),
        **_post(asn),
        **_rank(asn),
    }


def _person(asn: Asn, person: Person) -> Row:
    return {
        "id": uid("pns", asn.nip),
        "nipBaru": asn.nip,
        "nama": person.nama,
        "gelarBelakang": asn.gelar_belakang,
        "tempatLahirId": uid("kota", person.tempat_lahir),
        "tempatLahir": person.tempat_lahir,
        "tglLahir": day(person.tanggal_lahir),
        "agama": person.agama.title(),
        "agamaId": FAITHS[person.agama],
        "jenisKelamin": "M" if person.jenis_kelamin == "L" else "F",
        "jenisIdDokumenId": "1",
        "jenisIdDokumenNama": "KTP",
        "nomorIdDocument": person.nik,
        "nik": person.nik,
        "alamat": person.address.alamat,
        "kodePos": "",
        "email": f"asn.{asn.nip[-10:]}@contoh.invalid",
        "noHp": "080000000000",
        "noNpwp": person.npwp or "",
        "bpjs": person.no_jkn or "",
        "noTaspen": "",
        "statusHidup": "Hidup",
    }


def _family(person: Person, population: Population) -> Row:
    card = [population.by_nik[nik] for nik in population.family_of(person.nik).members]
    children = [other for other in card if person.nik in (other.nik_ibu, other.nik_ayah)]
    marriage_id, marriage = MARRIAGES[person.status_kawin]
    return {
        "jenisKawinId": marriage_id,
        "statusPerkawinan": marriage,
        "jumlahPasangan": "1" if person.status_kawin == "KAWIN" else "0",
        "jumlahAnak": str(len(children)),
    }


def _service(asn: Asn, person: Person) -> Row:
    years, months = whole_years(asn.tmt_cpns, TODAY)
    return {
        "jenisPegawaiId": "12",
        "jenisPegawaiNama": "PNS Daerah Kota/Kabupaten",
        "kedudukanPnsId": "01",
        "kedudukanPnsNama": "Aktif",
        "statusPegawai": "PNS",
        "tmtCpns": day(asn.tmt_cpns),
        "tglSkCpns": day(asn.tmt_cpns),
        "nomorSkCpns": f"813/CONTOH/{asn.tmt_cpns.year}",
        "tmtPns": day(asn.tmt_pns),
        "tglSkPns": day(asn.tmt_pns),
        "nomorSkPns": f"821/CONTOH/{asn.tmt_pns.year}",
        "tmtPensiun": day(retirement(person.tanggal_lahir, asn.bup)),
        "bupPensiun": str(asn.bup),
        "mkTahun": years,
        "mkBulan": months,
        "masaKerja": f"{years} Tahun {months} Bulan",
        "tkPendidikanTerakhirId": "40",
        "tkPendidikanTerakhir": "S-1/Sarjana",
        "pendidikanTerakhirId": uid("pendidikan", asn.pendidikan),
        "pendidikanTerakhirNama": asn.pendidikan,
        "tahunLulus": str(person.tanggal_lahir.year + 22),
        "kartuAsn": "",
    }


def _place(asn: Asn) -> Row:
    agency = uid("instansi", asn.instansi)
    names = ("instansiKerja", "instansiInduk", "satuanKerja", "satuanKerjaInduk")
    same = {f"{name}{end}": value for name in names for end, value in (("Id", agency), ("Nama", asn.instansi))}
    return {
        **same,
        "instansiKerjaKodeCepat": "9999",
        "unorId": uid("unor", asn.instansi, asn.unor),
        "unorNama": asn.unor,
        "unorIndukId": agency,
        "unorIndukNama": asn.instansi,
        "lokasiKerjaId": uid("lokasi", asn.instansi),
        "lokasiKerja": asn.instansi.removeprefix("PEMERINTAH "),
        "kanregId": "99",
        "kanregNama": "Kantor Regional Contoh BKN",
        "kpknId": "",
        "kpknNama": "",
        "kppnId": "",
        "kppnNama": "",
        "taspenId": "",
        "taspenNama": "",
    }


def _post(asn: Asn) -> Row:
    kind_id, kind = POSTS[asn.jenis_jabatan]
    held = uid("jabatan", asn.jabatan)
    fields = {
        "STRUKTURAL": "jabatanStruktural",
        "FUNGSIONAL": "jabatanFungsional",
        "PELAKSANA": "jabatanFungsionalUmum",
    }
    named = {
        f"{field}{end}": (value if mine == asn.jenis_jabatan else "")
        for mine, field in fields.items()
        for end, value in (("Id", held), ("Nama", asn.jabatan))
    }
    return {
        "jenisJabatanId": kind_id,
        "jenisJabatan": kind,
        "jabatanNama": asn.jabatan,
        **named,
        "tmtJabatan": day(asn.tmt_jabatan),
        "jabatanAsn": kind,
    }


def _rank(asn: Asn) -> Row:
    first, last = RANKS[asn.golongan_awal][0], RANKS[asn.golongan]
    return {
        "golRuangAwalId": first,
        "golRuangAwal": asn.golongan_awal,
        "golRuangAkhirId": last[0],
        "golRuangAkhir": asn.golongan,
        "tmtGolAkhir": day(asn.tmt_golongan),
        "pangkatAkhir": last[1],
        "gajiPokok": str(2_785_700 + 400_000 * (list(RANKS).index(asn.golongan))),
    }
