"""Pages of a member's technical people and of the operators who let in: members, subsystems, nodes; one's own desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terpadu.pages.guards import assured
from terpadu.registry import joining, office, purposes, showing_desk, suspending
from terpadu.registry.forms import MemberForm, NodeForm, SubsystemForm
from terpadu.registry.models import Member, Node
from terpadu.registry.models.agreement import Side
from terpadu.registry.roles import standing_of
from terpadu.registry.views.common import attempt, needed, person_of

Decide = Callable[[Any, str, str], object]
DECISIONS: dict[str, Decide] = {
    "member.check": lambda person, key, reason: joining.check_member(person, key),
    "member.approve": lambda person, key, reason: joining.approve_member(person, key),
    "member.refuse": joining.refuse_member,
    "subsystem.approve": lambda person, key, reason: joining.decide_subsystem(person, key),
    "subsystem.refuse": joining.decide_subsystem,
    "node.approve": lambda person, key, reason: joining.decide_node(person, _number(key)),
    "node.refuse": lambda person, key, reason: joining.decide_node(person, _number(key), reason),
    "purpose.approve": lambda person, key, reason: purposes.approve(person, key),
}
"""What an operator decides at the desk: action -> who does it. A refusal needs its reason."""


def _number(key: str) -> int:
    return int(key) if key.isdecimal() and len(key) < 18 else 0


@assured(2)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and what is theirs."""
    return render(request, "registry/desk.html", showing_desk.desk(person_of(request), standing_of(request)))


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """An agency applies to become a member."""
    form = MemberForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data

        def ask() -> Member:
            name = f"{office.instance()}/{told['member_class']}/{told['code'].upper()}"
            return joining.ask_member(person_of(request), name, told["name"], told["about"], told["address"])

        if attempt(request, ask, _("Pendaftaran terkirim. Dua operator memeriksanya.")):
            return redirect("registry:desk")
    return render(request, "registry/apply.html", {"form": form, "kept": office.is_kept()})


@assured(2)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """An operator decides about what was asked."""
    action, key, reason = (request.POST.get(name, "") for name in ("langkah", "kunci", "alasan"))
    if not standing_of(request).operator or action not in DECISIONS:
        raise Http404
    if action.endswith("refuse") and not reason.strip():
        attempt(request, _reason_missing)
    else:
        attempt(request, lambda: DECISIONS[action](person_of(request), key, reason[:2000]), _("Keputusan dicatat."))
    return redirect("registry:desk")


def _reason_missing() -> None:
    from terpadu.registry.refusals import no

    raise no("reason")


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def subsystem(request: HttpRequest, member: str) -> HttpResponse:
    """A member's new system."""
    needed(request, "subsystem.ask", provider=member)
    owner = get_object_or_404(Member, pk=member, state__in=joining.BELONGING)
    form = SubsystemForm(owner, request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        name = f"{owner.pk}/{told['code']}"
        done = _("Sistem didaftarkan. Seorang operator memeriksanya.")
        if attempt(
            request, lambda: joining.ask_subsystem(person_of(request), name, told["name"], told["application"]), done
        ):
            return redirect("registry:member", owner.pk)
    return render(request, "registry/subsystem.html", {"form": form, "member": owner})


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def node(request: HttpRequest, member: str) -> HttpResponse:
    """A member's node, by the file that `terpadu node init` made."""
    needed(request, "node.ask", provider=member)
    owner = get_object_or_404(Member, pk=member, state__in=joining.BELONGING)
    form = NodeForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        raw = form.cleaned_data["request"].read(65_536)
        done = _("Permintaan simpul diterima; setiap kuncinya terbukti. Seorang operator memeriksanya.")
        if attempt(request, lambda: joining.ask_node(person_of(request), raw), done):
            return redirect("registry:member", owner.pk)
    return render(request, "registry/node.html", {"form": form, "member": owner})


@assured(2)
@require_safe
def certificate(request: HttpRequest, node: int) -> HttpResponse:
    """The certificate of a node's TLS key, once it is drafted."""
    found = get_object_or_404(Node.objects.exclude(certificate=""), pk=node)
    needed(request, "node.certificate", provider=found.name)
    name = office.file_of(office.read_request(found.request.encode(), found.name))
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.certificate, content_type="application/x-pem-file", headers=head)


@assured(2)
@require_POST
def suspend(request: HttpRequest) -> HttpResponse:
    """A whole member, system, node or service: taken away, or given back."""
    what, by, reason = (request.POST.get(name, "")[:1000] for name in ("apa", "oleh", "alasan"))
    if request.POST.get("langkah") in ("hentikan", "lanjutkan"):
        return _halt(request, what, request.POST["langkah"] == "lanjutkan")
    if by not in (Side.PROVIDER.value, Side.CENTRE.value):
        raise Http404
    needed(request, f"suspend.{by}", provider=what)
    if request.POST.get("langkah") == "akhiri":
        done = _("Penangguhan berakhir. Berlaku dalam 60 detik.")
        attempt(request, lambda: suspending.resume(person_of(request), what, Side(by)), done)
    else:
        done = _("Ditangguhkan. Berlaku dalam 60 detik.")
        attempt(request, lambda: suspending.suspend(person_of(request), what, Side(by), reason), done)
    return redirect("registry:member", "/".join(what.split("/")[:3]))


def _halt(request: HttpRequest, service: str, going_on: bool) -> HttpResponse:
    """The launch of a service: halted, or going on."""
    needed(request, "halt", provider=service)
    done = _("Peluncuran berjalan lagi.") if going_on else _("Peluncuran dihentikan. Berlaku dalam 60 detik.")
    attempt(request, lambda: suspending.halt(person_of(request), service, going_on), done)
    return redirect("registry:service", service)
