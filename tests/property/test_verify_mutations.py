"""Every character counts: no true file stays proven when one of its characters is changed, put in or taken out."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.evidence_forge import Forge, exchange, streamed
from verify import verify as verifier

FORGE = Forge(others=2, witnesses=1)
TRUST = verifier.read_trust(FORGE.trust())
SHORT = exchange(FORGE, records=1, company=0, frames=2)
LONG = exchange(Forge(), records=4, contents=True, company=11, place=5)
FILES = {"short": SHORT, "long": LONG, "streamed": streamed(Forge())}
TRUSTS = {
    "short": TRUST,
    "long": verifier.read_trust(Forge().trust()),
    "streamed": verifier.read_trust(Forge().trust()),
}


def proven(text: str, trust: verifier.Trust) -> bool:
    try:
        verifier.verify(text, trust)
    except ValueError:
        return False
    return True


def neighbour(letter: str) -> str:
    """Another character of the same sort, so that the change gets as deep as it can."""
    for sort in ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        if letter in sort:
            return sort[(sort.index(letter) + 1) % len(sort)]
    return {"+": "/", "/": "+", "\n": " ", " ": "\n"}.get(letter, "A")


def changed(text: str) -> Iterator[str]:
    for place, letter in enumerate(text):
        yield text[:place] + neighbour(letter) + text[place + 1 :]


def shortened(text: str) -> Iterator[str]:
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def lengthened(text: str) -> Iterator[str]:
    for place in range(len(text) + 1):
        yield text[:place] + text[place - 1 : place or None] + text[place:]


@pytest.mark.parametrize("edit", [changed, shortened, lengthened])
def test_every_place_of_a_short_file(edit: object) -> None:
    assert callable(edit)
    assert proven(SHORT, TRUST)
    assert [index for index, text in enumerate(edit(SHORT)) if text != SHORT and proven(text, TRUST)] == []


@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
def test_any_character_at_any_place(data: st.DataObject, name: str) -> None:
    text = FILES[name]
    start = data.draw(st.integers(0, len(text)))
    taken = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.characters(codec="utf-8") | st.sampled_from('\n\r =—{}",0A+/\\'), max_size=3))
    other = text[:start] + put + text[start + taken :]
    assert proven(other, TRUSTS[name]) == (other == text)


@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
def test_any_lines_moved_doubled_or_left_out(data: st.DataObject, name: str) -> None:
    """Sections are held together by hashes: only moving whole sections, which says nothing new, may leave a file proven."""
    text = FILES[name]
    lines = text.splitlines(keepends=True)
    first, second = sorted(data.draw(st.tuples(st.integers(1, len(lines) - 1), st.integers(1, len(lines) - 1))))
    doubled = [*lines[:second], *lines[first:second], *lines[second:]]
    shorter = [*lines[:first], *lines[second:]]
    for other in ("".join(doubled), "".join(shorter)):
        if proven(other, TRUSTS[name]):
            assert other == text or sections(other) < sections(text)


def sections(text: str) -> set[str]:
    """The sections with their titles; a file that leaves whole ones out (a record, a content) proves less, but truly."""
    return set(text.removesuffix("\n").split("\n== "))


@given(
    text=st.text()
    | st.builds(lambda body: "terpadu.evidence/1\n" + body, st.text(st.sampled_from('= headsealrequst\n{}[]:,"0')))
)
def test_nonsense_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        verifier.verify(text, TRUST)
