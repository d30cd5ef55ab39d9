"""Tokens: fetched once for all, renewed in time, dropped when refused; and TLS that is always verified."""

from __future__ import annotations

import asyncio
import datetime
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from terpadu.connectors.description import Limits
from terpadu.connectors.rest_description import Fetched
from terpadu.connectors.tokens import Token
from terpadu.errors import Refused
from tests.lib.admitting import admitted, described, said
from tests.lib.raw_server import Call, reply, serving

SECRETS = {"id": "klien", "rahasia": "sandi&rahasia=1"}


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """Gives a new token at each call, with what `more` says beside it."""

    def __init__(self, **more: Any) -> None:
        self.more = more

    async def __call__(self, call: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(json.dumps({"access_token": f"t{call.count}", **self.more}).encode()))


def token(url: str, time: Time, **how: Any) -> Token:
    form = {"client_id": "secret.id", "client_secret": "secret.rahasia"}
    fetched = Fetched(**{"address": f"{url}/token", "form": form, **how})
    return Token(fetched, SECRETS, "Uji", Limits(seconds=5), monotonic=time)


@pytest.mark.parametrize("life", [100, "100", 100.0])
def test_a_token_is_used_until_nine_tenths_of_its_life(life: object) -> None:
    async def run() -> list[str]:
        async with serving(Desk(expires_in=life)) as server:
            time = Time()
            one = token(server.url, time)
            seen = [await one.get()]
            for later in (89.9, 0.2):
                time.now += later
                seen.append(await one.get())
            one.close()
            return seen

    assert asyncio.run(run()) == ["t1", "t1", "t2"]


@pytest.mark.parametrize("life", [None, "soon", -5, 0])
def test_a_life_that_is_not_said_well_is_short_but_not_nothing(life: object) -> None:
    async def run() -> None:
        async with serving(Desk(expires_in=life)) as server:
            one = token(server.url, Time())
            assert [await one.get(), await one.get()] == ["t1", "t1"]
            one.close()

    asyncio.run(run())


def test_many_who_wait_share_one_fetch_and_one_refresh() -> None:
    async def run() -> None:
        async with serving(Desk(expires_in=100)) as server:
            one = token(server.url, Time())
            assert set(await asyncio.gather(*(one.get() for _ in range(50)))) == {"t1"}
            for _ in range(50):
                one.drop("t1")
            assert set(await asyncio.gather(*(one.get() for _ in range(50)))) == {"t2"}
            one.drop("t1")  # said by somebody who had the old one
            assert await one.get() == "t2"
            assert len(server.calls) == 2
            one.close()

    asyncio.run(run())


def test_one_who_leaves_while_waiting_does_not_take_the_others_along() -> None:
    go = asyncio.Event()

    async def slow(call: Call, writer: asyncio.StreamWriter) -> None:
        await go.wait()
        writer.write(reply(b'{"access_token":"t%d"}' % call.count))

    async def run() -> None:
        async with serving(slow) as server:
            one = token(server.url, Time())
            first, second = (asyncio.ensure_future(one.get()) for _ in range(2))
            await asyncio.sleep(0)
            first.cancel()
            go.set()
            assert (await second).startswith("t")
            one.close()

    asyncio.run(run())


def test_the_request_is_as_declared_and_secrets_are_encoded() -> None:
    async def run() -> None:
        async with serving(Desk()) as server:
            forms = token(server.url, Time(), query={"grant_type": "'client_credentials'"}, basic=("id", "rahasia"))
            await forms.get()
            acts = token(server.url, Time(), form={}, body={"act": "'GetToken'", "user": "secret.id"})
            await acts.get()
            forms.close()
            acts.close()
            first, second = server.calls
            assert first.line == "POST /token?grant_type=client_credentials HTTP/1.1"
            assert first.body == b"client_id=klien&client_secret=sandi%26rahasia%3D1"
            assert first.headers["authorization"] == "Basic a2xpZW46c2FuZGkmcmFoYXNpYT0x"
            assert json.loads(second.body) == {"act": "GetToken", "user": "klien"}

    asyncio.run(run())


BAD = (
    (reply(b"{}", status="401 No"), "upstream-auth"),
    (reply(b'{"error":"invalid_client"}', status="400 Bad"), "upstream-auth"),
    (reply(b"{}"), "upstream-auth"),
    (reply(b'{"access_token":3}'), "upstream-auth"),
    (reply(b'{"access_token":"a\\r\\nX: y"}'), "upstream-auth"),
    (reply(b"<html>", kind="text/html"), "upstream-garbage"),
    (reply(b"Gateway Timeout", status="504 GT", kind="text/plain"), "upstream-down"),
    (reply(b"", "Location: /lain", status="302 Found"), "upstream-garbage"),
    (reply(b"{}", status="429 Slow"), "upstream-retry"),
    (b"nonsense\r\n\r\n", "upstream-garbage"),
    (reply(b'{"access_token":"' + b"a" * 100_000 + b'"}'), "upstream-garbage"),
)


@pytest.mark.parametrize(("handle", "code"), BAD, ids=range(len(BAD)))
def test_a_token_that_does_not_come_is_told_without_secrets(handle: bytes, code: str) -> None:
    async def run() -> None:
        async with serving(handle) as server:
            one = token(server.url, Time())
            with pytest.raises(Refused) as caught:
                await one.get()
            one.close()
            assert caught.value.code == code
            assert "sandi" not in caught.value.sentence

    asyncio.run(run())


FILE = """
[system]
name = "Uji"
kind = "rest"
subsystem = "ID/GOV/UJI/SISTEM"
base = "{base}"
[rest]
ca = "ca.pem"
[service.orang]
mode = "asked"
question = {{ type = "object" }}
request = {{ method = "GET", path = "/orang" }}
answer = {{ nama = "nama" }}
"""


def certificate(folder: Path, *names: str) -> ssl.SSLContext:
    """A self-signed certificate for the names, written to ca.pem; and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "uji")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(
    ("name", "trusted", "says"),
    [("localhost", True, "A"), ("lain", True, "TLS failed"), ("localhost", False, "TLS failed")],
)
def test_a_system_over_tls_must_prove_its_name(name: str, trusted: bool, says: str, tmp_path: Path) -> None:
    async def run() -> str:
        context = certificate(tmp_path, name)
        if not trusted:
            certificate(tmp_path, name)
        async with serving(reply(b'{"nama":"A"}'), context) as server:
            connectors = described(
                tmp_path, FILE.format(base=server.url.replace("http://127.0.0.1", "https://localhost"))
            )
            try:
                return str(said((await connectors.ask(admitted("orang", {}, fields=("nama",)))).body)["nama"])
            except Refused as refusal:
                return f"{refusal.code}: {refusal.sentence}"
            finally:
                await connectors.close()

    found = asyncio.run(run())
    assert says in found
    assert found == "A" or found.startswith("upstream-down")
