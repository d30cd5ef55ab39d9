"""The nine small stand-ins in one process: each with its key, its rules, its own counters."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contoh.alat import credential, serve
from contoh.bersama.app import APPS, make_app
from contoh.orang import make

PEOPLE = make(families=60)
WHO = PEOPLE.figures
KEYS = {
    "simkah": "SIMKAH_KEY", "taspen": "TASPEN_KEY", "polri": "KORLANTAS_KEY", "spmb": "SPMB_KEY",
    "perlinsos": "PERLINSOS_KEY", "bpjstk": "BPJSTK_KEY", "ahu": "AHU_KEY", "loket": "LOKET_KEY",
}  # fmt: skip


@pytest.fixture
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def post(url: str, path: str, **body: Any) -> requests.Response:
    key = credential(KEYS[path.split("/", 1)[0]])
    return requests.post(f"{url}/{path}", json=body, headers={"X-Kunci": key}, timeout=5)


def data(url: str, path: str, **body: Any) -> dict[str, Any]:
    answer = post(url, path, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def code(url: str, path: str, **body: Any) -> str:
    answer = post(url, path, **body)
    assert answer.status_code >= 400
    said: str = answer.json()["kode"]
    return said


def test_each_counts_for_itself_below_its_name(url: str) -> None:
    data(url, "taspen/cek-pensiunan", nik=WHO["suminah"].nik)
    counts = {name: requests.get(f"{url}/{name}/_contoh/hitungan", timeout=5).json()["panggilan"] for name in APPS}
    assert counts == {**dict.fromkeys(APPS, 0), "taspen": 1}


@pytest.mark.parametrize("name", KEYS)
def test_without_the_key_nothing_is_said(url: str, name: str) -> None:
    paths = {
        "simkah": "nikah", "taspen": "pensiun", "polri": "sim/cek", "spmb": "hasil", "perlinsos": "putusan",
        "bpjstk": "cek-upah", "ahu": "cek-pemilik", "loket": "isi",
    }  # fmt: skip
    answer = requests.post(f"{url}/{name}/{paths[name]}", json={"nik": WHO["sari"].nik}, timeout=5)
    assert (answer.status_code, answer.json()["kode"]) == (401, "KUNCI_SALAH")


def test_an_act_is_done_once_for_its_number(url: str) -> None:
    body = {"nik": WHO["rangga"].nik, "nik_pengganti": WHO["rangga_istri"].nik}
    first, again = (data(url, "perlinsos/meninggal", nomor="K1", **body) for _ in range(2))
    assert (first["sudah_pernah"], again["sudah_pernah"]) == (False, True)
    assert code(url, "perlinsos/meninggal", nomor="K1", nik=WHO["sari"].nik) == "NOMOR_DIPAKAI"
    assert code(url, "perlinsos/meninggal", nik=WHO["sari"].nik) == "TIDAK_LENGKAP"
    counts = requests.get(f"{url}/perlinsos/_contoh/hitungan", timeout=5).json()
    assert counts["akibat:meninggal"] == 1


# SIMKAH, Taspen, and the questions about a whole card


def test_a_marriage_is_found_by_either_spouse_and_a_church_wedding_not(url: str) -> None:
    found = [data(url, "simkah/nikah", nik=WHO[word].nik) for word in ("fajar", "aisyah")]
    assert found[0] == found[1]
    assert found[0]["tanggal_nikah"] == "14/11/2026"
    assert data(url, "simkah/nikah", nik=PEOPLE.hero.mother.nik)["nik_suami"] == PEOPLE.hero.father.nik
    assert code(url, "simkah/nikah", nik=WHO["maria"].nik) == "TIDAK_DITEMUKAN"


def test_yes_or_no_about_a_card(url: str) -> None:
    mother, son = WHO["lestari"].nik, WHO["lestari_anak"].nik
    assert data(url, "polri/sdm/cek-anggota", nik=mother, anggota=[son]) == {"anggota_polri": True}
    assert data(url, "polri/sdm/cek-anggota", nik=mother) == {"anggota_polri": False}
    assert data(url, "bpjstk/cek-upah", nik=mother, batas=1_000_000) == {"di_atas_batas": True}
    assert data(url, "bpjstk/cek-upah", nik=mother, batas=1_200_000) == {"di_atas_batas": False}
    assert data(url, "ahu/cek-pemilik", nik=mother, anggota=[one.nik for one in PEOPLE.people])["pemilik_atau_pengurus"]
    assert data(url, "ahu/cek-pemilik", nik=mother) == {"pemilik_atau_pengurus": False}
    assert code(url, "ahu/cek-pemilik", nik=mother, anggota="semua") == "TIDAK_LENGKAP"
    assert code(url, "bpjstk/cek-upah", nik=mother) == "TIDAK_LENGKAP"


def test_a_pensioner_s_death_makes_the_claim_ready_and_leaves_it_to_the_heirs(url: str) -> None:
    husband = WHO["suminah_suami"].nik
    report = {"nik": husband, "tanggal_meninggal": "2026-11-21", "nomor_akta": "9912-KM-1"}
    claim = data(url, "taspen/meninggal", nomor="K1", **report, nik_ahli_waris=WHO["suminah"].nik)
    assert (claim["uang_duka"], claim["pensiun_terusan_sampai"]) == (12_450_000, "2027-03-21")
    assert code(url, "taspen/pensiun", nik=WHO["suminah"].nik) == "TIDAK_DITEMUKAN"


# Driving licences


def test_a_licence_is_renewed_from_the_day_of_issue(url: str) -> None:
    asked = {"nik": WHO["hendra"].nik, "golongan": "C"}
    renewal = {**asked, "ntpn": "A" * 16, "sehat": True, "lulus_psikologi": True}
    assert code(url, "polri/sim/perpanjang", nomor="K0", **{**renewal, "ntpn": ""}) == "BELUM_LUNAS"
    assert code(url, "polri/sim/perpanjang", nomor="K0", **{**renewal, "sehat": False}) == "TES_BELUM_LULUS"
    assert data(url, "polri/sim/perpanjang", nomor="K1", **renewal)["berlaku_sampai"] == "2031-11-24"
    assert data(url, "polri/sim/cek", **asked)["berlaku_sampai"] == "2031-11-24"
    assert code(url, "polri/sim/cek", nik=WHO["hendra"].nik, golongan="A") == "TIDAK_DITEMUKAN"


def test_a_day_too_late_is_too_late_unless_a_decision_says_until_when(url: str) -> None:
    yohana, ketut = {"nik": WHO["yohana"].nik, "golongan": "A"}, {"nik": WHO["ketut"].nik, "golongan": "C"}
    assert code(url, "polri/sim/boleh-perpanjang", **yohana) == "KEDALUWARSA"
    days = {"dari": "2026-03-18", "sampai": "2026-03-24", "diperpanjang_sampai": "2026-11-23"}
    data(url, "polri/sim/keputusan", nomor="KEP/1", **days)
    assert code(url, "polri/sim/boleh-perpanjang", **ketut) == "KEDALUWARSA", "the decision itself has run out"
    data(url, "polri/sim/keputusan", nomor="KEP/2", **{**days, "diperpanjang_sampai": "2026-11-24"})
    assert data(url, "polri/sim/boleh-perpanjang", **ketut)["boleh"] is True
    assert code(url, "polri/sim/boleh-perpanjang", **yohana) == "KEDALUWARSA", "no closed day of hers"


# School admission


def enrol(url: str, key: str, **more: Any) -> requests.Response:
    body = {
        "nik": WHO["arka"].nik, "npsn": "99100013", "jenjang": "SD", "jalur": "DOMISILI",
        "tanggal_lahir": "2021-05-01", "tinggal_sejak": "2023-11-02",
    }  # fmt: skip
    return post(url, "spmb/daftar", nomor=key, **{**body, **more})


@pytest.mark.parametrize(
    ("more", "kode"),
    [
        ({}, None),
        ({"tanggal_lahir": "2021-07-02"}, "USIA"),  # 5 years 11 months on 1 July
        ({"tanggal_lahir": "2021-07-02", "rekomendasi_psikolog": True}, None),
        ({"tanggal_lahir": "2022-02-01", "rekomendasi_psikolog": True}, "USIA"),  # 5 years 5 months
        ({"jenjang": "SMP", "npsn": "99200013", "tanggal_lahir": "2011-07-01"}, "USIA"),  # 16
        ({"jenjang": "SMP", "npsn": "99200013", "tanggal_lahir": "2012-07-01"}, None),  # 15
        ({"tinggal_sejak": "2025-11-25"}, "KK_KURANG_SETAHUN"),
        ({"tinggal_sejak": "2025-11-24"}, None),
        ({"tinggal_sejak": "2026-11-01", "jalur": "PRESTASI"}, None),
        ({"jalur": "AFIRMASI"}, "BUKAN_PENERIMA"),
        ({"jalur": "AFIRMASI", "desil": 2}, None),
    ],
)
def test_who_may_apply(url: str, more: dict[str, Any], kode: str | None) -> None:
    assert enrol(url, "K1", **more).json().get("kode") == kode


def test_an_older_child_comes_first_at_an_sd_and_a_nearer_one_at_an_smp(url: str) -> None:
    enrol(url, "MUDA")
    enrol(url, "TUA", tanggal_lahir="2020-01-01")
    older, younger = (data(url, "spmb/hasil", nomor_pendaftaran=key)["peringkat"] for key in ("TUA", "MUDA"))
    assert (older, younger) == (1, 5)
    smp = {"jenjang": "SMP", "npsn": "99200013", "tanggal_lahir": "2014-01-01"}
    enrol(url, "JAUH", **smp, jarak_m=5000)
    enrol(url, "DEKAT", **smp, jarak_m=10)
    near, far = (data(url, "spmb/hasil", nomor_pendaftaran=key) for key in ("DEKAT", "JAUH"))
    assert (near["peringkat"], near["status"], far["peringkat"], far["status"]) == (1, "DITERIMA", 5, "CADANGAN")
    assert code(url, "spmb/daftar-ulang", nomor="U1", nomor_pendaftaran="JAUH", npsn="99200013") == "TIDAK_DITERIMA"
    placed = data(url, "spmb/daftar-ulang", nomor="U2", nomor_pendaftaran="JAUH", npsn=far["sekolah_penyaluran"])
    assert placed["status"] == "DISALURKAN"


# Social aid


def apply(url: str, key: str, **more: Any) -> dict[str, Any]:
    darto = WHO["darto"]
    body = {"nik": darto.nik, "no_kk": darto.no_kk, "program": "PKH", "desil": 2, "persetujuan": True, "komponen": 1}
    return data(url, "perlinsos/ajukan", nomor=key, **{**body, **more})


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({}, []),
        ({"desil": 4}, []),
        ({"desil": 5}, ["A1"]),
        ({"desil": 5, "program": "PBI-JK"}, []),
        ({"desil": 6, "program": "PBI-JK"}, ["A2"]),
        ({"asn": True}, ["A3"]),
        ({"pensiunan": True, "anggota_polri": True}, ["A3", "A3"]),
        ({"gaji_negara": True}, ["A4"]),
        ({"upah_di_atas_minimum": True}, ["A5"]),
        ({"pemilik_usaha": True}, ["A6"]),
        ({"menolak_bantuan": True}, ["A7"]),
        ({"komponen": 0}, ["A9"]),
        ({"komponen": 0, "program": "SEMBAKO"}, []),
        ({"komponen": 0, "tanggal_lahir_anggota": ["1980-01-01", "1966-11-24"]}, []),
        ({"komponen": 0, "tanggal_lahir_anggota": ["1980-01-01", "1966-11-25"]}, ["A9"]),
        ({"komponen": 0, "tanggal_lahir_anggota": ["2019-11-25"]}, []),
    ],
)
def test_each_rule_and_all_reasons_are_told(url: str, more: dict[str, Any], kinds: list[str]) -> None:
    decision = apply(url, "K1", **more)
    assert [one["kode"] for one in decision["alasan"]] == kinds
    assert all(one["sumber"] and one["kalimat"] for one in decision["alasan"])
    assert decision["putusan"] == ("DITOLAK" if kinds else "LAYAK")


def test_an_objection_needs_a_refusal_and_a_visit_an_objection(url: str) -> None:
    apply(url, "BAIK")
    apply(url, "BURUK", desil=7)
    assert code(url, "perlinsos/sanggah", nomor="S0", nomor_permohonan="BAIK", alasan="x") == "TIDAK_ADA_PENOLAKAN"
    assert code(url, "perlinsos/periksa-ulang", nomor="P0", nomor_permohonan="BURUK") == "TANPA_SANGGAHAN"
    data(url, "perlinsos/sanggah", nomor="S1", nomor_permohonan="BURUK", alasan="salah catat")
    seen = data(url, "perlinsos/periksa-ulang", nomor="P1", nomor_permohonan="BURUK")
    assert (seen["desil"], seen["putusan"]) == (3, "LAYAK")
    assert data(url, "perlinsos/putusan", nomor_permohonan="BURUK")["putusan"] == "LAYAK"


def test_no_decision_without_consent(url: str) -> None:
    body = {"nik": WHO["darto"].nik, "no_kk": WHO["darto"].no_kk, "program": "PKH", "desil": 2}
    assert code(url, "perlinsos/ajukan", nomor="K1", **body) == "TANPA_PERSETUJUAN"


# BPJS Kesehatan


def bpjs(url: str, path: str, **body: Any) -> dict[str, Any]:
    headers = {"X-cons-id": credential("BPJS_CONS_ID"), "X-user-key": credential("BPJS_USER_KEY")}
    answer = requests.post(f"{url}/bpjs/kepesertaan/{path}", json=body, headers=headers, timeout=5)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("word", "status", "segment"),
    [("sari", "AKTIF", "13"), ("ratna", "NON AKTIF PREMI", "14"), ("maryam", "AKTIF", "21")],
)
def test_a_membership_in_bpjs_s_own_codes(url: str, word: str, status: str, segment: str) -> None:
    row = bpjs(url, "peserta", nik=WHO[word].nik)["response"]["peserta"]
    assert (row["statusPeserta"]["keterangan"], row["jenisPeserta"]["kode"]) == (status, segment)
    assert len(row["noKartu"]) == 13


def test_bpjs_knows_intan_under_another_name(url: str) -> None:
    assert bpjs(url, "peserta", nik=WHO["intan"].nik)["response"]["peserta"]["nama"] == "INTAN PERMATASARI"


@pytest.mark.parametrize(
    ("mother", "born", "order", "status", "owed", "late"),
    [
        ("sari", "2026-11-19", 1, "AKTIF", "0", False),
        ("sari", "2026-11-19", 4, "MENUNGGU PEMBAYARAN", "100000", False),
        ("maryam", "2026-10-26", 3, "AKTIF", "0", True),
        ("melati", "2026-09-10", 1, "MENUNGGU PEMBAYARAN", "105000", True),
        ("melati", "2026-10-27", 1, "MENUNGGU PEMBAYARAN", "70000", False),  # 28 days
    ],
)
def test_a_newborn_s_membership(
    url: str, mother: str, born: str, order: int, status: str, owed: str, late: bool
) -> None:
    child = {"nik": "9999990101260001", "nikIbu": WHO[mother].nik, "nama": "ANAK", "tglLahir": born, "anakKe": order}
    made = bpjs(url, "bayi", noPermohonan="K1", **child)["response"]
    assert (made["statusPeserta"], made["iuranDitagih"], made["terlambat"]) == (status, owed, late)
    assert bpjs(url, "peserta", nik=child["nik"])["response"]["peserta"]["noKartu"] == made["noKartu"]
    assert bpjs(url, "bayi", noPermohonan="K2", **child)["metaData"]["code"] == "208"
    assert bpjs(url, "bayi", noPermohonan="K1", **{**child, "nama": "LAIN"})["metaData"]["code"] == "209"


def test_who_died_is_no_active_member(url: str) -> None:
    nik = WHO["suminah_suami"].nik
    bpjs(url, "meninggal", noPermohonan="K1", nik=nik, tglMeninggal="2026-11-21")
    assert bpjs(url, "peserta", nik=nik)["response"]["peserta"]["statusPeserta"]["kode"] == "9"
    nobody = bpjs(url, "peserta", nik="9999999999999999")
    assert nobody == {"metaData": {"code": "201", "message": "Peserta tidak ditemukan"}, "response": None}


def test_a_verdict_of_the_desk_is_one_and_a_no_has_reasons(url: str) -> None:
    task = {"nomor": "T1", "tiket": "rahasia", "tugas": "periksa", "putusan": ["setuju", "tolak"]}
    assert data(url, "loket/tugas", **task)["sudah_pernah"] is False
    assert code(url, "loket/putus", nomor="T1", putusan="selesai") == "PUTUSAN_DITOLAK"
    assert code(url, "loket/putus", nomor="T1", putusan="tolak") == "ALASAN_KURANG"
    assert data(url, "loket/putus", nomor="T1", putusan="setuju")["disampaikan"] == "belum ada penerima"
    assert code(url, "loket/putus", nomor="T1", putusan="tolak", alasan=["x"]) == "SUDAH_DIPUTUS"
    headers = {"X-Kunci": credential("LOKET_KEY")}
    away = requests.post(f"{url}/loket/penerima", json={"url": "http://contoh.example/x"}, headers=headers, timeout=5)
    assert away.json()["kode"] == "ALAMAT_DITOLAK"
    (row,) = data(url, "loket/isi")["tugas"]
    assert row["diputus"] is True
    assert "tiket" not in row
