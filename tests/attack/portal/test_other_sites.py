"""A37: no other site acts here. Every address that takes a POST, found in the URL table, under every trick of a foreign page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from tests.attack.portal.access_table import BODY, filled, lines
from tests.lib.portal_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
WITHOUT_COOKIES = {
    "/api/pembayaran": "the bearer token of the own node",
    "/api/tugas": "the same",
    "/o/token/": "the client's own secret and a code",
    "/o/cabut/": "the client's own secret",
    "/o/orang/": "an access token in the Authorization header",
}
"""Addresses without CSRF tokens, and what they ask for instead of a cookie: a foreign page has none of it."""
POSTED = [line for line in lines() if "post" in line.methods or line.path == "/keluar/"]
TRICKS: dict[str, dict[str, Any]] = {
    "no token": {},
    "other origin": {"HTTP_ORIGIN": "https://jahat.example"},
    "null origin": {"HTTP_ORIGIN": "null"},
    "like ours": {"HTTP_ORIGIN": "http://localhost.jahat.example"},
    "other port": {"HTTP_ORIGIN": "http://localhost:9000"},
    "other referer": {"HTTP_REFERER": "https://jahat.example/x"},
    "text/plain": {"content_type": "text/plain"},
    "json": {"content_type": "application/json"},
    "method override": {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
    "override by form": {"_method": "GET"},
}


def _post(client: Client, path: str, trick: dict[str, Any], **more: str) -> int:
    wanted = dict(trick)
    body: Any = {**BODY, **more}
    if "_method" in wanted:
        body["_method"] = wanted.pop("_method")
    if "content_type" in wanted:
        body = '{"bukti": "x"}'
    return int(client.post(path, body, **wanted).status_code)


def accepted(world: World, trick: str, **more: str) -> list[str]:
    """Addresses that took a forged POST of her own browser."""
    client = Client(enforce_csrf_checks=True, headers={"Host": "localhost"})
    client.cookies.update(world.browser("owner").cookies)
    wanted = [line for line in POSTED if line.path not in WITHOUT_COOKIES]
    return [
        line.path for line in wanted if _post(client, filled(line.path, world.values), TRICKS[trick], **more) != 403
    ]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_other_site_posts(world: World, trick: str) -> None:
    assert accepted(world, trick) == []


def test_without_the_middleware_they_all_do(world: World, settings: Any) -> None:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "csrf" not in one.lower()]
    assert len(accepted(world, "other origin")) > 20


@pytest.mark.parametrize("path", WITHOUT_COOKIES)
def test_where_no_token_is_asked_no_cookie_counts(world: World, path: str) -> None:
    client = world.browser("owner")
    assert _post(client, path, {}) in (400, 401, 403)
    exempt = {
        line.path for line in POSTED if getattr(resolve(filled(line.path, world.values)).func, "csrf_exempt", False)
    }
    assert exempt - {"/o/masuk/", "/o/keluar/"} <= set(WITHOUT_COOKIES)


def test_no_page_lets_another_origin_read(world: World) -> None:
    """Only the public catalogue and open data answer other origins, and without cookies."""
    client = world.browser("owner")
    for line in lines():
        if "get" not in line.methods:
            continue
        answer = client.get(filled(line.path, world.values), HTTP_ORIGIN="https://jahat.example")
        allowed = answer.headers.get("Access-Control-Allow-Origin", "")
        assert allowed in ("", "*"), line.path
        open_to_all = ("/api/services", "/api/openapi", "/api/spbe/", "/o/.well-known/", "/o/")
        assert not allowed or line.path.startswith(open_to_all), line.path
        assert "Access-Control-Allow-Credentials" not in answer.headers, line.path


def test_no_page_may_be_framed_or_sniffed(world: World) -> None:
    client = world.browser("owner")
    for line in lines():
        if "get" in line.methods:
            answer = client.get(filled(line.path, world.values))
            assert answer.headers["X-Frame-Options"] == "DENY", line.path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", line.path
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, line.path
            assert "frame-ancestors 'none'" in policy or "sandbox" in policy, line.path
