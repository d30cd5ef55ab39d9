"""The outer frame: cut the same, however the bytes arrive; a length that lies ends the link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terpadu.errors import Unverified
from terpadu.exchange.frames import Splitter, Type, frame
from terpadu.signing.wire import FRAME_LIMIT

FRAMES = [
    (Type.HELLO, b""),
    (Type.MESSAGES, b"isi"),
    (Type.CHUNK, bytes(70_000)),
    (Type.PING, b"\x00" * 8),
    (Type.STOP, b"x"),
]


def taken(*pieces: bytes) -> list[tuple[int, bytes]]:
    """What a splitter gives for these pieces."""
    found: list[tuple[int, bytes]] = []
    splitter = Splitter(lambda kind, body: found.append((kind, body)))
    for piece in pieces:
        splitter.feed(piece)
    return found


def test_a_frame_is_length_of_the_rest_type_body() -> None:
    assert frame(Type.MESSAGES, b"abc") == bytes.fromhex("00000004 02 616263")
    assert frame(Type.PING, b"") == bytes.fromhex("00000001 03")


def test_frames_come_out_as_they_went_in_byte_by_byte_and_all_at_once() -> None:
    stream = b"".join(frame(kind, body) for kind, body in FRAMES)
    assert taken(stream) == FRAMES
    assert taken(*(stream[at : at + 1] for at in range(len(stream)))) == FRAMES


@given(
    st.lists(st.tuples(st.sampled_from(Type), st.binary(max_size=40)), max_size=8),
    st.lists(st.integers(1, 60), max_size=30),
)
def test_the_cut_of_the_packets_never_matters(frames: list[tuple[Type, bytes]], sizes: list[int]) -> None:
    stream, pieces = b"".join(frame(kind, body) for kind, body in frames), []
    for size in sizes:
        pieces.append(stream[:size])
        stream = stream[size:]
    assert taken(*pieces, stream) == frames


def test_half_a_frame_gives_nothing_and_is_kept() -> None:
    whole = frame(Type.CHUNK, bytes(1000))
    assert taken(whole[:-1]) == []
    assert taken(whole + whole[:3], whole[3:]) == [(Type.CHUNK, bytes(1000))] * 2


def test_the_largest_frame_passes() -> None:
    body = bytes(FRAME_LIMIT - 1)
    assert taken(frame(Type.CHUNK, body)) == [(Type.CHUNK, body)]


@pytest.mark.parametrize("length", [0, FRAME_LIMIT + 1, 2**32 - 1])
def test_a_length_of_nothing_or_over_the_limit_is_refused_before_its_body_comes(length: int) -> None:
    with pytest.raises(Unverified, match="4 MiB"):
        taken(length.to_bytes(4, "big") + b"\x02")


def test_frames_before_a_lie_were_still_taken() -> None:
    found: list[int] = []
    splitter = Splitter(lambda kind, _: found.append(kind))
    with pytest.raises(Unverified):
        splitter.feed(frame(Type.PING, b"") + bytes(5))
    assert found == [Type.PING]
