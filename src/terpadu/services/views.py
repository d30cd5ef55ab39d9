"""The catalogue's pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from terpadu.pages.guards import public
from terpadu.services.catalogue import Entry, catalogue
from terpadu.services.definition import Document
from terpadu.services.describing import LONGEST_QUESTION
from terpadu.services.published import facts, standard, steps
from terpadu.services.saying import said


@require_safe
@public
def index(request: HttpRequest) -> HttpResponse:
    """All services, by life event and by name; or those that fit a question."""
    shelf = catalogue()
    question = request.GET.get("cari", "").strip()[:LONGEST_QUESTION]
    told = {
        "question": question,
        "found": shelf.search(question) if question else None,
        "life_events": shelf.life_events(),
        "by_name": shelf.by_name(get_language() or "id"),
    }
    return render(request, "services/index.html", told)


@require_safe
@public
def service(request: HttpRequest, service: str) -> HttpResponse:
    """One service: what it gives, needs, costs, and how to begin."""
    entry = catalogue().get(service)
    if entry is None:
        raise Http404
    documents = [_document(entry, one) for one in entry.service.document]
    told = {
        "entry": entry,
        "service": entry.service,
        "documents": documents,
        "text": _text(entry),
        "facts": facts(entry.service),
        "steps": steps(entry.service),
        "standard": standard(entry.service),
    }
    return render(request, "services/service.html", told)


def _document(entry: Entry, document: Document) -> dict[str, Any]:
    """One line of the table: the document of before, what stands for it now, and whose that is."""
    row = {"document": said(document.title), "note": "", "instead": said(document.now) if document.now else ""}
    if document.replaced_by:
        sources = {fact.name: fact.office for fact in facts(entry.service, document.replaced_by)}
        return row | {
            "instead": row["instead"] or gettext("Sudah ada"),
            "source": "; ".join(dict.fromkeys(sources.values())),
        }
    if document.dropped:
        return row | {"instead": row["instead"] or gettext("Tidak diperlukan lagi"), "source": document.dropped}
    return row | {
        "instead": row["instead"] or gettext("Anda unggah"),
        "source": gettext("Belum ada di instansi mana pun"),
    }


def _text(entry: Entry) -> str:
    """What a person still has to say, in one line."""
    needed = [said(one.title) for one in entry.form.inputs if one.required and not one.when]
    if not needed:
        return gettext("Instansi bertanya langsung kepada instansi lain. Anda cukup memeriksa.")
    inputs = ", ".join(label[:1].lower() + label[1:] if label[1:2].islower() else label for label in needed[:3])
    if len(needed) > 3:
        inputs = gettext("%(inputs)s, dan %(count)d isian lain") % {"inputs": inputs, "count": len(needed) - 3}
    return gettext("Instansi bertanya langsung kepada instansi lain. Anda mengisi %(inputs)s.") % {"inputs": inputs}
