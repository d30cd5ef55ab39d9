"""A40: a file is what its first bytes say, lies sealed, and leaves as something that no browser runs."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from terpadu.cases.applying import uploads
from terpadu.cases.applying.models import Upload
from tests.lib.portal_world import World

ACCEPTS = ("image/jpeg", "application/pdf")
_JPEG, _PDF = b"\xff\xd8\xff\xe0", b"%PDF-1.7\n"
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of virus scanners, in two parts, so that none of them stops at this file."""
REFUSED = {
    "html": (b"<!doctype html><script>alert(1)</script>", "x.pdf", "application/pdf"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.jpg", "image/jpeg"),
    "program": (b"MZ\x90\0", "slip.pdf", "application/pdf"),
    "elf": (b"\x7fELF", "slip.jpg", "image/jpeg"),
    "script": (b"#!/bin/sh\nid", "slip.pdf", "application/pdf"),
    "word with macros": (b"PK\x03\x04vbaProject.bin", "surat.docm", "application/pdf"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "surat.doc", "application/pdf"),
    "double extension": (b"MZ", "rapor.pdf.exe", "application/pdf"),
    "eicar": (_EICAR, "rapor.pdf", "application/pdf"),
    "blank before": (b" " + _PDF, "x.pdf", "application/pdf"),
    "zip first": (b"PK\x03\x04" + _PDF, "x.pdf", "application/pdf"),
    "png not asked for": (b"\x89PNG\r\n\x1a\n", "x.jpg", "image/jpeg"),
    "empty": (b"", "x.jpg", "image/jpeg"),
    "too large": (_JPEG + bytes(uploads.LARGEST), "x.jpg", "image/jpeg"),
}
INERT = {
    "jpeg and html": _JPEG + b"<script>alert(1)</script>",
    "jpeg and phar": _JPEG + b"<?php __HALT_COMPILER(); ?>",
    "pdf and html": _PDF + b"<html><script>alert(1)</script>",
    "pdf that acts": _PDF + b"1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "pdf that launches": _PDF + b"1 0 obj<</OpenAction<</S/Launch/F(cmd.exe)>>>>endobj",
    "pdf and zip": _PDF + b"PK\x05\x06" + bytes(18),
    "pdf with eicar": _PDF + _EICAR,
}
"""Polyglots and active files that begin as what was asked for: kept, and handed out so that nothing of them runs here."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_what_it_says_is_refused(name: str) -> None:
    content, called, kind = REFUSED[name]
    with pytest.raises(ValidationError):
        uploads.check(SimpleUploadedFile(called, content, kind), ACCEPTS)


@pytest.mark.parametrize(
    "called", ["../../etc/passwd", "..\\x.jpg", "a\r\nSet-Cookie: x=1.jpg", "<img src=x>.jpg", "\u202egpj.exe"]
)
@pytest.mark.django_db
def test_a_name_of_others_is_used_nowhere(world: World, called: str) -> None:
    upload = Upload.objects.get(case__reference=world.values["draft"])
    kept = uploads.keep(upload.case, "lain", SimpleUploadedFile(called, _JPEG, "image/jpeg"))
    address = f"/layanan/uji/periksa/{world.values['draft']}/berkas/{kept.pk}/"
    said = world.browser("owner").get(address)["Content-Disposition"]
    assert said == f'attachment; filename="berkas-{str(kept.pk)[:8]}.jpg"'
    assert uploads._path(kept).parent == uploads._path(upload).parent


@pytest.mark.parametrize("name", INERT)
@pytest.mark.django_db
def test_what_could_run_is_inert(world: World, name: str) -> None:
    case = Upload.objects.get(case__reference=world.values["draft"]).case
    upload = uploads.keep(case, "lain", SimpleUploadedFile("x", INERT[name], "text/html"))
    raw = uploads._path(upload).read_bytes()
    assert not any(part in raw for part in (b"script", b"EICAR", b"%PDF", b"php"))
    address = f"/layanan/uji/periksa/{world.values['draft']}/berkas/{upload.pk}/"
    answer = world.browser("owner").get(address)
    assert answer.content == INERT[name]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert world.browser("stranger").get(address).status_code == 404


def test_without_the_check_all_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "kind_of", lambda beginning: "image/jpeg")
    taken = 0
    for content, called, kind in REFUSED.values():
        try:
            uploads.check(SimpleUploadedFile(called, content, kind), ACCEPTS)
            taken += 1
        except ValidationError:
            pass
    assert taken == len(REFUSED) - 1, "all but what is too large"
