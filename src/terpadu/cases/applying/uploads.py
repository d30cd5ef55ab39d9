"""Documents that no office holds yet: known by their content, kept sealed outside of what is served, handed out inert.

A40: the type is read from the first bytes, never from the name or from what the browser says; the bytes lie sealed under a
random name in a folder that no server serves; they leave only as an attachment that no browser runs.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from terpadu.cases.applying.models import Upload
from terpadu.cases.models import Case
from terpadu.pages.sealed import seal, unseal

LARGEST = 2 * 1024 * 1024
"""Bytes of one document."""
MOST_IN_ONE_CALL = 4 * LARGEST
"""Bytes of all files of one call; a form with more is cut off and so not valid."""
MOST = 20
"""Documents of one case, also those that were replaced."""
_PLACE = "uploads"
BEGINNINGS: dict[str, tuple[bytes, str]] = {
    "image/jpeg": (b"\xff\xd8\xff", ".jpg"),
    "image/png": (b"\x89PNG\r\n\x1a\n", ".png"),
    "application/pdf": (b"%PDF-", ".pdf"),
}
"""Media type -> the bytes that it begins with, and how a file of it is called."""


class Limit(FileUploadHandler):
    """Stops reading a call that brings too much, before it fills memory or disk; first of FILE_UPLOAD_HANDLERS."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on, or stop."""
        self._read += len(raw_data)
        if self._read > MOST_IN_ONE_CALL:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""


class Document(forms.FileField):
    """A document of one of some types, read by its content."""

    def __init__(self, accepts: tuple[str, ...], **told: Any) -> None:
        self.accepts = accepts
        super().__init__(widget=forms.FileInput(), **told)
        self.widget.attrs["accept"] = ",".join(accepts)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, or what was uploaded before. Raises `ValidationError`."""
        found = super().clean(data, initial)
        if isinstance(found, UploadedFile):
            check(found, self.accepts)
        return found


def check(file: UploadedFile[bytes], accepts: tuple[str, ...]) -> str:
    """The file's type by its content. Raises `ValidationError`."""
    if file.size is None or file.size > LARGEST:
        raise ValidationError(_("Berkas paling besar 2 MB."), "size")
    kind = kind_of(file.read(16))
    file.seek(0)
    if kind not in accepts:
        names = ", ".join(BEGINNINGS[one][1].lstrip(".").upper() for one in accepts)
        raise ValidationError(_("Berkas harus berupa %(names)s.") % {"names": names}, "kind")
    return kind


def kind_of(beginning: bytes) -> str:
    """The media type of what begins so; empty for all others."""
    return next((kind for kind, (mark, _ending) in BEGINNINGS.items() if beginning.startswith(mark)), "")


def keep(case: Case, field: str, file: UploadedFile[bytes]) -> Upload:
    """Keep a document that was checked; what it replaces goes. Raises `ValidationError` after too many."""
    if case.uploads.count() >= MOST:
        raise ValidationError(_("Terlalu banyak berkas untuk satu urusan. Hapus draf ini, lalu mulai lagi."), "many")
    content = file.read()
    upload = Upload(case=case, field=field, kind=kind_of(content), size=len(content))
    upload.digest = hashlib.sha256(content).hexdigest()
    path = _path(upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as out:
        out.write(seal(base64.b64encode(content).decode(), _PLACE + str(upload.id)))
    for old in case.uploads.filter(field=field):
        remove(old)
    upload.save()
    return upload


def remove(upload: Upload) -> None:
    """A document goes, with its bytes."""
    _path(upload).unlink(missing_ok=True)
    upload.delete()


def content(upload: Upload) -> bytes:
    """The bytes."""
    return base64.b64decode(unseal(_path(upload).read_bytes(), _PLACE + str(upload.id)))


def attachment(upload: Upload) -> HttpResponse:
    """The document as something to save, never to run: no sniffing, no scripts, a name of ours."""
    response = HttpResponse(content(upload), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="berkas-{str(upload.id)[:8]}{BEGINNINGS[upload.kind][1]}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _path(upload: Upload) -> Path:
    return Path(settings.HOME) / "files" / "uploads" / str(upload.id)
