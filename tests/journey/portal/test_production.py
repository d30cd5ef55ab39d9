"""The page of how to run the portal in production, walked: nginx with TLS, several workers, PostgreSQL, Redis, mail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from redis import Redis

from terpadu.clock import system_clock
from terpadu.model.federation import Member
from terpadu.model.identifiers import MemberId
from terpadu.trust import draft
from terpadu.trust.online import freshen
from tests.lib import standing
from tests.lib.federation import make_federation
from tests.lib.portal_world import agreement
from tests.lib.portals import ROOT, Portal
from tests.lib.postgres import own_database
from tests.lib.two_nodes import free_port
from tests.unit.cases.little_node import little_node
from tests.unit.cli.test_check import registry, terpadu, words

pytestmark = [pytest.mark.deep, pytest.mark.timeout(400)]
PAGE = (ROOT / "docs/how-to/run-the-portal-in-production.md").read_text(encoding="utf-8")
NAME = "layanan.contoh.example"
SIGNER = "ID/GOV/CONTOH/persetujuan"


def block(language: str, word: str) -> str:
    """The code of the page in this language that has this word."""
    return next(one for one in re.findall(rf"```{language}\n(.*?)```", PAGE, re.S) if word in one)


class Standing(NamedTuple):
    """A portal as the page builds it."""

    folder: Path
    port: int
    plain: int
    letters: list[str]
    redis: tuple[int, subprocess.Popen[bytes]]
    office: Any

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    def browser(self) -> requests.Session:
        """Somebody who trusts the certificate."""
        session = requests.Session()
        session.trust_env = False  # a bundle named there would count before ours
        session.verify = str(self.folder / "layanan.pem")
        return session

    def check(self) -> subprocess.CompletedProcess[str]:
        freshen(self.office, system_clock())
        return terpadu("check", "--deploy", str(self.folder / "portal.toml"))


@pytest.fixture(scope="module")
def standing_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("produksi")
    port, plain, inner = free_port(), free_port(), free_port()
    assert terpadu("portal", "init", str(folder)).returncode == 0
    _certificate(folder)
    with ExitStack() as stack:
        database = stack.enter_context(own_database())
        mail, letters = stack.enter_context(standing.post())
        cache = stack.enter_context(standing.redis(folder))
        office = _federation(folder)
        registrar = stack.enter_context(registry(office))
        node = stack.enter_context(little_node())
        node.agreements = [agreement("ID/GOV/CONTOH/X/data", "uji", "a")]
        text = block("toml", "[portal]")
        for said, here in {
            f"https://{NAME}": f"https://localhost:{port}",
            "127.0.0.1:8000": f"127.0.0.1:{inner}",
            "http://127.0.0.1:8080": node.address,
            "/srv/layanan": str(ROOT / "demo/layanan"),
            "https://registri.contoh.example": f"http://127.0.0.1:{registrar}",
            "postgresql://portal@127.0.0.1/portal": database,
            "redis://127.0.0.1:6379/0": f"redis://127.0.0.1:{cache[0]}/0",
            "127.0.0.1:25": f"127.0.0.1:{mail}",
        }.items():
            assert said in text, f"the page no longer says {said}"
            text = text.replace(said, here)
        (folder / "portal.toml").write_text(text, encoding="utf-8")
        assert terpadu("portal", "prepare", str(folder / "portal.toml")).returncode == 0
        stack.enter_context(_process("run", folder))
        stack.enter_context(_process("work", folder))
        servers = block("nginx", "server_name")
        for said, here in {
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen 80": f"listen 127.0.0.1:{plain}",
            NAME: "localhost",
            "/etc/ssl/": f"{folder}/",
            "/var/log/nginx/": f"{folder}/",
            "127.0.0.1:8000": f"127.0.0.1:{inner}",
        }.items():
            assert said in servers, f"the page no longer says {said}"
            servers = servers.replace(said, here)
        stack.enter_context(standing.nginx(folder, servers, port))
        yield Standing(folder, port, plain, letters, cache, office.office)


def _certificate(folder: Path) -> None:
    line = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    line += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    line += ["-keyout", str(folder / "layanan.key"), "-out", str(folder / "layanan.pem")]
    subprocess.run(line, check=True, capture_output=True)


def _federation(folder: Path) -> Any:
    key = (folder / "keys/consent.pub").read_text(encoding="ascii").strip()
    office = make_federation(folder / "federasi", members=[Member(id=MemberId("ID/GOV/CONTOH"), name="A")])
    now = system_clock()
    office.change(lambda before: draft.with_consent_signer(before, SIGNER, "ID/GOV/CONTOH", key, now))
    office.publish(now)
    freshen(office.office, now)
    return office


@contextmanager
def _process(what: str, folder: Path) -> Iterator[None]:
    line = [sys.executable, "-m", "terpadu", "portal", what, str(folder / "portal.toml")]
    with (folder / f"{what}.log").open("wb") as log:
        process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        assert process.stdout is not None
        assert b"siap" in process.stdout.readline(), (folder / f"{what}.log").read_text()
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def _token(page: str) -> str:
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
    assert found
    return found[1]


def _post(browser: requests.Session, address: str, path: str, **form: str) -> requests.Response:
    token = _token(browser.get(address + path).text)
    return browser.post(address + path, {"csrfmiddlewaretoken": token, **form}, headers={"Referer": address + path})


def test_the_check_finds_it_fit(standing_portal: Standing) -> None:
    done = standing_portal.check()
    said = words(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert said.pop("tanda tangan dokumen") == {"perhatian"}, "the page says how to come by a certificate of a provider"
    assert set().union(*said.values()) == {"baik"}, done.stdout
    assert "Redis" in done.stdout
    assert "PostgreSQL" in done.stdout


def test_pages_come_by_tls_alone_with_their_heads(standing_portal: Standing) -> None:
    browser = standing_portal.browser()
    plain = browser.get(f"http://localhost:{standing_portal.plain}/layanan/", allow_redirects=False)
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/layanan/")
    answer = browser.get(f"{standing_portal.address}/daftar/")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "__Host-csrf=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(standing_portal.address, timeout=10)


def test_a_letter_goes_through_the_mail_server_and_opens_the_door(standing_portal: Standing) -> None:
    browser, address = standing_portal.browser(), standing_portal.address
    _post(browser, address, "/daftar/", email="warga@contoh.example")
    letter = standing_portal.letters[-1]
    assert "From: layanan@contoh.example" in letter
    code = re.search(r"^([A-Z0-9]{3,5}(?:-[A-Z0-9]{3,4})*)\r?$", letter, re.M)
    assert code, letter
    answer = _post(browser, address, "/daftar/kode/", code=code[1], action="verify")
    assert answer.url == f"{address}/daftar/kunci/"


def test_a_body_that_is_too_large_ends_at_the_proxy(standing_portal: Standing) -> None:
    answer = standing_portal.browser().post(f"{standing_portal.address}/periksa/", data=bytes(7 << 20))
    assert answer.status_code == 413


def test_no_log_holds_a_query_or_a_body(standing_portal: Standing) -> None:
    browser = standing_portal.browser()
    browser.get(f"{standing_portal.address}/layanan/?cari=RAHASIA-KENARI")
    _post(browser, standing_portal.address, "/periksa/", code="RAHASIA-KENARI")
    logs = {file.name: file.read_text(errors="replace") for file in standing_portal.folder.glob("*.log")}
    assert "/layanan/" in logs["layanan.log"], "the proxy wrote something"
    assert not [name for name, text in logs.items() if "KENARI" in text]


def test_limits_are_counted_over_all_workers_in_redis(standing_portal: Standing) -> None:
    browser, address = standing_portal.browser(), standing_portal.address
    told = [_post(browser, address, "/pemulihan/", code="AAAA-BBBB-CCCC-DDDD").text for _ in range(22)]
    assert "Terlalu banyak" not in told[0]
    assert "Terlalu banyak" in told[-1]
    with Redis(port=standing_portal.redis[0]) as cache:
        names = [name.decode() for name in cache.keys("*")]
        assert [name for name in names if name.startswith(f"localhost:{standing_portal.port}:")]
        assert all(cache.ttl(name) > 0 for name in names), "what is counted is forgotten"


def test_without_redis_limits_refuse_and_pages_go_on(standing_portal: Standing) -> None:
    """The last one: Redis goes."""
    standing_portal.redis[1].terminate()
    standing_portal.redis[1].wait(20)
    browser, address = standing_portal.browser(), standing_portal.address
    assert browser.get(f"{address}/layanan/").status_code == 200
    assert _post(browser, address, "/pemulihan/", code="AAAA-BBBB-CCCC-DDDD").status_code == 500
    done = standing_portal.check()
    assert words(done.stdout)["tembolok"] == {"rusak"}
    assert done.returncode == 1


def test_a_portal_without_a_proxy_is_not_fit(tmp_path: Path) -> None:
    with Portal(tmp_path, demonstration=False) as portal:
        assert terpadu("check", "--deploy", str(portal.file)).returncode == 1
