"""The hospital's database on SQLite and on PostgreSQL, and what SATUSEHAT's rules say of its careless rows."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Engine, Select, Table, func, select

from contoh.orang import Population, make
from contoh.satusehat.aturan import periksa
from contoh.satusehat.faskes import id_ruang
from contoh.satusehat.penduduk import isi_gudang
from contoh.simrs.basis import bayi_baru, buka, isi, jumlah
from contoh.simrs.cacat import CACAT_KELAHIRAN, CACAT_KUNJUNGAN
from contoh.simrs.tabel import diagnosa, dokter, kelahiran, kunjungan, pasien, poliklinik, setting
from tests.lib.postgres import own_database

PAGI = datetime(2026, 11, 24, 7, 0, 0)


@pytest.fixture(scope="module")
def penduduk() -> Population:
    return make(families=120)


@pytest.fixture(params=["sqlite", "postgresql"])
def mesin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        mesin = buka(f"sqlite:///{tmp_path}/simrs.db")
        yield mesin
        mesin.dispose()
    else:
        yield from _postgres()


def _postgres() -> Iterator[Engine]:
    with own_database() as alamat:
        mesin = buka(alamat)
        try:
            yield mesin
        finally:
            mesin.dispose()


def test_it_is_filled_once(mesin: Engine, penduduk: Population) -> None:
    assert isi(mesin, penduduk, 2026) is True
    pertama = jumlah(mesin)
    assert isi(mesin, penduduk, 2026) is False
    assert jumlah(mesin) == pertama
    assert set(pertama) == {
        "setting",
        "poliklinik",
        "dokter",
        "pasien",
        "kunjungan",
        "kelahiran",
        "kematian",
        "diagnosa",
    }
    assert min(pertama.values()) >= 1


def test_the_heros_child_is_born_later_and_once(mesin: Engine, penduduk: Population) -> None:
    isi(mesin, penduduk, 2026)
    with mesin.connect() as sambungan:
        sebelum = sambungan.scalar(select(func.max(kelahiran.c.updated_at)))
    assert bayi_baru(mesin, penduduk, PAGI) is True
    assert bayi_baru(mesin, penduduk, PAGI + timedelta(hours=1)) is False
    with mesin.connect() as sambungan:
        [baru] = sambungan.execute(select(kelahiran).where(kelahiran.c.updated_at > sebelum)).all()
    assert (baru.no_ktp_ibu, baru.bb_lahir) == (penduduk.hero.mother.nik, "3150")
    assert (baru.tgl_lahir.isoformat(), baru.jam_lahir.isoformat()) == ("2026-11-20", "04:35:00")


def test_a_clock_that_is_behind_does_not_hide_a_birth(mesin: Engine, penduduk: Population) -> None:
    isi(mesin, penduduk, 2026)
    with mesin.connect() as sambungan:
        terakhir = sambungan.scalar(select(func.max(pasien.c.updated_at)))
    bayi_baru(mesin, penduduk, datetime(2020, 1, 1))
    with mesin.connect() as sambungan:
        lebih = select(func.count()).select_from(kelahiran).where(kelahiran.c.updated_at > terakhir)
        assert sambungan.scalar(lebih) == 1


def test_every_careless_row_is_there(mesin: Engine, penduduk: Population) -> None:
    isi(mesin, penduduk, 2026)
    with mesin.connect() as sambungan:
        for tabel, daftar in ((kunjungan, CACAT_KUNJUNGAN), (kelahiran, CACAT_KELAHIRAN)):
            for cacat in daftar:
                sama = [tabel.c[kolom] == nilai for kolom, nilai in cacat.ganti.items()]
                assert sambungan.scalar(select(func.count()).select_from(tabel).where(*sama)), cacat.nama


@pytest.mark.parametrize("keluarga", [1, 120, 1312])
def test_satusehat_refuses_the_careless_rows_and_no_other(tmp_path: Path, keluarga: int) -> None:
    """Each finished row is turned into FHIR as it stands, the way a connector would, and shown to SATUSEHAT's rules."""
    mesin, penduduk = buka(f"sqlite:///{tmp_path}/aturan.db"), make(families=keluarga)
    isi(mesin, penduduk, 2026)
    gudang = isi_gudang(penduduk)
    with mesin.connect() as sambungan:
        for tabel, daftar, ke_fhir in (
            (kunjungan, CACAT_KUNJUNGAN, _encounter),
            (kelahiran, CACAT_KELAHIRAN, _patient),
        ):
            semua = sambungan.execute(select(tabel).where(*_selesai(tabel))).all()
            masalah = [satu.text for baris in semua for satu in periksa(ke_fhir(baris), "9900001", gudang.ada)]
            nomor = [int(satu) for satu in re.findall(r"RuleNumber: (\d+)", " ".join(masalah))]
            assert sorted(nomor) == sorted(cacat.aturan for cacat in daftar)
    mesin.dispose()


