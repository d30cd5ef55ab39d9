"""Attachments: known by their content, kept sealed outside of what is served, handed out inert to who may see them."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from terpadu.cases.applying import uploads
from terpadu.governance.models import Application, Paper, Proposal
from terpadu.governance.stages import Paper as Kind
from terpadu.identity.models import Person
from terpadu.pages.sealed import seal, unseal

ACCEPTED = tuple(uploads.BEGINNINGS)
_PLACE = "governance.paper"


def keep(kind: Kind, thing: Application | Proposal, file: UploadedFile[bytes], by: Person | None) -> Paper:
    """Keep a document that its form has checked."""
    content = file.read()
    about = {"application": thing} if isinstance(thing, Application) else {"proposal": thing}
    digest = hashlib.sha256(content).hexdigest()
    paper = Paper(kind=kind, media=uploads.kind_of(content), size=len(content), digest=digest, by=by, **about)
    path = _path(paper)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(seal(base64.b64encode(content).decode(), _PLACE + str(paper.id)))
    paper.save()
    return paper


def attachment(paper: Paper) -> HttpResponse:
    """The document as something to save, never to run: no sniffing, no scripts, a name of ours."""
    content = base64.b64decode(unseal(_path(paper).read_bytes(), _PLACE + str(paper.id)))
    response = HttpResponse(content, content_type="application/octet-stream")
    name = f"{paper.kind}-{str(paper.id)[:8]}{uploads.BEGINNINGS[paper.media][1]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _path(paper: Paper) -> Path:
    return Path(settings.HOME) / "files" / "papers" / str(paper.id)
