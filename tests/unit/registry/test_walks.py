"""Forms in a browser's place: versions, templates, the risk form, halts, and trying through a node."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from terpadu.pages.agencies import Agencies
from terpadu.registry import describing
from terpadu.registry.models import Agreement, Risk, Template, Version
from terpadu.registry.risk import QUESTIONS
from terpadu.registry.states import Deal, Life
from tests.unit.cases.little_node import little_node
from tests.unit.registry.conftest import DUK, KLINIK, NIK, POP, World, in_days, openapi

ANSWERS = {f"answer_{name}": "jawaban" for name in QUESTIONS}


def terms(**more: Any) -> dict[str, Any]:
    day = in_days(200)
    return {"purposes": ["lahir"], "fields_wanted": ["nama"], "quota": 10, "persons": 5, "until_0": day.day,
            "until_1": day.month, "until_2": day.year, "keep_days": 0, **more}  # fmt: skip


def test_a_version_is_uploaded_marked_compared_and_moved(ready: World) -> None:
    ready.agreed()
    browser = ready.browser("provider_head")
    raw = openapi(nama=None, nama_lengkap={"type": "string"})
    told = {"code": "nik", "title": "Cek NIK", "effect": "safe", "subject": "body:nik", "nodes": [f"{DUK}/n1"], "form": "openapi"}
    file = SimpleUploadedFile("x.json", raw)
    assert browser.post(f"/registri/layanan-baru/{POP}/", {**told, "file": file}).status_code == 302
    second = Version.objects.get(number=2)
    page = browser.get(f"/registri/versi/{second.pk}/").content.decode()
    assert KLINIK in page
    assert "mungkin menjadi nama_lengkap" in page
    browser.post(f"/registri/versi/{second.pk}/", {"mark": "1", "names": ["diagnosis"]})
    second.refresh_from_db()
    assert second.fields["diagnosis"]["specific"]
    answer = browser.post(f"/registri/versi/{second.pk}/", {"after": Life.PUBLISHED}, follow=True).content.decode()
    assert "merusak pemakai" in answer
    bad = SimpleUploadedFile("x.json", b"{}")
    answer = browser.post(f"/registri/layanan-baru/{POP}/", {**told, "file": bad}).content.decode()
    assert "tidak dapat dipakai" in answer


def test_a_template_is_made_opened_and_joined(ready: World) -> None:
    body = terms(name="Semua daerah", member_class="", flags=["skala-besar"])
    browser = ready.browser("provider")
    assert browser.post(f"/registri/templat-baru/{NIK}/", body).status_code == 200, "the questions are not answered"
    assert not Template.objects.exists()
    assert browser.post(f"/registri/templat-baru/{NIK}/", body | ANSWERS).status_code == 302
    found = Template.objects.get()
    path = f"/registri/templat/{found.pk}/"
    assert ready.browser("consumer").get(path).status_code == 404, "not open yet"
    ready.browser("provider_head").post(path, {"buka": "1"})
    assert "Semua daerah" in ready.browser("consumer").get(f"/registri/layanan/{NIK}/").content.decode()
    assert ready.browser("consumer").post(path, {"consumer": KLINIK}).status_code == 302
    assert Agreement.objects.get().state == Deal.APPROVED


def test_a_request_and_the_next_version_of_its_risk_form(ready: World) -> None:
    browser = ready.browser("consumer")
    body = terms(consumer=KLINIK, why="perlu")
    assert browser.post(f"/registri/minta/{NIK}/", body | {"quota": 0}).status_code == 200
    answer = browser.post(f"/registri/minta/{NIK}/", body, follow=True)
    found = Agreement.objects.get()
    assert "Permintaan terkirim" in answer.content.decode()
    path = f"/registri/kesepakatan/{found.pk}/risiko/"
    assert browser.post(path, {"flags": ["otomatis"]}).status_code == 200
    assert browser.post(path, {"flags": ["otomatis"], **ANSWERS}).status_code == 302
    assert [one.version for one in Risk.objects.order_by("version")] == [1, 2]
    page = ready.browser("provider").get(f"/registri/kesepakatan/{found.pk}/").content.decode()
    assert "Putusan otomatis" in page
    assert "Mulai meninjau" in page
    foreign = browser.post(f"/registri/minta/{NIK}/", body | {"consumer": POP})
    assert foreign.status_code == 200, "a system of another house is not among the choices"
    assert Agreement.objects.count() == 1


def test_a_launch_is_halted_and_goes_on(ready: World) -> None:
    body = {"apa": NIK, "langkah": "hentikan"}
    for role in ("provider", "consumer_head", "stranger"):
        assert ready.browser(role).post("/registri/tangguhkan/", body).status_code == 404
    ready.browser("provider_head").post("/registri/tangguhkan/", body)
    assert ready.office.narrowing().halted == (NIK,)
    assert "sedang dihentikan" in ready.browser("visitor").get(f"/registri/layanan/{NIK}/").content.decode()
    ready.browser("operator").post("/registri/tangguhkan/", {"apa": NIK, "langkah": "lanjutkan"})
    assert ready.office.narrowing().halted == ()


def test_a_service_is_tried_through_the_portals_node(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with little_node() as node:
        node.answers[NIK] = {"nama": "UJI REKAAN"}
        way = Agencies(node.address, "ID/GOV/CONTOH/PORTAL")
        monkeypatch.setattr("terpadu.registry.trying.agencies", lambda: way)
        node.agreements = [{"service": NIK, "purposes": [{"id": "lahir", "title": "Lahir"}]}]
        browser, path = ready.browser("provider"), f"/registri/coba/{NIK}/"
        assert "Isi permintaan" in browser.get(path).content.decode()
        answer = browser.post(path, {"purpose": "lahir", "body": '{"nik": "9901010101010001"}'}).content.decode()
        assert "UJI REKAAN" in answer
        assert "Expected JSON" in browser.post(path, {"purpose": "lahir", "body": "{"}).content.decode()
        monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, demonstration=False))
        assert "bukan peragaan" in browser.get(path).content.decode(), "never about real people"
        way.close()


def test_a_service_that_changes_something_is_not_tried(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Agencies, "agreements", lambda self: [{"service": NIK, "purposes": []}])
    Version.objects.update(effect="keyed")
    assert "bukan peragaan" in ready.browser("provider").get(f"/registri/coba/{NIK}/").content.decode()


def test_a_whole_house_is_suspended_in_its_page(ready: World) -> None:
    browser = ready.browser("provider")
    body = {"apa": DUK, "oleh": "provider"}
    assert "Tulis alasannya" in browser.post("/registri/tangguhkan/", body, follow=True).content.decode()
    browser.post("/registri/tangguhkan/", body | {"alasan": "gangguan"})
    assert "gangguan" in ready.browser("visitor").get(f"/registri/anggota/{DUK}/").content.decode()
    assert ready.browser("provider").post("/registri/tangguhkan/", body | {"oleh": "centre"}).status_code == 404
    browser.post("/registri/tangguhkan/", body | {"langkah": "akhiri"})
    assert ready.office.narrowing().suspended == ()
    assert describing.live(Version.objects.get().service) is not None
