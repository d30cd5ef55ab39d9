"""Papers: issued once when their act is done, PDF/A with a PAdES signature that others accept, checkable by anybody."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from terpadu.cases.documents.codes import new_code, spelled
from terpadu.cases.documents.issuing import issue_waiting, pdf
from terpadu.cases.documents.models import Document
from terpadu.cases.models import Case
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.processes import LINE, process

pytestmark = pytest.mark.django_db
NAME = 'SARI #let x = "1" *tebal* $1$ <b>'
PAPER = """
[[output]]
title = { id = "Akta kelahiran", en = "Birth certificate" }
form = { id = "PDF", en = "PDF" }
act = "akta"
number = "hasil.akta.nomor_akta"
[[output.line]]
label = { id = "Nama", en = "Name" }
value = "jawaban.nama"
[[output.line]]
label = { id = "Kosong", en = "Empty" }
value = "jawaban.tidak_ada"
"""


@pytest.fixture
def issued(portal: Portal, person: Person, answers: Callable[[str, Any], None]) -> Document:
    portal.serve(process(LINE), service_toml("akta") + PAPER)
    answers("akta", {"nomor_akta": "AL-971-0001"})
    case = portal.sent(person, nama=NAME)
    case.about = "Aluna Kirana"
    case.save()
    portal.work(case)
    return Document.objects.get()


def test_a_paper_is_issued_once(issued: Document) -> None:
    assert issue_waiting() == 0
    assert (issued.number, issued.office, issued.output) == ("AL-971-0001", "Dinas Dukcapil", "akta")
    assert spelled(issued.code) == issued.code


def test_no_paper_before_its_act_is_done(portal: Portal, person: Person) -> None:
    portal.serve(process(LINE), service_toml("akta") + PAPER)
    portal.work(portal.sent(person, nama="SARI"))
    assert not Document.objects.exists(), "the little node knows no answer to the act"


def test_it_is_declared_pdf_a_and_says_what_agencies_said_as_text(issued: Document, tmp_path: Path) -> None:
    raw = pdf(issued)
    described = PdfFileReader(io.BytesIO(raw)).root["/Metadata"].data.decode()
    assert re.search(r"pdfaid:part>2<|pdfaid:part=.2.", described)
    assert re.search(r"pdfaid:conformance>B<|pdfaid:conformance=.B.", described)
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    (tmp_path / "akta.pdf").write_bytes(raw)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "akta.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert NAME in text
    assert "AL-971-0001" in text
    assert issued.code in text
    assert "Kosong" not in text


def test_pdfsig_accepts_the_signature_and_refuses_a_changed_paper(issued: Document, tmp_path: Path) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is missing: apt-get install poppler-utils")
    raw = pdf(issued)
    good, bad = tmp_path / "akta.pdf", tmp_path / "lain.pdf"
    good.write_bytes(raw)
    at = raw.index(b"endstream")
    bad.write_bytes(raw[: at - 20] + bytes([raw[at - 20] ^ 1]) + raw[at - 19 :])
    said = [
        subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout for file in (good, bad)
    ]
    assert "Signature Validation: Signature is Valid." in said[0]
    assert "ETSI.CAdES.detached" in said[0]
    assert "Total document signed" in said[0]
    assert "Signature is Valid" not in said[1]


def test_anybody_checks_by_code_and_learns_no_name(issued: Document) -> None:
    answer = Client().post("/periksa/", {"code": issued.code.lower().replace("-", " ")})
    assert answer["Location"] == f"/periksa/{issued.code}/"
    page = Client().get(answer["Location"]).content.decode()
    assert "Kode ini benar" in page
    assert "A•••• K•••••" in page
    assert "Aluna" not in page
    assert Client().get(f"/periksa/{new_code()}/").status_code == 404
    assert Client().post("/periksa/", {"code": "salah"}).status_code == 400


@pytest.mark.parametrize(("change", "said"), [(False, "Berkas ini asli"), (True, "bukan yang diterbitkan")])
def test_a_file_is_compared_to_the_last_byte(issued: Document, change: bool, said: str) -> None:
    file = SimpleUploadedFile("x.pdf", pdf(issued) + b"\n" * change)
    page = Client().post("/periksa/", {"code": issued.code, "file": file}).content.decode()
    assert said in page


def test_a_withdrawn_paper_says_so(issued: Document) -> None:
    Document.objects.update(revoked=timezone.now())
    assert "tidak berlaku lagi" in Client().get(f"/periksa/{issued.code}/").content.decode()


def test_only_its_person_downloads_it(issued: Document, person: Person) -> None:
    case = Case.objects.get()
    address = f"/urusan/{case.reference}/dokumen/{issued.code}.pdf"
    mine, other = Client(), Client()
    stranger = Person.objects.create(email="lain@contoh.example", assurance=3)
    for browser, who in ((mine, person), (other, stranger)):
        browser.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    got = mine.get(address)
    assert got.content == pdf(issued)
    assert got["Content-Disposition"].startswith("attachment")
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert mine.get(address.replace(case.reference, "KL-XXXX-XXXX")).status_code == 404


def test_the_file_lies_sealed(issued: Document) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_document")
        assert "Aluna" not in repr(cursor.fetchall())
