"""A node's own keys: made, asked for, listed, renewed with overlap; warnings at 30, 14 and 7 days; boundary seconds (A7)."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import structs

from terpadu.errors import BadInput
from terpadu.model.federation import Narrowing, Revocations, RevokedKey
from terpadu.model.rights import Rights, note_key_id, rights_of
from terpadu.trust import authority, draft, keys, publish, request
from terpadu.trust.draft import LIFE
from tests.lib.federation import Made
from tests.unit.trust.conftest import DAY, NOW, node

DUK = "ID/GOV/DUK/n1"


def rights(made: Made, revocations: Revocations | None = None) -> Rights:
    return rights_of(made.office.draft(), Narrowing(number=1), revocations or Revocations(number=1))


def test_files_are_the_owner_s_alone(made: Made) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    modes = {path.name: path.stat().st_mode & 0o777 for path in own.folder.iterdir()}
    assert {name for name, mode in modes.items() if mode == 0o600} == {
        *("frame-1.pem", "tls-1.pem", "journal-1.pem", "journal-2.pem", "witness-1.pem"),
        "idempotency.secret",
    }
    assert base64.b64encode(own.idempotency_secret).decode() not in repr(own)
    (own.folder / "frame-1.pem").chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        keys.load(own.folder)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("frame-1.pem", b"nonsense", "private key in PEM"),
        ("idempotency.secret", b"short", "32 bytes"),
        ("node", b"ID/GOV", "INSTANCE/CLASS/MEMBER/NODE"),
    ],
)
def test_a_broken_file_is_a_sentence(made: Made, file: str, content: bytes, sentence: str) -> None:
    folder = made.keys[node("ID/GOV/DUK").id].folder
    (folder / file).write_bytes(content)
    with pytest.raises(Exception, match=sentence):
        keys.load(folder)


def test_keys_are_made_once(made: Made) -> None:
    with pytest.raises(BadInput, match="holds those of a node"):
        keys.create(made.keys[node("ID/GOV/DUK").id].folder, DUK)
    with pytest.raises(BadInput, match=r"node init"):
        keys.load(made.office.directory)


def test_the_certificate_fits_key_entry_and_authority(made: Made) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    found = authority.load(own.certificate(1).read_text())
    _, entry = own.current("tls", rights(made), NOW)
    spki = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert base64.b64encode(spki).decode() == entry.key
    found.verify_directly_issued_by(authority.load(made.office.draft().authorities[0]))
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [f"terpadu://{DUK}"]
    assert int(found.not_valid_after_utc.timestamp() * 1000) == entry.until
    with pytest.raises(BadInput, match="certificate in PEM"):
        authority.load("nonsense")


@pytest.mark.parametrize(("at", "valid"), [(-1, False), (0, True), (LIFE - 1, True), (LIFE, False)])
def test_a7_a_key_counts_from_its_first_to_its_last_millisecond(made: Made, at: int, valid: bool) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    if valid:
        assert own.current("frame", rights(made), NOW + at)
    else:
        with pytest.raises(BadInput, match="renew"):
            own.current("frame", rights(made), NOW + at)


def test_a8_a_revoked_key_is_not_used(made: Made) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    key, entry = own.current("journal", rights(made), NOW, f"{DUK}/journal/2")
    assert (key.generation, entry.name) == (2, f"{DUK}/journal/2")
    gone = RevokedKey(name=entry.name, id=note_key_id(entry).hex(), since=NOW + 1)
    revoked = rights(made, Revocations(number=2, keys=(gone,)))
    assert own.current("journal", revoked, NOW, entry.name)
    with pytest.raises(BadInput):
        own.current("journal", revoked, NOW + 1, entry.name)


@pytest.mark.parametrize(
    ("left", "warning"),
    [(30 * DAY + 1, None), (30 * DAY, 30), (14 * DAY + 1, 30), (14 * DAY, 14), (7 * DAY, 7), (1, 7), (0, 0), (-1, 0)],
)
def test_a7_warnings_before_the_end(made: Made, left: int, warning: int | None) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    found = keys.due(own, rights(made), NOW + LIFE - left)
    assert [item.warning for item in found] == ([] if warning is None else [warning] * 4)
    assert {item.use for item in found} <= {"frame", "tls", "journal", "witness"}


@pytest.mark.parametrize("days", [335, 364])
def test_renewal_overlaps(made: Made, days: int) -> None:
    """Listed a day before its use; the old key lasts a day longer, prolonged where it would have ended."""
    own, now = made.keys[node("ID/GOV/DUK").id], NOW + days * DAY
    new = keys.renew(own.folder, "frame")
    asked = request.read_request(request.ask(node("ID/GOV/DUK"), [new]), "request.json")
    made.change(lambda before: draft.with_node(before, asked, now))
    made.publish(now)
    own = keys.load(own.folder)
    for at, generations in (
        (now, {1}),
        (now + DAY - 1, {1}),
        (now + DAY, {1, 2}),
        (now + 2 * DAY - 1, {1, 2}),
    ):
        listed = {entry.key for entry in rights(made).current_keys(DUK, "frame", at)}
        assert {key.generation for key in own.of("frame") if key.public in listed} == generations
        assert own.current("frame", rights(made), at)[0].generation == max(generations)
    assert "frame" not in {item.use for item in keys.due(own, rights(made), now)}


def test_the_same_request_twice_lists_nothing_twice(made: Made) -> None:
    asked = request.read_request(request.ask(node("ID/GOV/DUK"), made.keys[node("ID/GOV/DUK").id].keys), "x")
    before = made.office.draft()
    assert draft.with_node(before, asked, NOW + DAY) == before
    assert publish.certificate_for(made.office, asked)


@pytest.mark.parametrize("what", ["key", "name", "use"])
def test_a_key_that_does_not_prove_itself_is_not_listed(made: Made, what: str) -> None:
    """Nobody lists another's public key as his own, nor a key for another use or name than its owner meant."""
    own, other = made.keys[node("ID/GOV/DUK").id], made.keys[node("ID/GOV/KES").id]
    asked = json.loads(request.ask(node("ID/GOV/DUK"), own.of("frame")))
    asked["keys"][0][what] = {"key": other.of("frame")[0].public, "name": "ID/GOV/KES/n1", "use": "tls"}[what]
    with pytest.raises(BadInput, match="prove itself"):
        request.read_request(json.dumps(asked).encode(), "request.json")


@pytest.mark.parametrize("raw", [b"", b"\xff", b"{}", b'{"node":1}'])
def test_a_request_in_another_form_is_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"joining request in r\.json"):
        request.read_request(raw, "r.json")


def test_a_request_without_tls_key_gets_no_certificate(made: Made, tmp_path: Path) -> None:
    own = made.keys[node("ID/GOV/DUK").id]
    asked = request.JoiningRequest(node=node("ID/GOV/DUK"), keys=())
    with pytest.raises(BadInput, match="found none"):
        publish.certificate_for(made.office, asked)
    with pytest.raises(BadInput, match="P-256"):
        authority.issue(
            made.holders[0], made.office.draft().authorities[0],
            node=own.node, public=own.of("journal")[0].public, since=NOW, until=NOW + DAY,
        )  # fmt: skip
    assert structs.replace(asked.node, port=1).port == 1
    with pytest.raises(BadInput, match="Expected a use"):
        keys.use_of("consent")
