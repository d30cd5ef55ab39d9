"""Pages: what they show, in how many queries, and that hostile words stay words."""

from __future__ import annotations

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from terpadu.clock import system_clock
from terpadu.model import federation as form
from terpadu.registry import adopting, office, publishing
from terpadu.registry.models import Agreement, Member, Publication, Risk, Service, Subsystem, Version
from terpadu.registry.showing_publishing import readable
from terpadu.registry.states import Deal, Joining, Life
from terpadu.trust import carrying, publish
from terpadu.trust.office import load_key
from tests.unit.registry.conftest import DUK, KES, KLINIK, NIK, World, openapi, wanted

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def more(count: int, start: int = 0) -> None:
    """Members, systems, services, and agreements with one service."""
    for number in range(start, start + count):
        member = Member.objects.create(pk=f"ID/PEMDA/D{number}", name=f"Kota {number}", state=Joining.LISTED)
        system = Subsystem.objects.create(pk=f"{member.pk}/s", member=member, name=f"Sistem {number}", state=Joining.LISTED)
        service = Service.objects.create(pk=f"{system.pk}/layanan", subsystem=system)
        Version.objects.create(service=service, number=1, title=f"Layanan {number}", state=Life.PUBLISHED, published=True)
        Agreement.objects.create(
            code=f"D{number}", consumer=system, service_id=NIK, purposes=["lahir"], fields=["nama"], quota=number + 1,
            persons=1, until=wanted().until, state=Deal.IN_FORCE, published=True,
        )  # fmt: skip


def test_pages_ask_the_database_as_often_for_many_as_for_few(world: World) -> None:
    world.both()
    world.service()
    world.publish()
    found = world.ask()
    paths = ("/registri/", "/registri/?cari=kota", f"/registri/layanan/{NIK}/", "/registri/anggota/", f"/registri/anggota/{DUK}/",
             "/registri/meja/", f"/registri/kesepakatan/{found.pk}/", "/registri/terbit/", "/registri/tujuan/")  # fmt: skip
    browser = world.browser("operator")
    counts = []
    for count, start in ((3, 0), (30, 3)):
        more(count, start)
        counts.append({path: _queries(browser, path) for path in paths})
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 26, counts[1]


def _queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def test_the_page_of_a_service(world: World) -> None:
    world.both()
    world.service()
    world.agreed()
    page = world.browser("visitor").get(f"/registri/layanan/{NIK}/").content.decode()
    for words in ("Cek NIK", "Mencatat kelahiran", "UU 24/2013 pasal 27", "2 dari 4", "<svg", "tidak diberikan", "openapi",
                  f"curl -X POST http://127.0.0.1:8080/r1/{NIK}/ "):
        assert words in page, words
    assert "style=" not in page
    assert world["consumer"].name not in page, "no person's name is public"


def test_the_catalogue_finds_by_words_of_service_system_and_agency(world: World) -> None:
    world.both()
    world.service()
    more(3)
    browser = world.browser("visitor")
    for question, found in (("cek nik", 1), ("instansi duk nik", 1), ("kota layanan", 3), ("tidak ada", 0)):
        assert f"{found} layanan cocok" in browser.get("/registri/", {"cari": question}).content.decode()


def test_hostile_words_stay_words(world: World) -> None:
    world.both()
    world.describe(openapi(**{"<b>x</b>": {"type": HOSTILE}}), title=HOSTILE)
    Version.objects.update(state=Life.TRIAL, description=HOSTILE)
    world.agreed()
    Subsystem.objects.update(name=HOSTILE)
    Member.objects.update(name=HOSTILE, about=HOSTILE)
    Agreement.objects.update(why=HOSTILE)
    agreement = Agreement.objects.get()
    for path in ("/registri/", f"/registri/layanan/{NIK}/", f"/registri/anggota/{DUK}/", "/registri/meja/",
                 f"/registri/kesepakatan/{agreement.pk}/", f"/registri/minta/{NIK}/"):  # fmt: skip
        page = world.browser("consumer").get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_the_walk_of_publishing_in_the_page(world: World) -> None:
    world.member(DUK)
    browser = world.browser("operator")
    assert "1 anggota" in browser.get("/registri/terbit/").content.decode()
    browser.post("/registri/terbit/", {"langkah": "terbitkan"})
    assert office.published() is None, "nothing was prepared"
    browser.post("/registri/terbit/", {"langkah": "siapkan"})
    file = browser.get("/registri/terbit/usulan.json").content
    root = browser.get("/registri/root.json").content
    for number in (1, 2):
        browser.post("/registri/terbit/", {"langkah": "terbitkan"})
        assert office.published() is None, f"{number - 1} of 2 holders signed"
        signed, federation = carrying.sign(carrying.read(file), load_key(world.office.directory / f"offline/{number}.pem"), root)
        assert [one.id for one in federation.members] == [DUK]
        back = SimpleUploadedFile("x.json", msgspec.json.encode(carrying.signatures_of(signed)))
        browser.post("/registri/terbit/", {"langkah": "tanda", "file": back})
    browser.post("/registri/terbit/", {"langkah": "terbitkan"})
    assert Publication.objects.get().holders == ["ID/registry/1", "ID/registry/2"]
    told = browser.get("/registri/terbit/").content.decode()
    assert "Nomor 1" in told
    for bad in (b"", b"{}", b"\x00" * 100, msgspec.json.encode(carrying.signatures_of(signed))):
        answer = browser.post("/registri/terbit/", {"langkah": "tanda", "file": SimpleUploadedFile("x.json", bad)}, follow=True)
        assert answer.status_code == 200
    assert browser.post("/registri/terbit/", {"langkah": "apa saja"}).status_code == 404


