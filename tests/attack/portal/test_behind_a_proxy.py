"""Served as the how-to says: https by a proxy on this machine. Who is not behind it is sent to https; limits know the client."""

from __future__ import annotations

import http.client
import re
from pathlib import Path

import pytest

from tests.lib.portals import ROOT, Portal

PAGE = ROOT / "docs/how-to/run-the-portal-in-production.md"


@pytest.mark.timeout(200)
def test_https_is_believed_from_the_proxy_and_limits_go_by_its_client(tmp_path: Path) -> None:
    with Portal(tmp_path, demonstration=False) as portal:
        portal.stop()
        text = portal.file.read_text().replace(f'"{portal.address}"', '"https://layanan.contoh.example"')
        portal.file.write_text(text)
        portal.process = portal._start()
        assert _get(portal.port, "/")[0] == 301
        assert _get(portal.port, "/", **{"X-Forwarded-Proto": "http"})[0] == 301
        through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        status, head = _get(portal.port, "/daftar/", **through)
        assert status == 200
        assert "__Host-csrf=" in head
        assert "max-age=31536000" in head
        wrong = _get(portal.port, "/", **through | {"Host": "jahat.example"})
        assert wrong[0] == 400
        tries = [_post(portal.port, f"203.0.113.{number}") for number in (1, *[2] * 22)]
        assert tries[0] == tries[1] == 200
        assert "Terlalu banyak" in _body, "one client runs into its limit"
        assert _post(portal.port, "203.0.113.3") == 200
        assert "Terlalu banyak" not in _body, "and nobody else with it"


_body = ""


def _get(port: int, path: str, **headers: str) -> tuple[int, str]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asked.request("GET", path, headers={"Host": "layanan.contoh.example", **headers})
    reply = asked.getresponse()
    head = str(reply.headers)
    globals()["_body"] = reply.read().decode()
    asked.close()
    return reply.status, head


def _post(port: int, client: str) -> int:
    """One try of a recovery code, by this client."""
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": client}
    _, head = _get(port, "/pemulihan/", **through)
    cookie = re.search(r"__Host-csrf=[^;]+", head)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', _body)
    assert cookie
    assert token
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    head_of = {"Host": "layanan.contoh.example", "Cookie": cookie[0], "Content-Type": "application/x-www-form-urlencoded",
               "Origin": "https://layanan.contoh.example", **through}  # fmt: skip
    asked.request("POST", "/pemulihan/", f"csrfmiddlewaretoken={token[1]}&code=AAAA-BBBB-CCCC-DDDD", head_of)
    reply = asked.getresponse()
    globals()["_body"] = reply.read().decode()
    asked.close()
    return reply.status


def test_the_settings_of_the_page_are_settings(tmp_path: Path) -> None:
    from terpadu.settings import read_portal

    block = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert block
    file = tmp_path / "portal.toml"
    file.write_text(block[1], encoding="utf-8")
    assert read_portal(file, {}).address.startswith("https://")
