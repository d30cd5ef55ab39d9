"""The tables, named the way hospitals' systems grew: abbreviations, text for numbers, date and time apart.

All times are local (WIB, UTC+7) and carry no zone. `updated_at` is set at every change; rows written by one save of
the screen share it, so it is a watermark, not a key.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, Time

SEMUA = MetaData()


def _diubah() -> Column[object]:
    return Column("updated_at", DateTime, nullable=False, index=True)


setting = Table(
    "setting",
    SEMUA,
    Column("kode_ppk", String(12), primary_key=True),
    Column("nama_instansi", String(100), nullable=False),
    Column("ihs_organization", String(20), nullable=False),
)
poliklinik = Table(
    "poliklinik",
    SEMUA,
    Column("kd_poli", String(10), primary_key=True),
    Column("nm_poli", String(50), nullable=False),
    Column("ihs_location", String(36)),
)
dokter = Table(
    "dokter",
    SEMUA,
    Column("kd_dokter", String(10), primary_key=True),
    Column("nm_dokter", String(60), nullable=False),
    Column("ihs_practitioner", String(20)),
)
pasien = Table(
    "pasien",
    SEMUA,
    Column("no_rkm_medis", String(15), primary_key=True),
    Column("nm_pasien", String(100), nullable=False),
    Column("no_ktp", String(20), comment="NIK; '-' or empty where unknown"),
    Column("jk", String(1), nullable=False),
    Column("tmp_lahir", String(50)),
    Column("tgl_lahir", Date),
    Column("alamat", Text),
    Column("nm_ibu", String(100)),
    Column("tgl_daftar", Date),
    _diubah(),
)
kunjungan = Table(
    "kunjungan",
    SEMUA,
    Column("no_rawat", String(20), primary_key=True),
    Column("no_rkm_medis", String(15), ForeignKey("pasien.no_rkm_medis"), nullable=False),
    Column("tgl_registrasi", Date, nullable=False),
    Column("jam_reg", Time, nullable=False),
    Column("tgl_keluar", Date),
    Column("jam_keluar", Time),
    Column("kd_poli", String(10), ForeignKey("poliklinik.kd_poli")),
    Column("kd_dokter", String(10), ForeignKey("dokter.kd_dokter")),
    Column("status_lanjut", String(5), nullable=False, comment="Ralan or Ranap"),
    Column("stts", String(10), nullable=False, comment="Sudah, Belum, Batal"),
    Column("ihs_organization", String(20), comment="where the visit was; merged from branches"),
    _diubah(),
)
kelahiran = Table(
    "kelahiran",
    SEMUA,
    Column("no_skl", String(30), primary_key=True),
    Column("no_rkm_medis", String(15), ForeignKey("pasien.no_rkm_medis"), nullable=False, comment="the newborn"),
    Column("no_rawat", String(20), ForeignKey("kunjungan.no_rawat"), nullable=False),
    Column("no_ktp_ibu", String(20)),
    Column("no_ktp_ayah", String(20)),
    Column("tgl_lahir", Date, nullable=False),
    Column("jam_lahir", Time, nullable=False),
    Column("bb_lahir", String(10), comment="grams, as text"),
    Column("pb_lahir", String(10), comment="centimetres, as text"),
    Column("anak_ke", Integer),
    Column("kembar_ke", Integer, comment="1 for a single birth"),
    _diubah(),
)
kematian = Table(
    "kematian",
    SEMUA,
    Column("no_skm", String(30), primary_key=True),
    Column("no_ktp", String(20), nullable=False),
    Column("nm_pasien", String(100), nullable=False),
    Column("tgl_meninggal", Date, nullable=False),
    Column("jam_meninggal", Time, nullable=False),
    Column("tempat", String(50), nullable=False),
    Column("sebab", String(50), nullable=False),
    _diubah(),
)
diagnosa = Table(
    "diagnosa",
    SEMUA,
    Column("no_rawat", String(20), ForeignKey("kunjungan.no_rawat"), primary_key=True),
    Column("kd_penyakit", String(10), primary_key=True, comment="ICD-10, or what somebody typed"),
    Column("prioritas", Integer, nullable=False),
    _diubah(),
)
