"""An invented inventory of any size from a seed: agencies that do not exist, with the kinds of applications that they have."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

PLACES = [
    f"{first} {second}"
    for first in ("Telaga", "Banyu", "Wana", "Giri", "Segara", "Lembah", "Padang", "Muara", "Tanjung", "Karang", "Rimba", "Bukit")
    for second in ("Wening", "Asri", "Jati", "Mulya", "Sari", "Indah", "Rejo", "Makmur", "Agung", "Biru", "Kencana", "Lestari")
]  # fmt: skip
KINDS = ("Kabupaten", "Kota", "Provinsi", "Kementerian Rekaan")
OBJECTS = {
    "surat masuk dan surat keluar": ("02.05", "surat, disposisi, arsip"),
    "perizinan usaha": ("04.01", "pelaku usaha, izin, lokasi"),
    "kehadiran pegawai": ("02.03", "pegawai, jam datang, jam pulang"),
    "perjalanan dinas": ("02.02", "pegawai, tujuan, biaya"),
    "aset dan barang milik daerah": ("02.06", "barang, ruang, nilai perolehan"),
    "perpustakaan": ("05.04", "buku, anggota, peminjaman"),
    "harga bahan pokok": ("04.02", "pasar, komoditas, harga harian"),
    "retribusi pasar": ("02.02", "pedagang, kios, pembayaran"),
    "pajak bumi dan bangunan": ("02.02", "objek pajak, luas, tagihan"),
    "antrean rumah sakit": ("05.01", "pasien, poli, nomor antrean"),
    "rekam medis puskesmas": ("05.01", "pasien, diagnosis, obat"),
    "imunisasi balita": ("05.01", "anak, jadwal, vaksin"),
    "penerimaan siswa baru": ("05.02", "calon siswa, sekolah, nilai"),
    "rapor siswa": ("05.02", "siswa, mata pelajaran, nilai"),
    "bantuan sosial keluarga": ("05.03", "keluarga penerima, jenis bantuan"),
    "kependudukan desa": ("03.01", "penduduk, kartu keluarga, mutasi"),
    "keuangan desa": ("02.02", "anggaran desa, belanja, pendapatan"),
    "pengaduan warga": ("03.02", "pelapor, aduan, tindak lanjut"),
    "peta jalan dan jembatan": ("04.03", "ruas jalan, kondisi, foto"),
    "uji kendaraan bermotor": ("04.04", "kendaraan, hasil uji, masa berlaku"),
    "parkir tepi jalan": ("04.04", "juru parkir, lokasi, setoran"),
    "persampahan": ("04.05", "armada, rute, tonase"),
    "kualitas air sungai": ("04.05", "titik pantau, parameter, baku mutu"),
    "peringatan banjir": ("04.06", "tinggi muka air, curah hujan, pos"),
    "kebakaran dan penyelamatan": ("04.06", "kejadian, pos, armada"),
    "lowongan kerja": ("04.07", "pencari kerja, perusahaan, lowongan"),
    "pelatihan kerja": ("04.07", "peserta, kejuruan, sertifikat"),
    "koperasi dan usaha mikro": ("04.02", "pelaku usaha, omzet, binaan"),
    "kelompok tani": ("04.08", "petani, luas lahan, komoditas"),
    "kesehatan ternak": ("04.08", "ternak, vaksin, penyakit"),
    "tempat pelelangan ikan": ("04.08", "nelayan, hasil tangkapan, harga"),
    "destinasi wisata": ("04.09", "objek wisata, kunjungan, tiket"),
    "data terbuka": ("03.03", "dataset, metadata, unduhan"),
    "peraturan daerah": ("02.08", "peraturan, naskah, status"),
    "bantuan hukum": ("02.08", "pemohon, perkara, pendamping"),
    "pengawasan internal": ("02.07", "temuan, rekomendasi, tindak lanjut"),
    "perencanaan pembangunan": ("02.01", "program, kegiatan, indikator"),
    "anggaran kas": ("02.02", "rencana kas, realisasi, sisa"),
    "gaji pegawai": ("02.03", "pegawai, tunjangan, potongan"),
    "kinerja pegawai": ("02.03", "sasaran, capaian, penilaian"),
}  # fmt: skip
ACTS = {
    "Mencatat": "mencatat dan mencari", "Memantau": "memantau dan melaporkan", "Mendaftarkan": "menerima pendaftaran",
    "Menerbitkan": "menerbitkan dokumen", "Menghitung": "menghitung dan menagih", "Menampilkan": "menampilkan grafik",
    "Menyetujui": "mengajukan dan menyetujui", "Menjadwalkan": "menyusun jadwal", "Memeriksa": "memeriksa dan memverifikasi",
}  # fmt: skip
NAMES = ("Si", "e-", "Sistem ", "Sim", "Aplikasi ", "Portal ", "Dashboard ")
FOR = ("untuk petugas", "untuk warga", "untuk pimpinan", "antarunit")
STAGES = ("dipakai",) * 8 + ("diubah", "direncanakan")


def rows(number: int, seed: int = 27) -> Iterator[dict[str, object]]:
    """Rows as an inventory file has them."""
    drawn = random.Random(seed)
    objects = list(OBJECTS.items())
    for count in range(number):
        place = PLACES[count % len(PLACES)]
        kind = KINDS[count // len(PLACES) % len(KINDS)]
        (thing, (code, data)), act = drawn.choice(objects), drawn.choice(list(ACTS))
        unit = f"Dinas {thing.split()[0].title()} {drawn.choice('ABCDEFG')}"
        yield {
            "instansi": f"ID/GOV/{kind.split()[0].upper()}-{place.replace(' ', '-').upper()}",
            "nama_instansi": f"{kind} {place}",
            "kode": f"APL-{count:05}",
            "nama": f"{drawn.choice(NAMES)}{_short(thing, drawn)} {place.split()[1] if drawn.random() < 0.4 else ''}".strip(),
            "jenis": "khusus",
            "fungsi": f"{act} {thing}: {ACTS[act]} {thing} di {kind} {place}, {drawn.choice(FOR)}.",
            "unit": unit,
            "status": drawn.choice(STAGES),
            "kode_layanan": f"RAL.{code}" if drawn.random() < 0.8 else "",
            "kode_data": f"RAD.{code}.01" if drawn.random() < 0.5 else "",
            "pengguna": drawn.randint(5, 90_000),
            "biaya": drawn.randint(20, 4000) * 1_000_000,
            "hosting": drawn.choice(("pdn", "sendiri", "awan", "lain")),
            "data": data if drawn.random() < 0.8 else "",
            "data_pribadi": drawn.choice(("tidak", "umum", "spesifik")),
            "antarmuka": drawn.choice(("tidak-ada", "tidak-ada", "openapi", "wsdl", "berkas", "basis-data")),
            "sejak": drawn.randint(2009, 2026),
        }  # fmt: skip


def write(file: Path, number: int, seed: int = 27) -> None:
    """The same as a CSV file."""
    made = rows(number, seed)
    first = next(made)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(made)


def _short(thing: str, drawn: random.Random) -> str:
    words = [word for word in thing.split() if word not in ("dan", "masuk", "keluar")]
    return "".join(word[: drawn.choice((3, 4, 9))].title() for word in words[:3])
