"""The DTSEN stand-in over real SFTP: batches in, a verdict for every row out."""

import asyncio
import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from contoh.alat import credential
from contoh.dtsen.batch import Kantor
from contoh.dtsen.jalan import serve
from contoh.dtsen.server import Layanan
from contoh.orang import Person, Population, make

JUDUL = "NIK;NO_KK;NAMA"


@pytest.fixture(scope="module")
def penduduk() -> Population:
    return make(families=60)


@pytest.fixture
def dtsen(penduduk: Population, tmp_path: Path) -> Iterator[Layanan]:
    with serve(penduduk, tmp_path / "kantor", tmp_path / "hitungan.json") as layanan:
        yield layanan


def lewat_sftp(layanan: Layanan, kerja: Callable[[asyncssh.SFTPClient], Any]) -> Any:
    """Do `kerja` in one SFTP session. The host key must be the one that was announced."""

    async def sesi() -> Any:
        kenal = asyncssh.import_known_hosts(f"[127.0.0.1]:{layanan.port} {layanan.kunci_publik}\n")
        akun = {"username": credential("DTSEN_USERNAME"), "password": credential("DTSEN_PASSWORD")}
        async with (
            asyncssh.connect("127.0.0.1", layanan.port, known_hosts=kenal, config=None, client_keys=None, **akun) as s,
            s.start_sftp_client() as sftp,
        ):
            return await kerja(sftp)

    return asyncio.run(sesi())


async def taruh(sftp: asyncssh.SFTPClient, nama: str, isi: bytes) -> None:
    async with sftp.open(f"masuk/{nama}.part", "wb") as berkas:
        await berkas.write(isi)
    await sftp.rename(f"masuk/{nama}.part", f"masuk/{nama}")


async def tunggu(sftp: asyncssh.SFTPClient, nama: str) -> bytes:
    """The answer, once it is there under its final name (as a caller would, by looking again)."""
    async with asyncio.timeout(20):
        while not await sftp.exists(f"keluar/{nama}"):  # noqa: ASYNC110  # SFTP has no event to wait for
            await asyncio.sleep(0.02)
    async with sftp.open(f"keluar/{nama}", "rb") as berkas:
        return await berkas.read()


def kirim(layanan: Layanan, nama: str, isi: bytes, akhiran: str = "hasil") -> list[dict[str, str]]:
    async def kerja(sftp: asyncssh.SFTPClient) -> bytes:
        await taruh(sftp, nama, isi)
        hasil = await tunggu(sftp, f"{nama.removesuffix('.csv')}.{akhiran}.csv")
        await sftp.remove(f"keluar/{nama.removesuffix('.csv')}.{akhiran}.csv")
        return hasil

    return baca(lewat_sftp(layanan, kerja))


def baca(isi: bytes) -> list[dict[str, str]]:
    assert isi.startswith(b"\xef\xbb\xbfBARIS")
    teks = isi.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(teks), delimiter=";" if "BARIS;" in teks else ","))


def baris(orang: Person, **ganti: str) -> str:
    return ";".join(({"NIK": orang.nik, "NO_KK": orang.no_kk, "NAMA": orang.nama} | ganti).values())


def test_good_rows_are_answered_beside_bad_ones(dtsen: Layanan, penduduk: Population) -> None:
    ibu, ayah, anak, bibi = (getattr(penduduk.hero, siapa) for siapa in ("mother", "father", "child", "aunt"))
    isi = "\r\n".join(
        [
            JUDUL,
            baris(ibu),
            baris(ibu),
            baris(ayah, NIK="123"),
            "",
            baris(ayah, NO_KK="9.9E+15"),
            baris(ayah, NO_KK="9" * 16),
            baris(anak, NAMA="ORANG LAIN"),
            baris(anak, NIK="9900000000000000"),
            "satu;dua",
            baris(bibi, NIK=f"'{bibi.nik}", NAMA=f'"  {bibi.nama.lower()}  "'),
        ]
    )
    hasil = kirim(dtsen, "usulan-1.csv", isi.encode())
    assert [(satu["BARIS"], satu["STATUS"], satu["KODE"]) for satu in hasil] == [
        ("1", "DITERIMA", ""),
        ("2", "DITOLAK", "NIK_GANDA"),
        ("3", "DITOLAK", "NIK_FORMAT"),
        ("4", "DITOLAK", "KK_FORMAT"),
        ("5", "DITOLAK", "NIK_GANDA"),
        ("6", "DITOLAK", "NAMA_TIDAK_PADAN"),
        ("7", "DITOLAK", "NIK_TIDAK_PADAN"),
        ("8", "DITOLAK", "BARIS_RUSAK"),
        ("9", "DITERIMA", ""),
    ]
    assert [satu["DESIL"] for satu in hasil if satu["STATUS"] == "DITERIMA"] == ["6", "6"]
    assert all(satu["ALASAN"] for satu in hasil if satu["STATUS"] == "DITOLAK")
    assert (dtsen.hitungan.as_json()["akibat"], dtsen.hitungan.as_json()["baris_ditolak"]) == (2, 7)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pemisah", [";", ","])