def _selesai(tabel: Table) -> list[ColumnElement[bool]]:
    return [tabel.c.stts == "Sudah"] if "stts" in tabel.c else []


def _waktu(tanggal: date | None, jam: time | None) -> str | None:
    """WIB, in two columns, as SATUSEHAT wants it."""
    return f"{datetime.combine(tanggal, jam) - timedelta(hours=7):%Y-%m-%dT%H:%M:%S}+00:00" if tanggal and jam else None


def _encounter(baris: Any) -> dict[str, Any]:
    masa = {"start": _waktu(baris.tgl_registrasi, baris.jam_reg), "end": _waktu(baris.tgl_keluar, baris.jam_keluar)}
    masa = {nama: nilai for nama, nilai in masa.items() if nilai}
    rs, ruang = baris.ihs_organization, baris.kd_poli
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": f"http://sys-ids.kemkes.go.id/encounter/{rs}", "value": baris.no_rawat}],
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/P99000000001"},
        "participant": [{"individual": {"reference": "Practitioner/99000000002"}}] if baris.kd_dokter else [],
        "location": [{"location": {"reference": f"Location/{id_ruang('9900001', ruang)}"}}] if ruang else [],
        "period": masa,
        "statusHistory": [{"status": "finished", "period": {"start": "2026-11-01T00:00:00+00:00"}}],
        "serviceProvider": {"reference": f"Organization/{rs}"},
    }


def _patient(baris: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "https://fhir.kemkes.go.id/id/nik-ibu", "value": baris.no_ktp_ibu}],
        "name": [{"text": "BAYI"}],
        "gender": "male",
        "birthDate": baris.tgl_lahir.isoformat(),
        "multipleBirthInteger": baris.kembar_ke,
    }


def test_watermarks_have_ties(mesin: Engine, penduduk: Population) -> None:
    isi(mesin, penduduk, 2026)
    kali = select(func.count()).select_from(kunjungan).group_by(kunjungan.c.updated_at)
    with mesin.connect() as sambungan:
        assert max(sambungan.scalars(kali)) >= 2


def test_every_foreign_id_is_known_to_satusehat(mesin: Engine, penduduk: Population) -> None:
    isi(mesin, penduduk, 2026)
    gudang = isi_gudang(penduduk)
    with mesin.connect() as sambungan:
        for kolom, jenis in (
            (setting.c.ihs_organization, "Organization"),
            (poliklinik.c.ihs_location, "Location"),
            (dokter.c.ihs_practitioner, "Practitioner"),
        ):
            assert all(gudang.ada(f"{jenis}/{nomor}") for nomor in sambungan.scalars(select(kolom)))
        assert all(gudang.kembaran(_pasien_fhir(nik)) for nik in sambungan.scalars(_nik_yang_ada()))


def _nik_yang_ada() -> Select[Any]:
    return select(pasien.c.no_ktp).where(pasien.c.no_ktp.not_in(("", "-")))


def _pasien_fhir(nik: str) -> dict[str, object]:
    tanda = {"system": "https://fhir.kemkes.go.id/id/nik", "value": nik}
    return {"resourceType": "Patient", "identifier": [tanda]}


@pytest.mark.parametrize("keluarga", [1, 2, 5])
def test_it_fits_a_small_country(tmp_path: Path, keluarga: int) -> None:
    mesin = buka(f"sqlite:///{tmp_path}/kecil.db")
    assert isi(mesin, make(families=keluarga), 2026)
    with mesin.connect() as sambungan:
        assert sambungan.scalar(select(func.count()).select_from(diagnosa))
    mesin.dispose()


def test_the_console_shows_counts_and_no_person(tmp_path: Path, penduduk: Population) -> None:
    perintah = [sys.executable, "-m", "contoh.simrs", "--url", f"sqlite:///{tmp_path}/s.db", "--families", "5"]
    hasil = subprocess.run([*perintah, "--bayi-baru"], capture_output=True, text=True, check=True)
    assert hasil.stdout.startswith("siap sqlite:///")
    assert "kelahiran" in hasil.stdout
    assert "99010" not in hasil.stdout + hasil.stderr


def test_an_unreachable_database_is_one_sentence() -> None:
    alamat = "postgresql://siapa:sandi@127.0.0.1:1/simrs"
    perintah = [sys.executable, "-m", "contoh.simrs", "--families", "1", "--url", alamat]
    hasil = subprocess.run(perintah, capture_output=True, text=True, check=False)
    assert hasil.returncode == 1
    assert hasil.stderr.startswith("expected a database at --url")
    assert "sandi" not in hasil.stderr
