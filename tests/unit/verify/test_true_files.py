"""True evidence files, of every kind and size, are proven, and the sentences say what is not."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.evidence_forge import ASKER, PROVIDER, WITNESSES, Forge, asked_after, exchange, leaf_of, streamed
from tests.lib.evidence_keys import NOW, YEAR, Key, b64
from verify import verify as verifier

SCRIPT = Path(verifier.__file__)
VECTOR = json.loads((Path(__file__).parents[2] / "vectors/protocol_v1.json").read_text())


def prove(text: str, forge: Forge) -> str:
    return "\n".join(verifier.verify(text, verifier.read_trust(forge.trust())))


@pytest.mark.parametrize("records", range(5))
def test_an_exchange_is_proven_with_any_number_of_records(records: int) -> None:
    forge = Forge()
    told = prove(exchange(forge, records=records), forge)
    assert "ID/GOV/1/app asked ID/GOV/9/pop/x for the purpose uji, agreement A1/1, case K-17" in told
    assert told.count("not later than 2026-09-21 14:13:37 UTC") == records
    assert ("no later thief" in told) == (records == 0)


@pytest.mark.parametrize("company", [0, 1, 11, 127])
@pytest.mark.parametrize("frames", [1, 2, 3, 7, 256])
def test_frames_and_turns_of_every_size(company: int, frames: int) -> None:
    forge = Forge()
    for index in {0, frames // 2, frames - 1}:
        prove(exchange(forge, records=1, company=company, place=company, frames=frames, index=index), forge)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 9, 64, 65, 250, 300])
def test_journals_of_every_size(size: int) -> None:
    forge = Forge()
    request = forge.seal(forge.request(), ASKER, PROVIDER)
    for index in {0, size // 3, size - 1}:
        prove(forge.file({"request": request}, [forge.record(request, "in", size=size, index=index)]), forge)


@pytest.mark.parametrize("others", [0, 1, 2, 25, 1000])
def test_registries_of_every_size(others: int) -> None:
    forge = Forge(others=others)
    prove(exchange(forge, records=2), forge)


def test_refusals_streams_and_answers_about_lost_requests() -> None:
    forge = Forge()
    request = forge.seal(forge.request(), ASKER, PROVIDER)
    refused = forge.seal(forge.refusal(request.head), PROVIDER, ASKER)
    assert "refused: never; HTTP status: 410" in prove(forge.file({"request": request, "reply": refused}, []), forge)
    assert "sent the whole body, 99 bytes" in prove(streamed(forge), forge)
    assert "never-arrived" in prove(asked_after(forge), forge)
    assert "in-doubt" in prove(asked_after(forge, state="in-doubt", request=False), forge)


def test_content_may_be_shown_or_destroyed() -> None:
    forge = Forge()
    assert (
        "what the reply says, and about whom: the content is shown"
        in prove(exchange(forge, contents=True), forge).split("NOT")[0]
    )
    assert (
        "what the reply says, and about whom: no content is shown"
        in prove(exchange(forge), forge).split("NOT PROVEN")[1]
    )


def test_the_trust_list_of_a_root_json_is_the_same_as_its_lines() -> None:
    forge = Forge()
    assert verifier.read_trust(forge.root_json()) == verifier.read_trust(forge.trust())


def test_without_enough_witnesses_the_time_is_not_proven() -> None:
    forge = Forge(witnesses=4)
    assert "when the reply was made, but by its signer's clock: no witnessed record" in prove(exchange(forge), forge)
    assert "not later than" in prove(exchange(forge), Forge(witnesses=3))
    assert "not later than" not in prove(exchange(forge), Forge(witnesses=0))


def test_not_later_than_is_the_nth_earliest_of_other_members_one_a_member() -> None:
    forge = Forge()
    own = forge.add(Key(f"{PROVIDER}/witness", "witness", ("ID/GOV/9",)))
    twin = forge.add(Key("ID/GOV/2/n2/witness", "witness", ("ID/GOV/2",)))
    first, second, third = (forge.keys[name] for name in WITNESSES)
    start = NOW // 1000
    seen = [(own, start + 1), (third, start + 90), (first, start + 30), (twin, start + 20), (second, start + 50)]
    request = forge.seal(forge.request(), ASKER, PROVIDER)
    told = prove(forge.file({"request": request}, [forge.record(request, "in", cosigned=seen)]), forge)
    assert (
        "not later than 2026-09-21 14:14:10 UTC" in told
    )  # +50: member 2 counts once (+20), the provider's own not at all


def test_a_checkpoint_may_be_signed_with_a_key_that_is_younger_than_the_record() -> None:
    forge = Forge()
    request = forge.seal(forge.request(), ASKER, PROVIDER)
    forge.add(Key(f"{PROVIDER}/journal/1", "journal", ("ID/GOV/9",), since=NOW + YEAR // 2, seed="next"))
    prove(forge.file({"request": request}, [forge.record(request, "in")]), forge)


def test_the_published_vector() -> None:
    leaf, frames = leaf_of(VECTOR["head"]), VECTOR["frames"]
    assert b64(leaf) == VECTOR["leaf"]
    text = f"terpadu.turn/1\nnode {ASKER}\ntime 1790000000001\nframes 2 {VECTOR['root']}\njournal {ASKER}/journal/1 0 "
    text += "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntrust 1 1 1\n"
    seal = f"messages 1 0 {PROVIDER}\n{VECTOR['leaf']}\nframe 0\n{frames[1]}\n\n{text}\n{VECTOR['line']}\n"
    shown = verifier.show("request", "request", f"{VECTOR['head']}\n=={seal}", "terpadu.head/1\n")
    assert (shown.leaf, shown.lines["frame"], shown.lines["turn"]) == (VECTOR["leaf"], frames[0], VECTOR["turn"])
    key = Key(ASKER, "frame", ("ID/GOV/1",), "ecdsa-p256", scalar=1)
    entry = verifier.show("key", "key", f"{key.entry}\nindex 0\n")
    verifier.check_4_seals({"request": shown}, {(ASKER, key.key_id.hex()): entry})
    part = VECTOR["part"].encode()
    content = bytes(range(16)) + len(part).to_bytes(4, "big") + part
    body = verifier.show("request", "content", b64(content) + "\n")
    verifier.check_9_contents({"request": body}, {"request": shown})
    assert shown.json["content"] == VECTOR["commitment"]


def test_the_command_says_and_exits_as_it_should(tmp_path: Path) -> None:
    forge = Forge()
    true, root = exchange(forge, records=1), tmp_path / "root.json"
    root.write_text(forge.root_json())
    (tmp_path / "true").write_text(true)
    (tmp_path / "false").write_text(true.replace('"purpose":"uji"', '"purpose":"ujo"'))

    def run(*arguments: Path) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", SCRIPT, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert run(tmp_path / "true", root)[0] == 0
    status, told = run(tmp_path / "false", root)
    assert (status, told) == (1, "NOT PROVEN: check_4_seals failed: no request is in this frame.\n")
    assert run(tmp_path / "absent", root)[0] == 2
    assert run(tmp_path / "true", tmp_path / "true")[0] == 2
    assert run(tmp_path / "true")[0] == 2
    assert run(tmp_path / "true", root, root)[0] == 2
    (tmp_path / "empty.json").write_text('{"signed":{}}')
    assert run(tmp_path / "true", tmp_path / "empty.json")[0] == 2


def test_it_is_one_short_file_that_leans_on_nothing_of_ours() -> None:
    source = SCRIPT.read_text()
    assert len(source.splitlines()) <= 300
    assert max(map(len, source.splitlines())) <= 130
    imported = {name for node in ast.walk(ast.parse(source)) for name in _modules(node)}
    assert imported - sys.stdlib_module_names == {"cryptography"}


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0
        return [(node.module or "").split(".")[0]]
    names = [alias.name.split(".")[0] for alias in node.names] if isinstance(node, ast.Import) else []
    assert "importlib" not in names
    return names