def test_a_difference_is_said_in_words() -> None:
    sign, what, how = readable('+ member ID/GOV/DUK  name="Dukcapil" country="ID"')
    assert (str(sign), what, how) == ("Baru", "anggota ID/GOV/DUK", "nama: Dukcapil; negara: ID")
    sign, what, how = readable("+ key ID/GOV/DUK/n1 tls abc= until 1827070577774  alg=...")
    assert (what, how) == ("kunci ID/GOV/DUK/n1 tls abc=", "sampai 24 November 2027")
    _sign, _what, how = readable('~ service X  nodes: ["a"] -> ["a","b"]')
    assert how == "simpul: a -> a, b"


def test_a_federation_of_commands_is_taken_in_once(world: World) -> None:
    world.both()
    world.service()
    world.agreed()
    world.publish()
    found = office.published()
    assert found is not None
    for kind in (Risk, Agreement, Version):
        kind.objects.all()._raw_delete(kind.objects.db)
    came = adopting.adopt(found)
    assert (came["Agreement"], came["Member"], came["Service"]) == (1, 0, 0)
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.consumer_id, agreement.published) == (Deal.IN_FORCE, KLINIK, True)
    assert publishing.agreement_of(agreement).fields == found.agreements[0].fields
    assert adopting.adopt(found)["Agreement"] == 0


def test_taken_in_whole_from_nothing(world: World) -> None:
    made = form.Federation(instance="ID", number=1, made=0, expires=1, authorities=("x",), **_little())
    came = adopting.adopt(made)
    assert came == {"Member": 2, "Subsystem": 2, "Purpose": 1, "Node": 0, "Service": 1, "Agreement": 1}
    page = world.browser("visitor").get(f"/registri/layanan/{NIK}/").content.decode()
    assert "Cek NIK" in page
    assert "nama" in page


def _little() -> dict[str, object]:
    now = system_clock()
    points = ({"method": "POST", "path": "/**"},)
    convert = msgspec.convert
    return {
        "members": tuple(convert({"id": name, "name": name}, form.Member) for name in (DUK, KES)),
        "subsystems": tuple(convert({"id": name, "name": name}, form.Subsystem) for name in (f"{DUK}/pop", KLINIK)),
        "purposes": (form.Purpose(id="lahir", title="Lahir", basis="UU"),),
        "services": (convert({"id": NIK, "title": "Cek NIK", "type": "REST", "effect": "safe", "nodes": (), "endpoints": points},
                             form.Service),),
        "agreements": (convert({"id": "A", "version": 1, "consumer": KLINIK, "service": NIK, "purposes": ("lahir",),
                                "endpoints": points, "fields": ("nama",), "since": now - 1, "until": now + 86_400_000,
                                "quota": 1, "persons": 1}, form.Agreement),),
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/registri/gabung/", "/registri/meja/", "/registri/"])
def test_a_portal_without_a_registry_says_so(world: World, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, registry=""))
    assert world.browser("stranger").get(path).status_code == 200
    assert world.browser("operator").get("/registri/terbit/").status_code == 404
    assert world.browser("visitor").get("/registri/root.json").status_code == 404
    body = {"member_class": "GOV", "code": "X", "name": "x", "about": "x", "address": "x@contoh.example"}
    assert world.browser("stranger").post("/registri/gabung/", body).status_code == 200
    assert not Member.objects.exists()


def test_publish_by_command_is_settled_by_the_page(world: World) -> None:
    world.member(DUK)
    publishing.prepare(world["operator"])
    for number in (1, 2):
        publish.sign(world.office, load_key(world.office.directory / f"offline/{number}.pem"), system_clock())
    publish.publish(world.office, system_clock())
    assert Member.objects.get(pk=DUK).state == Joining.APPROVED
    world.browser("operator").post("/registri/terbit/", {"langkah": "ambil"})
    assert Member.objects.get(pk=DUK).state == Joining.LISTED
