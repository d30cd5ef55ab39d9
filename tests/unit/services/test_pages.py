"""The catalogue's pages: what happened in life, the search, and a service with all that people ask before they begin."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from terpadu.services.catalogue import catalogue
from tests.unit.services import shelf

pytestmark = [pytest.mark.usefixtures("services"), pytest.mark.django_db]


def read(path: str) -> str:
    """What a page says."""
    answer = Client().get(path, headers={"Host": "localhost"})
    assert answer.status_code == 200
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def test_the_first_page_shows_what_happens_in_life() -> None:
    said = read("/")
    assert "Peristiwa hidup Kelahiran Akta, KK, dan KIA sekaligus." in said
    assert "Semua layanan menurut abjad" in said
    assert "Life events Birth Record, family card and child's card at once." in read("/en/")


def test_all_services_by_life_event_and_by_name() -> None:
    said = read("/layanan/")
    assert said.index("Menurut peristiwa hidup") < said.index("Menurut abjad")
    by_name = said[said.index("Menurut abjad") :]
    assert by_name.index("Kelahiran anak") < by_name.index("Perpanjangan SIM") < by_name.index("Pindah rumah")


def test_a_search_with_a_typing_error() -> None:
    assert "1 layanan cocok. Kelahiran anak" in read("/layanan/?cari=kelahirn+anak")
    assert "Tidak ada layanan yang cocok" in read("/layanan/?cari=helikopter")


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", "%00", "a" * 5000, "' OR 1=1 --", "\u202eterbalik"])
def test_what_was_typed_is_text_and_nothing_else(question: str) -> None:
    answer = Client().get("/layanan/", {"cari": question}, headers={"Host": "localhost"})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_a_service_says_all_before_one_begins() -> None:
    said = read("/layanan/kelahiran/")
    for words in (
        "Akta kelahiran PDF bertanda tangan elektronik",
        "2 dulu",
        "0 sekarang",
        "Anda mengisi nama lengkap anak.",
        "KTP dua saksi Sekarang: Tidak diperlukan lagi Sumber: Perpres 96/2018",
        "Waktu Paling lama 3 hari kerja Standar Pelayanan",
        "Biaya Gratis UU 24/2013 pasal 79A",
        "Ayah, ibu, atau wali",
        "Ajukan sanggah paling lambat 21 hari kerja sesudah putusan (UU 30/2014 pasal 77)",
        "Penanganan pengaduan, saran, dan masukan Bagian complaints",
        "Maklumat pelayanan Kami menepatinya.",
    ):
        assert words in said
    assert "Rp80.000" in read("/layanan/sim/")
    assert "At most 3 working days" in read("/en/layanan/kelahiran/")


def test_an_unknown_service_is_not_found() -> None:
    assert Client().get("/layanan/helikopter/", headers={"Host": "localhost"}).status_code == 404


def test_an_empty_catalogue_says_so(tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()
    with shelf.put_up(tmp_path / "kosong"):
        assert "Belum ada layanan" in read("/layanan/")
        assert "Peristiwa hidup" not in read("/")


def test_a_new_folder_is_a_new_service_without_code(services: Path) -> None:
    text = shelf.MOVE.replace('"pindah"', '"kapal"').replace("Pindah rumah", "Izin kapal")
    (services / "kapal").mkdir()
    (services / "kapal" / "service.toml").write_text(text, encoding="utf-8")
    catalogue.cache_clear()
    assert "Izin kapal" in read("/layanan/")
    assert "Izin kapal" in read("/layanan/kapal/")
    assert settings.PORTAL.services == str(services)
