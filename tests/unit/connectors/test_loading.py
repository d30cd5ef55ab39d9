"""A connector.toml is read strictly, and every fault is one sentence that names file, place and remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from terpadu.connectors.loading import KINDS, load
from terpadu.errors import BadInput

GOOD = """
[system]
name = "Uji"
kind = "rest"
subsystem = "ID/GOV/UJI/SISTEM"
base = "http://127.0.0.1:1/dasar"
[secrets]
token = "UJI_TOKEN"
[[rest.auth]]
kind = "bearer"
token = "token"
[service.orang]
mode = "asked"
question = { type = "object" }
request = { method = "GET", path = "/orang/{nomor}", parameters = { nomor = "question.nomor" } }
answer = { nama = "nama" }
[service.berkas]
mode = "pass-through"
endpoints = [{ method = "GET", path = "/berkas/*" }]
"""
SECRETS = {"UJI_TOKEN": "sangat-rahasia"}


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "connector.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_file_a_folder_and_a_folder_of_folders_are_read(tmp_path: Path) -> None:
    write(tmp_path / "satu", GOOD)
    write(tmp_path / "dua", GOOD.replace("UJI/SISTEM", "UJI/LAIN"))
    assert len(load(tmp_path, SECRETS).services) == 4
    assert len(load(tmp_path / "satu", SECRETS).services) == 2
    assert load(tmp_path / "dua/connector.toml", SECRETS).services == (
        "ID/GOV/UJI/LAIN/orang",
        "ID/GOV/UJI/LAIN/berkas",
    )


FAULTS: tuple[tuple[str, str, str], ...] = (
    ("[system]", "[system", "expected TOML"),
    ('kind = "rest"', 'kind = "gopher"', "one of rest, fhir, soap, sql, files, got 'gopher'"),
    ('kind = "rest"', "", "got None"),
    ('name = "Uji"', "", "missing required field `name`"),
    ('name = "Uji"', 'name = "Uji"\nport = 1', "unknown field `port`"),
    ("[secrets]", "[rahasia]\n[secrets]", "unknown field `rahasia`"),
    ('base = "http:', 'base = "ftp:', "https://host:port/path"),
    ("127.0.0.1:1/dasar", "user:pass@127.0.0.1/", "https://host:port/path"),
    ("127.0.0.1:1/dasar", "127.0.0.1:1/?a=b", "https://host:port/path"),
    ("ID/GOV/UJI/SISTEM", "ID/GOV/UJI", "INSTANCE/CLASS/MEMBER/SUBSYSTEM"),
    ('"UJI_TOKEN"', '"TIDAK_ADA"', "secret entries TIDAK_ADA"),
    ('token = "token"', 'token = "lain"', "'lain' to be a name in [secrets]"),
    ('mode = "asked"', 'mode = "open"', "Invalid value 'open'"),
    ('mode = "asked"', 'mode = "asked"\nurl = "http://lain"', "unknown field `url`"),
    ('answer = { nama = "nama" }', "answer = {}", "at least one field"),
    ('answer = { nama = "nama" }', 'answer = { nama = "nama[" }', "JMESPath expression, got 'nama['"),
    ('"question.nomor"', '"question..nomor"', "JMESPath expression"),
    ("/orang/{nomor}", "/orang/{nip}", "parameters for exactly the names"),
    ('question = { type = "object" }', 'question = { type = "obyek" }', "Expected a JSON Schema"),
    ('question = { type = "object" }', 'question = { "$ref" = "http://127.0.0.1/s" }', "without outside references"),
    ('[{ method = "GET", path = "/berkas/*" }]', "[]", "at least one method and path"),
    ("[[rest.auth]]", "[[rest.auth]]\nheader = 3", "Expected `str`, got `int`"),
    (
        '[service.orang]\nmode = "asked"',
        '[rest.failures]\nnot_found = "a ="\n[service.orang]\nmode = "asked"',
        "JMESPath",
    ),
    ("[[rest.auth]]", '[rest]\nopenapi = "tidak-ada.json"\n[[rest.auth]]', "OpenAPI document in tidak-ada.json"),
    ("[[rest.auth]]", '[rest]\nca = "tidak-ada.pem"\n[[rest.auth]]', "certificates to trust in tidak-ada.pem"),
)


@pytest.mark.parametrize(("old", "new", "says"), FAULTS, ids=[says for _, _, says in FAULTS])
def test_a_fault_is_one_sentence(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in GOOD
    folder = write(tmp_path / "uji", GOOD.replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        load(folder, SECRETS)
    sentence = caught.value.sentence
    assert says in sentence
    assert str(folder / "connector.toml") in sentence
    assert "\n" not in sentence
    assert "rahasia" not in sentence.replace("`rahasia`", "")


def test_a_file_without_services_and_a_folder_without_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="found none"):
        load(tmp_path, SECRETS)
    write(tmp_path, GOOD.partition("[service.orang]")[0])
    with pytest.raises(BadInput, match=r"at least one table \[service\.<code>\]"):
        load(tmp_path, SECRETS)


def test_a_service_stands_in_one_file_only(tmp_path: Path) -> None:
    write(tmp_path / "satu", GOOD)
    write(tmp_path / "dua", GOOD)
    with pytest.raises(BadInput, match="each service in one file, got ID/GOV/UJI/SISTEM/orang twice"):
        load(tmp_path, SECRETS)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "connector.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="expected TOML in UTF-8"):
        load(tmp_path, SECRETS)


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    node = load(tmp_path, SECRETS)
    assert "sangat-rahasia" not in repr(node) + repr(vars(node))


def test_a_kind_that_is_not_used_is_not_loaded(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    program = (
        "import sys, pathlib; from terpadu.connectors.loading import load; "
        f"load(pathlib.Path({str(tmp_path)!r}), {SECRETS!r}); "
        "print([name for name in ('zeep', 'asyncssh', 'sqlalchemy', 'lxml') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_description_and_a_maker(kind: str) -> None:
    from importlib import import_module

    module = import_module(KINDS[kind])
    assert callable(module.make)
    assert {"system", "secrets", "service"} <= set(module.DESCRIPTION.__struct_fields__)
