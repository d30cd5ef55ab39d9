"""The consent receipt: made, read, and every way in which its bytes can be something else."""

from __future__ import annotations

import base64

import pytest

from terpadu.errors import BadInput, Unverified
from terpadu.model.federation import Revocations
from terpadu.model.rights import rights_of
from terpadu.policy import consent
from terpadu.signing import keys, note
from tests.spec.policy_world import FEDERATION, ISSUER, NOW, PERSON, World, entry, private_key, receipt, turned_over

SIGNER = keys.signer(entry(ISSUER, 5), private_key(5))


def _text(value: bytes) -> bytes:
    return note.parse(base64.b64decode(value)).text


def _signed(text: bytes) -> bytes:
    return base64.b64encode(note.sign(text, SIGNER))


def test_what_is_made_is_read() -> None:
    read = consent.read_receipt(receipt()).receipt
    assert (read.purpose, read.recipient, read.fields) == ("akta-lahir", "ID/GOV/1/app", ("alamat", "nama"))
    assert read.person == consent.person_hash(read.salt, PERSON)


def test_the_number_does_not_stand_in_it() -> None:
    assert PERSON.encode() not in base64.b64decode(receipt())


def test_two_receipts_of_one_person_are_not_alike() -> None:
    one, two = (consent.read_receipt(receipt(salt=salt * 16)).receipt for salt in (b"a", b"b"))
    assert one.person != two.person


def test_the_line_is_canonical() -> None:
    assert _text(receipt()) == (
        b'{"fields":["alamat","nama"],"from":1789999940000,"id":"c-1","kind":"consent",'
        b'"person":"' + consent.person_hash(base64.b64encode(bytes(range(16))).decode(), PERSON).encode() + b'",'
        b'"purpose":"akta-lahir","recipient":"ID/GOV/1/app","salt":"AAECAwQFBgcICQoLDA0ODw==",'
        b'"until":1790000060000,"v":1}\n'
    )


WHOLE = _text(receipt())


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"c-1",
        receipt()[:-4],
        receipt() + b"\n",
        receipt() + receipt(),
        b"A" * (consent.LIMIT + 4),
        base64.b64encode(WHOLE),
        base64.b64encode(note.sign(WHOLE, SIGNER) + note.signature_line(ISSUER, b"1234", b"x")),
        _signed(WHOLE + WHOLE),
        _signed(b" " + WHOLE),
        _signed(WHOLE.replace(b'"v":1', b'"v":2')),
        _signed(WHOLE.replace(b'"v":1', b'"v":1,"w":1')),
        _signed(WHOLE.replace(b'"id":"c-1",', b"")),
        _signed(WHOLE.replace(b'"id":"c-1",', b'"id":"c-1","id":"c-2",')),
        _signed(WHOLE.replace(b'"alamat","nama"', b"")),
        _signed(WHOLE.replace(b'"alamat"', b'"\\u0061lamat"')),
        _signed(WHOLE.replace(b"consent", b"request")),
    ],
)
def test_one_form_only(value: bytes) -> None:
    with pytest.raises(Unverified, match="Expected a"):
        consent.read_receipt(value)


def test_base64_with_unused_bits_set_is_another_form() -> None:
    values = (receipt(id="c" * length) for length in range(1, 4))
    padded = next(value for value in values if value.endswith(b"=") and not value.endswith(b"=="))
    other = padded[:-2] + bytes([padded[-2] + 1]) + b"="
    assert base64.b64decode(other) == base64.b64decode(padded)
    with pytest.raises(Unverified, match="one form"):
        consent.read_receipt(other)


def test_no_error_repeats_the_receipt() -> None:
    with pytest.raises(Unverified) as caught:
        consent.read_receipt(_signed(WHOLE.replace(b'"v":1', b'"nik":"9901014107900001","v":1')))
    assert "9901014107900001" not in str(caught.value)


def test_every_changed_character_of_the_line_loses_the_signature() -> None:
    rights = rights_of(FEDERATION, World().narrowing, Revocations(1))
    good = consent.read_receipt(receipt())
    assert consent.is_signed(good, rights, NOW)
    for place in range(len(good.text)):
        changed = bytes([*good.text[:place], good.text[place] ^ 1, *good.text[place + 1 :]])
        assert not consent.is_signed(consent.Consent(good.receipt, changed, good.line), rights, NOW)


def test_a_turned_signature_is_valid_and_has_the_same_name() -> None:
    rights = rights_of(FEDERATION, World().narrowing, Revocations(1))
    one, other = consent.read_receipt(receipt()), consent.read_receipt(turned_over(receipt()))
    assert one.line != other.line
    assert consent.is_signed(other, rights, NOW)
    assert consent.receipt_name(one) == consent.receipt_name(other)


@pytest.mark.parametrize("change", [{"salt": b"short"}, {"fields": ()}, {"since": NOW, "until": NOW}])
def test_an_impossible_receipt_is_not_made(change: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="Expected 16 bytes"):
        receipt(**change)
