"""What an agreement does not name does not leave, and what two readers could read differently does not pass (A26)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terpadu.connectors.mapping import cut, cut_answer, leaf_names, strict
from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY
from terpadu.model.message import Answer

JSON = ((b"content-type", b"application/json"),)
PERSON = {
    "nik": "9901015204869001",
    "nama": "SEKARNINGRUM",
    "alamat": {"jalan": "JL. KERTAS", "kota": "TELUK JERNIH"},
    "anak": [{"nama": "A", "nik": "1"}, {"nama": "B", "nik": "2"}],
    "kosong": [],
    "pekerjaan": None,
    "gelar": ["S.Pd.", "M.Pd."],
}

CUTS: tuple[tuple[tuple[str, ...], Any, int], ...] = (
    (("nama",), {"nama": "SEKARNINGRUM"}, 1),
    (("alamat.kota",), {"alamat": {"kota": "TELUK JERNIH"}}, 1),
    (("anak.nama",), {"anak": [{"nama": "A"}, {"nama": "B"}]}, 1),
    (("alamat",), {}, 0),  # the name ends at an object: what stands in it tomorrow is not agreed today
    (("anak",), {}, 0),  # and an empty list would say that there are no children
    (("kosong",), {"kosong": []}, 1),
    (("kosong.nama",), {"kosong": []}, 1),
    (("pekerjaan",), {"pekerjaan": None}, 1),
    (("pekerjaan.kode",), {"pekerjaan": None}, 1),
    (("gelar",), {"gelar": ["S.Pd.", "M.Pd."]}, 1),
    (("nama.depan",), {}, 0),
    (("tidak_ada",), {}, 0),
    (("nik", "anak.nik"), {"nik": "9901015204869001", "anak": [{"nik": "1"}, {"nik": "2"}]}, 2),
)


@pytest.mark.parametrize(("fields", "left", "released"), CUTS)
def test_only_named_leaves_stay(fields: tuple[str, ...], left: Any, released: int) -> None:
    done = cut(json.dumps(PERSON).encode(), fields)
    assert json.loads(done.body) == left
    assert (done.held, done.released) == (9, released)


def test_lists_at_the_top_are_walked_through() -> None:
    done = cut(b'[{"a":1,"b":2},{"a":3,"c":[{"a":4}]}]', ("a", "c.b"))
    assert json.loads(done.body) == [{"a": 1}, {"a": 3, "c": [{}]}]
    assert (done.held, done.released) == (3, 1)


def test_a_dot_in_a_key_is_not_a_path() -> None:
    assert json.loads(cut(b'{"a.b":1,"a":{"b":2}}', ("a.b",)).body) == {"a": {"b": 2}}


AMBIGUOUS = (
    b'{"a":1,"a":2}',
    b'{"x":{"a":1,"a":1}}',
    b'{"a":1,"\\u0061":2}',
    b'[{"a" :1,"a"\t: 2}]',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":1e400}',
    b'{"a":9007199254740993}',
    b'{"a":-9007199254740993}',
    b'{"a":' + b"9" * 4000 + b"}",
    b'{"a":' + b"9" * 9000 + b"}",
    b'{"a":"\\ud800 alone, first half"}',
    b'{"a":"\\udc00 alone, second half"}',
    b'{"a":"\\ud83d\\ud83d twice the first"}',
    b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}',
    b'\xef\xbb\xbf{"a":1}',
    b"[" * 100_000,
    b"[" * 65 + b"1" + b"]" * 65,
    b'{"a":' * 70 + b"1" + b"}" * 70,
    b'{"a":1} {"a":2}',
    b'{"a":01}',
    b'{"a":1,}',
    b"{'a':1}",
    b'{"a":"\n"}',
    b"",
)


@pytest.mark.parametrize("body", AMBIGUOUS, ids=range(len(AMBIGUOUS)))
def test_ambiguous_json_is_garbage(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        cut(body, ("a", "x.a"))
    assert caught.value.code == "upstream-garbage"


@pytest.mark.parametrize("body", [b"1", b'"text"', b"null", b"true"])
def test_a_bare_value_has_no_field_to_name(body: bytes) -> None:
    with pytest.raises(Refused):
        cut(body, ("a",))


@pytest.mark.parametrize("text", ['"', '":', '\\":', '":"', '"a":1', "\\\\", "{", '\\"'])
def test_strings_that_look_like_json_are_no_duplicate_keys(text: str) -> None:
    body = json.dumps({"a": text, "b": {"a": text}}).encode()
    assert json.loads(cut(body, ("a", "b.a")).body) == {"a": text, "b": {"a": text}}


keys = st.text("ab.", min_size=1, max_size=2)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a":\\{', max_size=4),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(keys, parts, max_size=3),
    max_leaves=12,
)


def leaves(value: Any, path: str = "") -> set[str]:
    """The plain, slow way."""
    if isinstance(value, dict) and value:
        return set().union(*(leaves(item, f"{path}.{key}" if path else key) for key, item in value.items()))
    if isinstance(value, list) and value:
        return set().union(*(leaves(item, path) for item in value))
    return {path}


@given(
    st.dictionaries(keys, trees, max_size=4), st.lists(st.sampled_from(["a", "b", "a.a", "a.b", "b.a.a"]), min_size=1)
)
def test_nothing_unnamed_is_ever_left(tree: dict[str, Any], fields: list[str]) -> None:
    done = cut(json.dumps(tree).encode(), tuple(fields))
    left = json.loads(done.body)
    named = {
        name for field in fields for name in (field, *(field[:at] for at, sign in enumerate(field) if sign == "."))
    }
    assert leaves(left) - {""} <= named
    assert leaf_names(left) == len(leaves(left) - {""})
    assert done.released <= done.held == len(leaves(tree) - {""})


@given(st.dictionaries(keys, trees, max_size=4))
def test_strict_reads_what_json_reads(tree: dict[str, Any]) -> None:
    for separators in ((",", ":"), (", ", " : ")):
        assert strict(json.dumps(tree, separators=separators).encode()) == tree


def answer(body: bytes, kind: bytes = b"application/json") -> Answer:
    return Answer(status=200, reason="OK", headers=((b"Content-Type", kind),), body=body)


def test_emptiness_refuses_and_the_whole_body_stands_alone() -> None:
    for fields in ((), (WHOLE_BODY, "nama")):
        with pytest.raises(Refused) as caught:
            cut_answer(answer(b'{"nama":"x"}'), fields)
        assert caught.value.code == "fields"
    whole = answer(b"%PDF", b"application/pdf")
    assert cut_answer(whole, (WHOLE_BODY,)) is whole


@pytest.mark.parametrize("kind", [b"text/html", b"application/pdf", b"application/json; charset=utf-16", b"", b"json"])
def test_what_is_not_json_cannot_be_cut(kind: bytes) -> None:
    with pytest.raises(Refused) as caught:
        cut_answer(answer(b'{"nama":"x"}', kind), ("nama",))
    assert caught.value.code == "upstream-garbage"


@pytest.mark.parametrize(
    "kind", [b"application/json", b"application/fhir+json; charset=UTF-8", b'Application/JSON;charset="utf-8"']
)
def test_json_is_known_by_its_type(kind: bytes) -> None:
    assert cut_answer(answer(b'{"nama":"x","nik":"1"}', kind), ("nama",)).body == b'{"nama":"x"}'


def test_an_empty_body_holds_nothing() -> None:
    assert cut_answer(answer(b""), ("nama",)).held == 0


class Endless:
    size = None

    async def chunks(self) -> Any:
        yield b"x"


def test_a_stream_passes_only_whole() -> None:
    streamed = Answer(status=200, reason="OK", headers=JSON, body=b"", large=Endless())
    assert cut_answer(streamed, (WHOLE_BODY,)) is streamed
    with pytest.raises(Refused) as caught:
        cut_answer(streamed, ("nama",))
    assert caught.value.code == "fields"
