"""Random numbers in bulk: each given once, in the form of RFC 9562."""

from __future__ import annotations

import uuid
from collections import Counter

from terpadu.exchange.numbers import message_number, salt


def test_salts_are_sixteen_bytes_and_never_twice_also_across_many_refills() -> None:
    salts = [salt() for _ in range(256 * 20 + 7)]
    assert {len(one) for one in salts} == {16}
    assert len(set(salts)) == len(salts)


def test_a_message_number_is_a_lower_case_uuid_of_version_four() -> None:
    for _ in range(1000):
        text = message_number()
        read = uuid.UUID(text)
        assert (str(read), read.version, read.variant) == (text, 4, uuid.RFC_4122)


def test_numbers_use_all_their_random_bits() -> None:
    texts = [message_number().replace("-", "") for _ in range(4000)]
    for place in range(32):
        seen = Counter(text[place] for text in texts)
        assert len(seen) == {12: 1, 16: 4}.get(place, 16)
        assert max(seen.values()) < 2 * len(texts) / len(seen)


def test_numbers_and_salts_never_share_bytes() -> None:
    numbers = {message_number().replace("-", "")[:12] for _ in range(600)}
    assert not numbers & {salt().hex()[:12] for _ in range(600)}
