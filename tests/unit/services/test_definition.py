"""A service's folder: what is wrong in it is one sentence that names the file; the demo's services are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.facts import vocabulary as product
from terpadu.services.checking import check
from terpadu.services.definition import Service, load
from tests.lib.offices import words

TEXT = """
id = "uji"
title = { id = "Uji", en = "Trial" }
life_event = { id = "Hidup", en = "Life" }
authority = "A"
basis = "UU contoh pasal 1"
purpose = "uji"
fee = 30000
facts = ["orang.nama"]

[[document]]
title = { id = "KTP", en = "Card" }
replaced_by = ["orang.nama"]
[[document]]
title = { id = "Pasfoto", en = "Photograph" }

[[act]]
name = "tagih"
title = { id = "tagih", en = "bill" }
service = "ID/GOV/C/UANG/tagih"
body = { nama = "fakta.orang.nama" }

[[act]]
name = "ajukan"
title = { id = "ajukan", en = "apply" }
service = "ID/GOV/D/POL/ajukan"
after = "bayar"
facts = ["bayar.lunas"]
needs = ["fakta.bayar.lunas"]
body = { nik = "subjek.nik", kode = "hasil.tagih.kode" }
"""


def service(folder: Path, text: str = TEXT) -> Service:
    """The service of a folder."""
    (folder / "layanan").mkdir()
    (folder / "layanan" / "service.toml").write_text(text, encoding="utf-8")
    return load(folder / "layanan", words(folder))


def test_a_service_is_read_with_what_is_still_asked(tmp_path: Path) -> None:
    found = service(tmp_path)
    assert (found.id, found.fee, [act.name for act in found.act]) == ("uji", 30000, ["tagih", "ajukan"])
    assert [document.title.id for document in found.still_asked] == ["Pasfoto"]


WRONG = [
    ('"orang.nama"]\n\n', '"orang.hobi"]\n\n', r"orang\.hobi are none"),
    ('replaced_by = ["orang.nama"]', 'replaced_by = ["orang.lahir"]', r"orang\.lahir are not"),
    ('"fakta.orang.nama"', '"fakta.["', "JMESPath"),
    ('needs = ["fakta.bayar.lunas"]', 'needs = ["fakta."]', "JMESPath"),
    ("fee = 30000", "fee = -1", "service.toml: expected a service"),
    ("fee = 30000", 'fee = "30.000"', "service.toml: expected a service"),
    ("fee = 30000", "feee = 30000", "feee"),
    ("[[act]]", "[[act]", "service.toml: expected a service"),
    ('id = "uji"\n', "", "id"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in TEXT
    with pytest.raises(BadInput, match=said) as told:
        service(tmp_path, TEXT.replace(right, wrong, 1))
    assert "\n" not in told.value.sentence


def test_a_folder_without_a_service_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^Expected .*service\.toml: No such file or directory\.$"):
        load(tmp_path, words(tmp_path))


DEMO = sorted(path.parent.name for path in Path("demo/layanan").glob("*/service.toml"))


def test_the_demo_has_all_its_services() -> None:
    assert {"kelahiran", "perkawinan", "pindah", "sekolah", "skck", "sim", "bansos", "kematian", "koreksi"} <= set(DEMO)


@pytest.mark.parametrize("name", DEMO)
def test_the_demos_services_have_nothing_wrong(name: str) -> None:
    wrong = [str(problem) for problem in check(Path("demo/layanan") / name, product.load())]
    assert wrong == []


@pytest.mark.parametrize("name", DEMO)
def test_the_demos_services_are_readable(name: str) -> None:
    found = load(Path("demo/layanan") / name, product.load())
    assert found.title.id
    assert found.title.en
    assert len({act.name for act in found.act}) == len(found.act), "two acts of one name would share a key"