@pytest.mark.parametrize("akhir", ["\n", "\r\n"])
def test_the_usual_dialects_are_read(
    dtsen: Layanan, penduduk: Population, bom: bytes, pemisah: str, akhir: str
) -> None:
    tulis = io.StringIO()
    penulis = csv.writer(tulis, delimiter=pemisah, lineterminator=akhir, quoting=csv.QUOTE_ALL)
    ibu = penduduk.hero.mother
    penulis.writerows([["No", "nama", "nik", "no_kk"], ["1", ibu.nama, ibu.nik, ibu.no_kk]])
    nama = f"usulan-{len(bom)}{ord(pemisah)}{len(akhir)}.csv"
    [satu] = kirim(dtsen, nama, bom + tulis.getvalue().encode())
    assert (satu["STATUS"], satu["NIK"]) == ("DITERIMA", ibu.nik)


def test_the_desil_of_a_family_is_asked_by_card_or_by_member(dtsen: Layanan, penduduk: Population) -> None:
    keluarga, hero = penduduk.families[7], penduduk.hero.family
    pertanyaan = [f"{keluarga.head},", f",{hero.no_kk}", f"{hero.head},{keluarga.no_kk}", "12,", ","]
    hasil = kirim(dtsen, "desil-1.csv", "\n".join(["NIK,NO_KK", *pertanyaan]).encode())
    assert [(satu["STATUS"], satu["DESIL"], satu["KODE"]) for satu in hasil] == [
        ("DITEMUKAN", str(keluarga.desil), ""),
        ("DITEMUKAN", "6", ""),
        ("DITOLAK", "", "TIDAK_DITEMUKAN"),
        ("DITOLAK", "", "NIK_FORMAT"),
    ]
    assert dtsen.hitungan.as_json()["akibat"] == 0


def test_a_repeated_batch_makes_no_second_effect(dtsen: Layanan, penduduk: Population, tmp_path: Path) -> None:
    isi = "\n".join([JUDUL, *map(baris, penduduk.people[:4])]).encode()
    assert kirim(dtsen, "usulan-7.csv", isi) == kirim(dtsen, "usulan-7.csv", isi)
    [lain] = kirim(dtsen, "usulan-7.csv", isi + b"\n", akhiran="ditolak")
    assert (lain["BARIS"], lain["KODE"]) == ("0", "BATCH_BERBEDA")
    [berikut] = kirim(dtsen, "desil-2.csv", b"NIK\n1")
    assert berikut["KODE"] == "NIK_FORMAT"
    angka = json.loads((tmp_path / "hitungan.json").read_text())
    assert (angka["akibat"], angka["akibat:usulan"], angka["ulangan_batch"], angka["panggilan:usulan"]) == (4, 4, 1, 3)


@pytest.mark.parametrize("isi", [b"", b"\n", b"NIK;NAMA\n1;2", b"NIK;NIK;NO_KK;NAMA\n", b"\x00\xff\xfe", b"<html>"])
def test_a_batch_without_its_columns_is_refused_whole(dtsen: Layanan, isi: bytes) -> None:
    [satu] = kirim(dtsen, "usulan-3.csv", isi)
    assert (satu["BARIS"], satu["STATUS"], satu["KODE"]) == ("0", "DITOLAK", "KOLOM_KURANG")


def test_a_broken_row_does_not_stop_the_next(dtsen: Layanan, penduduk: Population) -> None:
    baik = baris(penduduk.hero.mother)
    rusak = [b'1;"abc"def;3', b"1;2;\xff", b"1;2;" + b"x" * 200_000]
    hasil = kirim(dtsen, "usulan-4.csv", b"\n".join([JUDUL.encode(), *rusak, baik.encode()]))
    assert [satu["KODE"] for satu in hasil] == ["BARIS_RUSAK", "BARIS_RUSAK", "BARIS_RUSAK", ""]


def test_what_is_not_renamed_is_not_processed(dtsen: Layanan) -> None:
    async def kerja(sftp: asyncssh.SFTPClient) -> list[str]:
        async with sftp.open("masuk/usulan-5.csv.part", "wb") as berkas:
            await berkas.write(b"NIK;NO_KK")
        await taruh(sftp, "desil-5.csv", b"NIK\n1")
        await tunggu(sftp, "desil-5.hasil.csv")
        return [nama for nama in await sftp.listdir("masuk") if nama not in (".", "..")]

    assert lewat_sftp(dtsen, kerja) == ["usulan-5.csv.part"]


