"""The operators' page of publishing: what waits, what it changes, who signed, publish."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terpadu.pages.guards import assured
from terpadu.registry import office, publishing, showing_publishing
from terpadu.registry.forms import SignatureForm
from terpadu.registry.views.common import attempt, needed, person_of


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All of it, a step at a time."""
    needed(request, "publish.see")
    if not office.is_kept():
        raise Http404
    act = request.POST.get("langkah", "")
    form = SignatureForm(request.POST if act == "tanda" else None, request.FILES if act == "tanda" else None)
    if request.method == "POST" and (act != "tanda" or form.is_valid()):
        _act(request, act, form)
        return redirect("registry:publishing")
    return render(request, "registry/publishing.html", showing_publishing.overview() | {"form": form})


def _act(request: HttpRequest, act: str, form: SignatureForm) -> None:
    person = person_of(request)
    if act == "siapkan":
        attempt(request, lambda: publishing.prepare(person), _("Usulan siap dibawa kepada pemegang kunci."))
    elif act == "tanda":
        raw = form.cleaned_data["file"].read()
        attempt(request, lambda: publishing.take_signature(person, raw), _("Tanda tangan diterima."))
    elif act == "terbitkan":
        done = _("Federasi terbit. Simpul mengambilnya dalam 60 detik.")
        attempt(request, lambda: publishing.publish(person), done)
    elif act == "ambil":
        attempt(request, lambda: publishing.adopt(person), _("Isi federasi yang terbit sudah ada di sini."))
    else:
        raise Http404


@assured(2)
@require_safe
def proposal(request: HttpRequest) -> HttpResponse:
    """The file that is carried to the holders."""
    needed(request, "publish.see")
    raw = attempt(request, office.proposal_file)
    if raw is None:
        raise Http404
    head = {"Content-Disposition": 'attachment; filename="usulan.json"'}
    return HttpResponse(raw, content_type="application/json", headers=head)
