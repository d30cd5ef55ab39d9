"""The SKCK stand-in, driven by zeep as it comes from PyPI and by raw SOAP messages."""

import xml.etree.ElementTree as ET  # only for reading answers of our own stand-in
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests
from lxml import etree
from requests.auth import HTTPBasicAuth
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport

from contoh.alat import credential, serve
from contoh.orang import Population, make
from contoh.skck.app import make_app
from contoh.skck.buku import Buku, ada_catatan, perlu_petugas

AMPLOP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'
RUANG = "urn:contoh:polri:skck:1"
NOMOR = "PMH-TERPADU-0001"


@pytest.fixture(scope="module")
def penduduk() -> Population:
    return make()


@pytest.fixture
def url(penduduk: Population) -> Iterator[str]:
    with serve(make_app(penduduk)) as url:
        yield url


def akun() -> HTTPBasicAuth:
    return HTTPBasicAuth(credential("SKCK_USERNAME"), credential("SKCK_PASSWORD"))


@pytest.fixture
def skck(url: str) -> Iterator[Any]:
    with requests.Session() as sesi:
        sesi.auth = akun()
        yield Client(f"{url}/layanan/skck?wsdl", transport=Transport(session=sesi)).service


@pytest.fixture
def isi(penduduk: Population) -> dict[str, str]:
    return {
        "NomorPermohonan": NOMOR,
        "Nik": penduduk.hero.aunt.nik,
        "Keperluan": "MELAMAR CPNS",
        "KodeBilling": "820261124000001",
        "Ntpn": "9A1B2C3D4E5F6G7H",
    }


def hitungan(url: str) -> dict[str, int]:
    return requests.get(f"{url}/_contoh/hitungan", timeout=10).json()


def kode(fault: Fault) -> str:
    return fault.detail.findtext(f".//{{{RUANG}}}Kode")


def kirim(url: str, badan: str | bytes, tipe: str = "text/xml; charset=utf-8") -> requests.Response:
    kepala = {"Content-Type": tipe, "SOAPAction": '""'}
    return requests.post(f"{url}/layanan/skck", data=badan, headers=kepala, auth=akun(), timeout=10)


def test_zeep_files_an_application_and_asks_after_it(skck: Any, url: str, isi: dict[str, str]) -> None:
    pertama = skck.AjukanSkck(**isi)
    assert (pertama.NomorPermohonan, pertama.Status, pertama.SudahDiterima) == (NOMOR, "TERBIT", False)
    hasil = skck.PeriksaSkck(Nik=isi["Nik"], NomorPermohonan=NOMOR)
    assert (hasil.Nama, hasil.CatatanKepolisian) == ("LARASWATI TALAGA", "TIDAK ADA")
    assert (hasil.BerlakuMulai, hasil.BerlakuSampai) == (date(2026, 11, 24), date(2027, 5, 25))
    assert hasil.Kesatuan == "POLRES BANDAR PERMAI"
    assert hitungan(url)["akibat"] == 1


def test_a_repeated_application_makes_no_second_effect(skck: Any, url: str, isi: dict[str, str]) -> None:
    skck.AjukanSkck(**isi)
    kedua = skck.AjukanSkck(**isi)
    assert kedua.SudahDiterima is True
    assert (hitungan(url)["akibat"], hitungan(url)["ulangan"]) == (1, 1)


@pytest.mark.parametrize(
    ("ganti", "harap"),
    [
        ({"Ntpn": None, "NomorPermohonan": "PMH-LAIN-1"}, "BELUM_LUNAS"),
        ({"NomorPermohonan": "PMH-LAIN-1"}, "NTPN_SUDAH_DIPAKAI"),
        ({"Keperluan": "LAIN"}, "PERMOHONAN_BERBEDA"),
        ({"NomorPermohonan": "PMH-LAIN-1", "Ntpn": "X" * 16, "Nik": "9900000000000000"}, "NIK_TIDAK_DITEMUKAN"),
        ({"Nik": "123"}, "PESAN_TIDAK_SESUAI"),
        ({"KodeBilling": "720261124000001"}, "PESAN_TIDAK_SESUAI"),
    ],
)
def test_refused_applications_are_faults(
    skck: Any, url: str, isi: dict[str, str], ganti: dict[str, Any], harap: str
) -> None:
    skck.AjukanSkck(**isi)
    with pytest.raises(Fault) as salah:
        skck.AjukanSkck(**isi | ganti)
    assert (kode(salah.value), salah.value.code) == (harap, "soap:Client")
    assert isi["Nik"] not in str(salah.value.message)
    assert hitungan(url)["akibat"] == 1