def test_an_interrupted_upload_is_resumed(dtsen: Layanan, penduduk: Population) -> None:
    isi = "\n".join([JUDUL, *map(baris, penduduk.people[:30])]).encode()

    async def awal(sftp: asyncssh.SFTPClient) -> None:
        async with sftp.open("masuk/usulan-6.csv.part", "wb") as berkas:
            await berkas.write(isi[:500])

    async def lanjut(sftp: asyncssh.SFTPClient) -> bytes:
        ada = (await sftp.stat("masuk/usulan-6.csv.part")).size
        assert ada == 500
        async with sftp.open("masuk/usulan-6.csv.part", "ab") as berkas:
            await berkas.write(isi[ada:])
        await sftp.rename("masuk/usulan-6.csv.part", "masuk/usulan-6.csv")
        return await tunggu(sftp, "usulan-6.hasil.csv")

    lewat_sftp(dtsen, awal)
    assert len(baca(lewat_sftp(dtsen, lanjut))) == 30


LARANGAN: list[Callable[[asyncssh.SFTPClient], Any]] = [
    lambda sftp: sftp.open("masuk/usulan-8.csv", "wb"),
    lambda sftp: sftp.open("keluar/usulan-8.hasil.csv", "wb"),
    lambda sftp: sftp.open("masuk/../x.part", "wb"),
    lambda sftp: sftp.mkdir("masuk/x"),
    lambda sftp: sftp.symlink("/etc/hostname", "masuk/x.part"),
    lambda sftp: sftp.rename("masuk/ada.part", "masuk/lain.csv"),
    lambda sftp: sftp.rename("masuk/ada.part", "keluar/usulan-8.csv"),
    lambda sftp: sftp.posix_rename("masuk/ada.part", "usulan-8.csv"),
    lambda sftp: sftp.open("/../../kunci_inang", "rb"),
]


@pytest.mark.parametrize("langkah", LARANGAN)
def test_nothing_else_is_offered(dtsen: Layanan, langkah: Callable[[asyncssh.SFTPClient], Any]) -> None:
    (dtsen.kantor.masuk / "ada.part").write_bytes(b"NIK\n1")

    async def kerja(sftp: asyncssh.SFTPClient) -> None:
        await langkah(sftp)

    with pytest.raises(asyncssh.SFTPError):
        lewat_sftp(dtsen, kerja)
    assert dtsen.hitungan.as_json()["panggilan"] == 0


@pytest.mark.parametrize("akun", [("x", "y"), ("operator-contoh-siks", "y")])
def test_a_stranger_is_kept_out(dtsen: Layanan, akun: tuple[str, str]) -> None:
    async def coba() -> None:
        nama, sandi = akun
        tujuan = {"known_hosts": None, "config": None, "client_keys": None}
        async with asyncssh.connect("127.0.0.1", dtsen.port, username=nama, password=sandi, **tujuan):
            pass

    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(coba())


def test_a_batch_left_behind_is_answered_at_the_next_start(penduduk: Population, tmp_path: Path) -> None:
    kantor = Kantor(tmp_path)
    kantor.siapkan()
    (kantor.masuk / "desil-9.csv").write_text(f"NO_KK\n{penduduk.hero.family.no_kk}")
    with serve(penduduk, tmp_path) as layanan:
        pertama = layanan.kunci_publik
        [satu] = baca(lewat_sftp(layanan, lambda sftp: tunggu(sftp, "desil-9.hasil.csv")))
    assert satu["DESIL"] == "6"
    with serve(penduduk, tmp_path) as layanan:
        assert layanan.kunci_publik == pertama
    assert stat.S_IMODE((tmp_path / "kunci_inang").stat().st_mode) == 0o600


def test_as_a_program(tmp_path: Path) -> None:
    perintah = [sys.executable, "-m", "contoh.dtsen", "--port", "0", "--families", "3"]
    berkas = {"--folder": tmp_path / "f", "--kunci-publik": tmp_path / "kunci.pub", "--hitungan": tmp_path / "n.json"}
    pilihan = [str(satu) for pasangan in berkas.items() for satu in pasangan]
    with subprocess.Popen([*perintah, *pilihan], stdout=subprocess.PIPE, text=True, env=os.environ) as proses:
        assert proses.stdout is not None
        kunci, siap = proses.stdout.readline().split(" ", 1), proses.stdout.readline()
        assert siap.startswith("siap sftp://127.0.0.1:")
        assert (tmp_path / "kunci.pub").read_text() == kunci[1]
        assert json.loads((tmp_path / "n.json").read_text())["akibat"] == 0
        proses.send_signal(signal.SIGTERM)
        assert proses.wait(15) == 0
