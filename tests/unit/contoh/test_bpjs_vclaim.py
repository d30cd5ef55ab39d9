"""BPJS as a hospital meets it: signed by the caller, packed and sealed by BPJS.

The packed texts come from the public LZString library (Python, 1.0.4), which is not among what the project needs; the public
client bpjs-bridging 0.1.0 has read the stand-in's replies.
"""

import base64
import hashlib
import time
from collections.abc import Iterator

import pytest
import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from contoh.alat import credential, serve
from contoh.bpjs import sealing
from contoh.bpjs.app import make_app
from contoh.bpjs.lzstring import pack
from contoh.orang import make

PEOPLE = make(families=2)
NIK = PEOPLE.figures["sari"].nik


@pytest.fixture
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def ask(url: str, nik: str = NIK, stamp: str = "", **changed: str) -> dict[str, object]:
    stamp = stamp or str(int(time.time()))
    headers = {
        "X-cons-id": credential("BPJS_CONS_ID"),
        "X-timestamp": stamp,
        "X-signature": sealing.signature(stamp),
        "user_key": credential("BPJS_USER_KEY"),
    }
    answer = requests.get(
        f"{url}/vclaim-rest/Peserta/nik/{nik}/tglSEP/2026-11-24", headers={**headers, **changed}, timeout=5
    )
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    return body | {"stamp": stamp}


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("", "Q"),
        ('{"peserta":{"nama":"SARI WULANDARI"}}', "N4IgDgpgzhBOAuBDEAuUA7RBbZKQGUBBAJQEkACAdQFUAZQgOQBETSQBfdoA"),
        ("a", "IZA"),
        ("aaaaaaaaaaaaaaaa", "IY1-EA"),
        ("Ibu – Sikka", "JIIwrgBIyAQQyglga0QQyA"),
        ("abcabcabcabcabcabc", "IYIwxqHpPkA"),
    ],
)
def test_a_text_is_packed_as_lzstring_packs_it(text: str, packed: str) -> None:
    assert pack(text) == packed


def test_a_reply_opens_with_the_key_of_its_timestamp_alone(url: str) -> None:
    answer = ask(url)
    stamp = str(answer["stamp"])
    assert answer["metaData"] == {"code": "200", "message": "OK"}
    opened = {one: _decrypted(str(answer["response"]), one) for one in (stamp, str(int(stamp) - 1))}
    assert set(opened[stamp]) <= set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-$")
    assert opened[stamp].startswith(pack('{"peserta": {"nama": "SARI WULANDARI", "nik"')[:40].encode())
    assert opened[str(int(stamp) - 1)] != opened[stamp]


def _decrypted(sealed: str, stamp: str) -> bytes:
    secret = f"{credential('BPJS_CONS_ID')}{credential('BPJS_SECRET')}{stamp}"
    key = hashlib.sha256(secret.encode()).digest()
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    return padded[: -padded[-1]] if padded[-1] <= 16 else padded


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X-signature": "AAAA"}, "Signature tidak sesuai"),
        ({"user_key": "lain"}, "Signature tidak sesuai"),
        ({"X-cons-id": "1"}, "Signature tidak sesuai"),
        ({"stamp": "1700000000"}, "Timestamp tidak valid"),
        ({"X-timestamp": "kemarin"}, "Timestamp tidak valid"),
    ],
)
def test_who_does_not_prove_himself_is_told_nothing(url: str, changed: dict[str, str], message: str) -> None:
    answer = ask(url, **changed)
    assert (answer["metaData"], answer["response"]) == ({"code": "401", "message": message}, None)


def test_nobody_is_a_code_and_not_sealed(url: str) -> None:
    answer = ask(url, nik="9999999999999999")
    assert (answer["metaData"], answer["response"]) == ({"code": "201", "message": "Peserta tidak ditemukan"}, None)
