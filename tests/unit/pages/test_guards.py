"""Every address of the portal is guarded once, and the guards do what they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from terpadu.errors import BadInput
from terpadu.identity.models import Person
from terpadu.pages.guards import View, assured, public, signed_on
from tests.lib.routes import routes

BY_THEMSELVES: dict[str, str] = {
    "oauth2_provider.views.oidc.ConnectDiscoveryInfoView": "published addresses of the sign-on, for everybody",
    "oauth2_provider.views.oidc.JwksInfoView": "published keys of the sign-on, for everybody",
    "oauth2_provider.views.base.RevokeTokenView": "a client proves itself",
    "terpadu.identity.openid.views.Token": "a client proves itself by its secret or its code",
    "terpadu.identity.openid.views.UserInfo": "the access token is the guard",
    "terpadu.identity.openid.views.Authorize": "asks for the sign-on by itself: prompt=none wants an error to the client instead",
    "terpadu.identity.openid.views.Logout": "asks the person before it ends a session",
}
"""Views of libraries that stand in our table without a guard of ours -> what guards them."""


def test_every_view_has_a_guard_or_is_known_to_guard_itself() -> None:
    bare = {route.view for route in routes() if not route.guard}
    assert bare == set(BY_THEMSELVES)
    assert len(routes()) > 20


def test_no_page_with_personal_words_is_public() -> None:
    open_ones = {route.path for route in routes() if route.guard == "public"}
    assert not {
        path for path in open_ones if path.startswith(("/urusan/", "/petugas/", "/siapa-melihat/", "/persetujuan/"))
    }


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("isi")


def _asked(view: View, person: Person | AnonymousUser) -> HttpResponse:
    request = RequestFactory().get("/urusan/KL-1/?a=b")
    request.user = person
    answer = view(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def test_who_is_not_signed_on_goes_to_the_sign_on_and_comes_back() -> None:
    for guard in (signed_on, assured(2)):
        answer = _asked(guard(_page), AnonymousUser())
        assert (answer.status_code, answer["Location"]) == (302, "/masuk/?next=/urusan/KL-1/%3Fa%3Db")


def test_a_page_of_somebody_stays_in_no_cache() -> None:
    for guard in (signed_on, assured(2)):
        answer = _asked(guard(_page), Person(assurance=2))
        assert answer.content == b"isi"
        assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.django_db
def test_too_little_assurance_is_told_in_words() -> None:
    for level, person in ((2, 1), (3, 2)):
        answer = _asked(assured(level)(_page), Person(assurance=person))
        assert answer.status_code == 403
        assert answer.content != b"isi"
        assert "Identitas Anda perlu dipastikan dulu" in answer.content.decode()


def test_public_shows_everybody() -> None:
    assert _asked(public(_page), AnonymousUser()).content == b"isi"


def test_two_guards_on_one_view_are_refused() -> None:
    with pytest.raises(BadInput, match="one guard"):
        public(signed_on(_page))


@pytest.mark.django_db
def test_a_switch_of_language_stays_here(client: Client) -> None:
    page = client.get("/bantuan/?next=https://lain.example/").content.decode()
    assert 'href="/en/bantuan/?next=https://lain.example/"' in page
    assert 'href="https://lain.example' not in page
