"""The gate: proposals and their decisions, open to all; proposing, connecting, asking for an exemption, judging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terpadu.errors import BadInput, Refused
from terpadu.governance import gate_forms, papers, roles, showing_gate
from terpadu.governance.gate import drafting, rules
from terpadu.governance.gate_states import State
from terpadu.governance.models import Application, Proposal
from terpadu.governance.overlap.keeping import keeper
from terpadu.pages.guards import assured, public

PROVEN = 2
_A_PAGE = 30


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the gate is for, and every proposal with its outcome."""
    chosen = request.GET.get("status", "")
    found = Proposal.objects.order_by("-sent")
    if chosen in State.values:
        found = found.filter(state=chosen)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("hal"))
    told: dict[str, Any] = {"page": page, "chosen": chosen, "states": State, "standing": roles.standing_of(request)}
    told["rows"] = [(one, showing_gate.TAGS[one.state]) for one in page]
    return render(request, "governance/gate.html", told)


@public
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposal: what is alike, what can be done, who judged how, and its history."""
    proposal = get_object_or_404(Proposal, reference=reference)
    return render(request, "governance/proposal.html", showing_gate.page(proposal, roles.standing_of(request)))


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Say what is wanted; the answer comes at once."""
    found = roles.standing_of(request)
    if not found.manages:
        raise Http404
    keeper.warm()
    form = gate_forms.ProposalForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.values()
        try:
            proposal = rules.propose(values, found.actor(values.pop("member")))
            return redirect("governance:proposal", proposal.reference)
        except TimeoutError:
            form.add_error(None, _("Inventaris masih dibaca. Kirim lagi satu menit lagi; isian Anda masih ada."))
    return render(request, "governance/propose.html", {"form": form}, status=422 if form.errors else 200)


@assured(PROVEN)
@require_POST
def connect(request: HttpRequest, reference: str) -> HttpResponse:
    """Connect one of the applications that the proposal was told of."""
    proposal, found = _allowed(request, reference, "proposal.connect")
    chosen = request.POST.get("application", "")
    if chosen not in {one["application"] for one in proposal.found}:
        raise Http404
    entry = get_object_or_404(Application, pk=chosen)
    done = _after(request, proposal, lambda: rules.connect(proposal, entry, found.actor(proposal.member)))
    return redirect("governance:draft", proposal.reference) if done else _back(proposal)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """The draft of the connection, as a file: from what the owner described, or from what is uploaded here."""
    proposal, found = _allowed(request, reference, "proposal.draft")
    if proposal.state != State.CONNECTING:
        raise Http404
    described = getattr(proposal.connects, "description", None)
    form = gate_forms.DraftForm(
        described, *((request.POST, request.FILES) if request.method == "POST" else (None, None))
    )
    if form.is_valid():
        kind, text = form.source()
        try:
            written = drafting.draft(kind, text)
        except BadInput:
            form.add_error("file", _("Uraian ini tidak terbaca sebagai jenis yang dipilih. Periksa jenis dan isinya."))
        else:
            rules.note_draft(proposal, kind, found.actor(proposal.member))
            head = {"Content-Disposition": 'attachment; filename="connector.toml"'}
            return HttpResponse(written, content_type="application/toml; charset=utf-8", headers=head)
    told = {"proposal": proposal, "described": described, "form": form}
    return render(request, "governance/draft.html", told, status=422 if form.errors else 200)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def exempt(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for an exemption, with all that the reviewers need."""
    proposal, found = _allowed(request, reference, "proposal.exempt")
    if State.REVIEWED not in showing_gate.STATES[State(proposal.state)]:
        raise Http404
    form = gate_forms.ExemptionForm(
        *((request.POST, request.FILES) if request.method == "POST" else (None, None)), initial={"cost": proposal.cost}
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        budget = values.pop("budget")
        actor = found.actor(proposal.member)
        _after(request, proposal, lambda: rules.ask_exemption(proposal, values, budget, actor))
        return _back(proposal)
    told = {"proposal": proposal, "form": form, "ministries": rules.judges(proposal).values()}
    return render(request, "governance/exempt.html", told, status=422 if form.errors else 200)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One ministry's verdict. Nobody judges twice, and nobody what they proposed."""
    proposal, found = _allowed(request, reference, "proposal.review")
    open_to = rules.ministries_of(proposal, found)
    if not open_to:
        raise Http404
    form = gate_forms.ReviewForm(open_to, request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = dict(form.cleaned_data)
        ministry = values.pop("ministry")
        _after(request, proposal, lambda: rules.review(proposal, ministry, values, found))
        return _back(proposal)
    told = {"form": form} | showing_gate.page(proposal, found)
    return render(request, "governance/review.html", told, status=422 if form.errors else 200)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take it back, with a reason."""
    proposal, found = _allowed(request, reference, "proposal.withdraw")
    if State.WITHDRAWN not in showing_gate.STATES[State(proposal.state)]:
        raise Http404
    form = gate_forms.ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        _after(request, proposal, lambda: rules.withdraw(proposal, reason, found.actor(proposal.member)))
        return _back(proposal)
    return render(
        request, "governance/withdraw.html", {"proposal": proposal, "form": form}, status=422 if form.errors else 200
    )


@assured(PROVEN)
@require_safe
def paper(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The cost estimate, for its owner and for reviewers; others find nothing there."""
    proposal, _found = _allowed(request, reference, "proposal.papers")
    return papers.attachment(get_object_or_404(proposal.papers, pk=number))


def _allowed(request: HttpRequest, reference: str, action: str) -> tuple[Proposal, roles.Standing]:
    proposal = get_object_or_404(Proposal, reference=reference)
    found = roles.standing_of(request)
    if not found.may(action, proposal.member):
        raise Http404
    return proposal, found


def _back(proposal: Proposal) -> HttpResponse:
    return redirect("governance:proposal", proposal.reference)


def _after(request: HttpRequest, proposal: Proposal, act: Any) -> bool:
    """Do it, and say how it went."""
    try:
        act()
    except (Refused, BadInput):
        messages.error(request, _("Sudah tidak dapat dilakukan: keadaan usulan ini berubah. Periksa di bawah."))
        return False
    messages.success(request, _("Tersimpan."))
    return True
