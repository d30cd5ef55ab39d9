"""The frame, the first page, the footer's pages, errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from terpadu.errors import BadInput, Refused
from terpadu.pages import home, navigation, reaching
from terpadu.pages.guards import public
from terpadu.pages.templatetags import pages as tags
from terpadu.pages.templatetags import parts
from terpadu.portal import urls as portal
from tests.lib.people import make_person
from tests.lib.routes import routes

pytestmark = pytest.mark.django_db


@public
def _breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("rahasia di dalam kesalahan")


urlpatterns = [path("rusak/", _breaks), *portal.urlpatterns]
"""The portal's addresses and one that breaks."""


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[home.Block]:
    kept: list[home.Block] = []
    monkeypatch.setattr(home, "_BLOCKS", kept)
    return kept


def test_rooms_put_the_first_page_together(client: Client, blocks: list[home.Block]) -> None:
    said: dict[str, Any] = {
        "title": "Peristiwa hidup",
        "tiles": [{"icon": "eye", "name": "Kelahiran", "text": "Akta", "address": "/x/"}],
    }
    home.register(home.Block("below", 20, "pages/home/tiles.html", lambda request: said))
    home.register(home.Block("below", 10, "pages/home/often.html", lambda request: {"words": [("SKCK", "/y/")]}))
    home.register(home.Block("main", 10, "pages/home/cases.html", lambda request: None))
    page = client.get("/").content.decode()
    assert page.index("SKCK") < page.index("Kelahiran")
    assert home.blocks(RequestFactory().get("/"))["main"] == []


def test_a_block_stands_once_and_where_there_is_a_place(blocks: list[home.Block]) -> None:
    block = home.Block("side", 1, "pages/home/watch.html", lambda request: None)
    home.register(block)
    home.register(block)
    assert len(blocks) == 1
    with pytest.raises(BadInput, match="place"):
        home.register(block._replace(place="atas"))


def test_who_has_signed_on_finds_name_and_way_out_and_nobody_else_does(client: Client) -> None:
    assert 'href="/masuk/"' in client.get("/").content.decode()
    client.force_login(make_person(name="RATNA <b>W</b>"))
    page = client.get("/").content.decode()
    assert "RATNA &lt;b&gt;W" in page
    assert re.search(r'<form method="post" action="/keluar/">', page)
    assert 'href="/masuk/"' not in page


def test_the_policy_lets_nothing_in_from_elsewhere(client: Client) -> None:
    answer = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


def test_the_current_entry_is_marked_also_below_it_and_in_english() -> None:
    for language, address in (("id", "/layanan/kelahiran/"), ("en", "/en/layanan/kelahiran/")):
        with translation.override(language):
            found = navigation.entries(RequestFactory().get(address))
        assert [entry.current for entry in found] == [True, False, False]


def test_where_the_frame_leads_there_is_a_page() -> None:
    known = [re.sub(r"<[^>]+>", "[^/]+", route.path) for route in routes()]
    with translation.override("id"):
        page = Client().get("/").content.decode()
    led = set(re.findall(r'href="(/[a-z][a-z/-]*)"', page)) - {"/en/"}
    lost = {address for address in led if not any(re.fullmatch(path, address) for path in known)}
    assert {address for address in lost if not address.startswith("/static/")} == set()


def test_unknown_pages_and_broken_ones_say_so_in_the_look(client: Client) -> None:
    missing = client.get("/tidak-ada/")
    assert missing.status_code == 404
    assert "Halaman tidak ditemukan" in missing.content.decode()
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        broken = client.get("/rusak/")
    assert broken.status_code == 500
    assert "Ada yang rusak di pihak kami" in broken.content.decode()
    assert "rahasia" not in broken.content.decode()


def test_a_forged_post_is_told_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/masuk/kode/", {"email": "x@contoh.example"})
    assert answer.status_code == 403
    assert "tidak dapat dipastikan dari Anda" in answer.content.decode()


def test_examples_are_only_for_demonstrations(client: Client, settings: Any) -> None:
    assert client.get("/contoh-komponen/").status_code == 404
    assert "Halaman contoh" not in client.get("/").content.decode()


class _Node:
    def __init__(self) -> None:
        self.asked = 0

    def agreements(self) -> list[dict[str, str]]:
        self.asked += 1
        if self.asked == 1:
            raise Refused("node-down", "Expected the node to answer; it did not.")
        return [{"service": "a"}, {"service": "b"}, {"service": "b"}]


def test_the_state_is_asked_and_not_claimed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    node = _Node()
    monkeypatch.setattr(reaching, "agencies", lambda: node)
    reaching.cache.clear()
    assert "Tidak menjawab" in client.get("/status/").content.decode()
    assert "Tidak menjawab" in client.get("/status/").content.decode()
    assert node.asked == 1
    reaching.cache.clear()
    assert "2 layanan instansi" in client.get("/status/").content.decode()


def test_parts_refuse_what_they_do_not_know() -> None:
    with pytest.raises(BadInput, match="kind of tag"):
        parts.tag("x", "biru")
    with pytest.raises(BadInput, match="icon"):
        tags.icon("tidak-ada")
    with pytest.raises(BadInput, match="begins with /"):
        navigation.at("https://lain.example/")


@pytest.mark.parametrize(
    ("value", "word"),
    [(1.0, "Kurang"), (1.79, "Kurang"), (1.8, "Cukup"), (2.6, "Baik"), (4.2, "Memuaskan"), (5.0, "Memuaskan")],
)
def test_the_scale_names_the_predicate_at_its_bounds(value: float, word: str) -> None:
    with translation.override("id"):
        assert str(parts.scale(value)["word"]) == word


def test_the_scale_takes_the_bounds_of_another_instrument() -> None:
    pemdi = [("Kurang", 1.0, 1.5), ("Cukup", 1.5, 2.5), ("Baik", 2.5, 5.0)]
    found = parts.scale(2.5, bounds=pemdi)
    assert (found["word"], found["x"]) == ("Baik", 37.5)
    assert [round(one["x"] - 0.3, 6) for one in found["segments"]] == [0, 12.5, 37.5]
    assert parts.scale(2.5, bounds=pemdi, said="Cukup")["word"] == "Cukup"
