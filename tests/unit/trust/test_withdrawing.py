"""A withdrawal proves itself: listed signers alone, the receipt's hash alone, published opaquely at once."""

from __future__ import annotations

import asyncio
import base64
from hashlib import sha256

import pytest

from terpadu.errors import BadInput, TerpaduError, Unverified
from terpadu.model.federation import KeyEntry
from terpadu.model.rights import withdrawal_of
from terpadu.signing import note
from terpadu.signing.keys import Signer, new_key, public_text, signer
from terpadu.trust import draft, publish, withdrawing
from terpadu.trust.office import Office, load_key
from terpadu.trust.serve import listening
from tests.lib.federation import Made
from tests.unit.trust.conftest import HandClock

RECEIPT = base64.b64encode(sha256(b"a receipt").digest()).decode()
NAME = "ID/GOV/1/persetujuan"


@pytest.fixture
def asker(made: Made, clock: HandClock) -> Signer:
    """A consent signer that the holders listed."""
    key = new_key("ecdsa-p256")
    office, now = made.office, clock()
    publish.amend(office, lambda before: draft.with_consent_signer(before, NAME, "ID/GOV/KES", public_text(key), now))
    for number in (1, 2):
        publish.sign(office, load_key(office.directory / f"offline/{number}.pem"), now)
    publish.publish(office, now)
    return signer(office.draft().keys[-1], key)


def test_a_signers_withdrawal_is_published_opaquely(made: Made, clock: HandClock, asker: Signer) -> None:
    withdrawing.accept(made.office, withdrawing.make(RECEIPT, asker), clock())
    assert made.office.revocations().withdrawn == (withdrawal_of(RECEIPT),)
    withdrawing.accept(made.office, withdrawing.make(RECEIPT, asker), clock())
    assert made.office.revocations().withdrawn == (withdrawal_of(RECEIPT),), "a repeat changes nothing"


def test_nobody_else_can_withdraw(made: Made, clock: HandClock, asker: Signer) -> None:
    key = new_key("ecdsa-p256")
    entry = KeyEntry(
        alg="ecdsa-p256", members=(), since=0, key=public_text(key), kind="key", name=NAME, until=1, use="consent"
    )
    stranger = signer(entry, key)
    good = withdrawing.make(RECEIPT, asker)
    other = base64.b64encode(sha256(b"another").digest())
    forged = {
        withdrawing.make(RECEIPT, stranger),
        good.replace(RECEIPT.encode(), other),
        withdrawing.make(RECEIPT, Signer("ID/GOV/2/persetujuan", asker.key_id, asker.sign)),
        note.sign(f"terpadu.withdraw/2\n{RECEIPT}\n".encode(), asker),
        withdrawing.make("x", asker),
        good + good.splitlines(keepends=True)[-1],
        good[:-1],
        b"",
        b"x" * 5000,
    }
    for raw in forged:
        with pytest.raises((BadInput, Unverified)):
            withdrawing.accept(made.office, raw, clock())
    assert made.office.revocations().withdrawn == ()


def test_a_signer_whose_key_ended_withdraws_nothing(made: Made, clock: HandClock, asker: Signer) -> None:
    with pytest.raises(Unverified):
        withdrawing.accept(made.office, withdrawing.make(RECEIPT, asker), clock() + draft.LIFE + 1)


@pytest.mark.parametrize(("good", "status"), [(True, b"200"), (False, b"400")])
def test_it_is_taken_over_http(made: Made, clock: HandClock, asker: Signer, good: bool, status: bytes) -> None:
    body = withdrawing.make(RECEIPT, asker if good else Signer("x", b"0000", asker.sign))

    async def story() -> bytes:
        office: Office = made.office
        async with listening(office.public, "127.0.0.1", 0, lambda raw: withdrawing.accept(office, raw, clock())) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /withdrawals HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            told = await reader.read()
            writer.close()
            return told

    assert asyncio.run(story()).split(b" ")[1] == status
    assert len(made.office.revocations().withdrawn) == int(good)


def test_who_takes_none_says_so(made: Made) -> None:
    async def story() -> bytes:
        async with listening(made.office.public, "127.0.0.1", 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /withdrawals HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            told = await reader.read()
            writer.close()
            return told

    assert b"405" in asyncio.run(story())


def test_a_signers_name_is_plain(made: Made) -> None:
    with pytest.raises(TerpaduError, match="without spaces"):
        draft.with_consent_signer(made.office.draft(), "dua kata", "ID/GOV/KES", "x", 0)
