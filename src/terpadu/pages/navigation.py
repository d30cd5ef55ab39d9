"""Where the header leads: addresses, not names, since rooms above are linked, never imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from terpadu.errors import BadInput

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Words = str | StrPromise


class Entry(NamedTuple):
    """One entry of the navigation; `current` on its page and below."""

    label: Words
    address: str
    current: bool


MAIN: tuple[tuple[str, Words], ...] = (
    ("/layanan/", _("Layanan")),
    ("/urusan/", _("Urusan saya")),
    ("/siapa-melihat/", _("Siapa melihat data saya")),
)


def at(path: str) -> str:
    """An address of ours in the language of this page: `/urusan/` or `/en/urusan/`. Raises `BadInput`."""
    if not path.startswith("/"):
        raise BadInput(f"Expected a path of ours that begins with /, got {path!r}.")
    return f"/en{path}" if get_language() == "en" else path


def entries(request: HttpRequest) -> list[Entry]:
    """The header's entries, with the current one marked."""
    return [Entry(label, at(path), request.path.startswith(at(path))) for path, label in MAIN]
