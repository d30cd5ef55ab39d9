"""Two relying parties that nobody here wrote sign a person on through the real portal: npm's openid-client, and Authlib."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.lib.two_nodes import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BACK = "http://localhost:9/kembali"
_PERSON = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.conf import settings
from django.utils import timezone
from terpadu.identity.models import Person
p = Person(email="uji@contoh.example", name="UJI REKAAN", assurance=2, last_login=timezone.now())
p.set_nik("9901010101010001"); p.set_unusable_password(); p.save()
s = SessionStore()
s[SESSION_KEY], s[HASH_SESSION_KEY] = str(p.pk), p.get_session_auth_hash()
s[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
s.create(); print("SESI", s.session_key)
"""


class Portal:
    """A served portal, and the browser of a person who is signed on."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "portal.toml"
        self.address = f"http://localhost:{free_port()}"
        self.run("init", str(folder))
        listen = self.address.removeprefix("http://localhost")
        self.file.write_text(
            f'[portal]\nkeys = "keys"\naddress = "{self.address}"\nlisten = "127.0.0.1{listen}"\nsubsystem = "ID/GOV/1/app"\n'
        )
        self.run("prepare", str(self.file))
        self.browser = requests.Session()
        said = self.run("manage", str(self.file), "shell", "-c", _PERSON)
        key = re.search(r"SESI (\w+)", said)
        assert key
        self.browser.cookies.set("sesi", key[1], domain="localhost.local")
        self.browser.headers["Cookie"] = f"sesi={key[1]}"

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "terpadu", "portal", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def client(self) -> tuple[str, str]:
        said = self.run("client", str(self.file), "Aplikasi Lain", "--back", BACK)
        found = re.findall(r": (\S+)", said)
        return found[0], found[1]

    def say_yes(self, address: str) -> str:
        """What the person does on the page; gives where the browser is sent."""
        page = self.browser.get(address, allow_redirects=False)
        assert page.status_code == 200, page.text[:500]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        fields = {name: value.replace("&amp;", "&") for name, value in fields.items() if name != "allow"}
        cookies = {**dict(page.cookies), **{"sesi": self.browser.headers["Cookie"].split("=")[1]}}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Referer": address}
        answer = requests.post(address, {**fields, "allow": "1"}, headers=headers, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["Location"]


@contextmanager
def serving(folder: Path) -> Iterator[Portal]:
    portal = Portal(folder)
    command = [sys.executable, "-m", "terpadu", "portal", "run", str(portal.file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith("siap")
            yield portal
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with serving(tmp_path_factory.mktemp("portal")) as found:
        yield found


def test_authlib(portal: Portal) -> None:
    client_id, secret = portal.client()
    known = requests.get(f"{portal.address}/o/.well-known/openid-configuration", timeout=10).json()
    keys = KeySet.import_key_set(requests.get(known["jwks_uri"], timeout=10).json())
    session = OAuth2Session(client_id, secret, scope="openid profile", redirect_uri=BACK, code_challenge_method="S256")
    verifier, nonce = "v" * 64, uuid.uuid4().hex
    address, state = session.create_authorization_url(
        known["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    came = portal.say_yes(address)
    tokens = session.fetch_token(
        known["token_endpoint"], authorization_response=came, state=state, code_verifier=verifier
    )
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    claims: Any = CodeIDToken(
        token.claims, token.header,
        {"iss": {"value": known["issuer"], "essential": True}, "aud": {"value": client_id, "essential": True}},
        {"nonce": nonce, "client_id": client_id},
    )  # fmt: skip
    claims.validate(leeway=60)
    assert claims["name"] == "UJI REKAAN"
    assert session.get(known["userinfo_endpoint"]).json()["sub"] == claims["sub"]
    again = session.refresh_token(known["token_endpoint"])
    assert again["refresh_token"] != tokens["refresh_token"]


@pytest.fixture(scope="module")
def package() -> Path:
    """openid-client with the hashes of its lock file, installed once."""
    if not shutil.which("npm"):
        pytest.skip("npm is missing: apt-get install nodejs npm (Node 20 or newer for openid-client)")
    folder = ROOT / "build" / "relying-party"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "party.mjs"):
        shutil.copy(HERE / "rp" / name, folder / name)
    if not (folder / "node_modules" / "openid-client").is_dir():
        install = ["npm", "ci", "--ignore-scripts"]
        done = subprocess.run(install, cwd=folder, capture_output=True, check=False, timeout=110)
        if done.returncode:
            pytest.skip("npm reaches no registry, openid-client can't be installed")
    return folder


def test_openid_client(portal: Portal, package: Path) -> None:
    client_id, secret = portal.client()
    command = ["node", "party.mjs", f"{portal.address}/o", client_id, secret, BACK]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=package, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as party:
        try:
            assert party.stdin
            assert party.stdout
            line = party.stdout.readline()
            assert line, party.stderr.read() if party.stderr else ""
            party.stdin.write(portal.say_yes(json.loads(line)["address"]) + "\n")
            party.stdin.flush()
            out, problems = party.communicate(timeout=30)
        finally:
            party.kill()
    assert party.returncode == 0, problems
    learned = json.loads(out)
    assert learned["claims"]["name"] == "UJI REKAAN"
    assert learned["told"]["sub"] == learned["claims"]["sub"] == learned["again"]["sub"]
    assert learned["claims"]["auth_time"] == learned["again"]["auth_time"]