def test_a_child_is_too_young(skck: Any, penduduk: Population, isi: dict[str, str]) -> None:
    with pytest.raises(Fault, match="17 tahun"):
        skck.AjukanSkck(**isi | {"Nik": penduduk.hero.child.nik})


def test_somebody_elses_application_is_not_found(skck: Any, penduduk: Population, isi: dict[str, str]) -> None:
    skck.AjukanSkck(**isi)
    with pytest.raises(Fault) as salah:
        skck.PeriksaSkck(Nik=penduduk.hero.mother.nik, NomorPermohonan=NOMOR)
    assert kode(salah.value) == "TIDAK_DITEMUKAN"


def test_older_applications_are_in_every_state(penduduk: Population) -> None:
    buku = Buku(penduduk)
    keadaan = [
        buku.periksa(orang.nik, nomor)
        for nomor in (f"PMH/2026/{ke:06d}" for ke in range(1, 140))
        for orang in [penduduk.by_nik[buku._isi[nomor].nik]]
    ]
    assert {satu["Status"] for satu in keadaan} == {"TERBIT", "DIPERIKSA", "KEDALUWARSA"}
    assert {satu["CatatanKepolisian"] for satu in keadaan} == {"ADA", "TIDAK ADA", "BELUM DIPERIKSA"}
    assert not any(perlu_petugas(nik) or ada_catatan(nik) for nik in penduduk.hero.family.members)


@pytest.mark.parametrize(
    ("badan", "harap"),
    [
        ("bukan xml", "BUKAN_XML"),
        ("<a/>", "BUKAN_SOAP"),
        (AMPLOP % "", "BADAN_TIDAK_TUNGGAL"),
        (AMPLOP % "<x/>", "PESAN_TIDAK_SESUAI"),
        (AMPLOP % f'<Kesalahan xmlns="{RUANG}"><Kode>1</Kode><Pesan>2</Pesan></Kesalahan>', "OPERASI_TIDAK_DIKENAL"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + AMPLOP % "<x>&b;</x>", "DTD_DITOLAK"),
        (AMPLOP % f"<x>{'y' * 70_000}</x>", "PESAN_TERLALU_BESAR"),
    ],
)
def test_a_bad_message_is_a_fault_with_500(url: str, badan: str, harap: str) -> None:
    jawaban = kirim(url, badan)
    assert (jawaban.status_code, jawaban.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    fault = ET.fromstring(jawaban.content).find(".//{http://schemas.xmlsoap.org/soap/envelope/}Fault")  # noqa: S314
    assert fault is not None
    assert fault.findtext("faultcode", "").startswith("soap:")
    assert fault.findtext(f".//{{{RUANG}}}Kode") == harap


def test_the_schema_says_which_element_is_wrong_and_not_its_value(url: str) -> None:
    badan = f'<PeriksaSkck xmlns="{RUANG}"><Nik>99x</Nik><NomorPermohonan>{NOMOR}</NomorPermohonan></PeriksaSkck>'
    jawaban = kirim(url, AMPLOP % badan)
    assert "Unsur tidak sesuai skema: Nik" in jawaban.text
    assert "99x" not in jawaban.text


def test_the_wsdl_names_the_address_it_was_asked_at_and_needs_no_account(url: str) -> None:
    jawaban = requests.get(f"{url}/layanan/skck?wsdl", timeout=10)
    [alamat] = etree.fromstring(jawaban.content).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert alamat.get("location") == f"{url}/layanan/skck"
    assert requests.get(f"{url}/layanan/skck", timeout=10).status_code == 405


def test_a_stranger_and_another_content_type_are_refused(url: str) -> None:
    assert requests.post(f"{url}/layanan/skck", data="<a/>", timeout=10).status_code == 401
    assert kirim(url, "{}", "application/json").status_code == 415
