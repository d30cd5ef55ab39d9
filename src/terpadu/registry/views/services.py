"""Pages of a provider: describing a service, its versions, templates for many, and trying it."""

from __future__ import annotations

import json

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terpadu.errors import Refused
from terpadu.pages.guards import assured
from terpadu.registry import describing, joining, offering, risk, showing, trying
from terpadu.registry.describing import Description
from terpadu.registry.forms import DescribeForm, JoinForm, MoveForm, SpecificForm, TemplateForm, TryForm
from terpadu.registry.models import Service, Subsystem, Template, Version
from terpadu.registry.roles import standing_of
from terpadu.registry.states import VERSION, Life
from terpadu.registry.views.common import attempt, needed, person_of, said


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, subsystem: str) -> HttpResponse:
    """A first version, or the next one of a service (`?layanan=CODE`)."""
    needed(request, "service.describe", provider=subsystem)
    system = get_object_or_404(Subsystem.objects.select_related("member"), pk=subsystem, state__in=joining.BELONGING)
    before = Version.objects.filter(service=f"{subsystem}/{request.GET.get('layanan', '')}").order_by("-number").first()
    form = DescribeForm(system.member_id, request.POST or None, request.FILES or None, initial=_as_before(before))
    if form.is_valid():
        told = form.cleaned_data
        description = Description(
            title=told["title"], description=told["description"], effect=told["effect"], subject=told["subject"],
            nodes=tuple(told["nodes"]), form=told["form"], raw=told["file"].read(1024 * 1024),
        )  # fmt: skip
        name = f"{subsystem}/{told['code']}"
        done = _("Deskripsi terbaca dan disimpan sebagai rancangan.")
        made = attempt(request, lambda: describing.describe(person_of(request), name, description), done)
        if made is not None:
            return redirect("registry:version", made.pk)
    return render(request, "registry/describe.html", {"form": form, "system": system, "before": before})


def _as_before(before: Version | None) -> dict[str, object]:
    if before is None:
        return {"effect": "safe", "form": "openapi"}
    told = {name: getattr(before, name) for name in ("title", "description", "effect", "subject", "nodes", "form")}
    return told | {"code": before.service_id.rpartition("/")[2]}


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, version: int) -> HttpResponse:
    """One version: what it breaks and for whom; its next steps."""
    found = get_object_or_404(Version.objects.select_related("service__subsystem__member"), pk=version)
    standing = needed(request, "service.describe", provider=found.service_id)
    steps = [(state, Life(state).label) for state in Life.values if state in VERSION[found.state]]
    moving = MoveForm(steps, request.POST if "after" in request.POST else None)
    marking = SpecificForm(found, request.POST if "mark" in request.POST else None)
    if "after" in request.POST and moving.is_valid():
        return _move(request, found, moving)
    if "mark" in request.POST and marking.is_valid():
        names = marking.cleaned_data["names"]
        attempt(request, lambda: describing.mark_specific(person_of(request), found.pk, names), _("Tersimpan."))
        return redirect("registry:version", found.pk)
    told = showing.version(found) | {
        "moving": moving if steps and standing.is_head(found.service_id) else None,
        "marking": marking if found.state == Life.DRAFT else None,
    }
    return render(request, "registry/version.html", told)


def _move(request: HttpRequest, found: Version, form: MoveForm) -> HttpResponse:
    after, ends = Life(form.cleaned_data["after"]), form.cleaned_data["ends"]
    done = _("Langkah dicatat. Berlaku bagi simpul sesudah federasi berikutnya terbit.")
    attempt(request, lambda: describing.move_version(person_of(request), found.pk, after, ends), done)
    return redirect("registry:version", found.pk)


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def make_template(request: HttpRequest, service: str) -> HttpResponse:
    """Terms for many."""
    needed(request, "template.make", provider=service)
    offered, shown = _offered(service)
    form = TemplateForm(shown, request.POST or None)
    if form.is_valid():
        told = form.cleaned_data

        @transaction.atomic
        def make() -> Template:
            made = offering.make_template(
                person_of(request), offered.pk, told["name"], told["member_class"], form.wanted()
            )
            risk.assess(person_of(request), made, told["flags"], form.answers())
            return made

        made = attempt(request, make, _("Templat disimpan. Pimpinan Anda perlu membukanya."))
        if made is not None:
            return redirect("registry:template", made.pk)
    return render(
        request, "registry/terms.html", {"form": form, "service": offered, "version": shown, "template": True}
    )


def _offered(name: str) -> tuple[Service, Version]:
    offered = get_object_or_404(Service.objects.select_related("subsystem__member"), pk=name)
    shown = describing.live(offered)
    if shown is None:
        raise Http404
    return offered, shown


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, template: int) -> HttpResponse:
    """A template: its terms; the provider's head opens it, a consumer joins it."""
    found = get_object_or_404(Template.objects.select_related("service__subsystem__member"), pk=template)
    standing = standing_of(request)
    if not found.is_open and not standing.is_technical(found.service_id):
        raise Http404
    form = JoinForm(
        showing.own_systems(standing, found.member_class), request.POST if "consumer" in request.POST else None
    )
    if "buka" in request.POST:
        attempt(request, lambda: offering.open_template(person_of(request), found.pk), _("Templat terbuka."))
        return redirect("registry:template", found.pk)
    if form.is_valid():
        consumer = form.cleaned_data["consumer"]
        done = _("Bergabung. Berlaku sesudah federasi berikutnya terbit.")
        if joined := attempt(request, lambda: offering.join(person_of(request), found.pk, consumer), done):
            return redirect("registry:agreement", joined.pk)
    told = showing.template(found, standing) | {"form": form}
    return render(request, "registry/template.html", told)


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest, service: str) -> HttpResponse:
    """Ask the service through the portal's own node, where an agreement of the portal allows it; else: who may."""
    offered, shown = _offered(service)
    needed(request, "service.try", provider=offered.pk)
    told: dict[str, object] = {"service": offered, "version": shown}
    allowed = trying.agreement_of_the_portal(offered.pk)
    if allowed is None:
        return render(request, "registry/try.html", told | {"who": trying.who_may(offered)})
    form = TryForm([(one["id"], one["title"]) for one in allowed["purposes"]], request.POST or None)
    if form.is_valid():
        try:
            answer = trying.ask(offered.pk, form.cleaned_data["purpose"], form.cleaned_data["body"])
            told["answer"], told["answered"] = json.dumps(answer.value, indent=2, ensure_ascii=False), answer
        except Refused as refused:
            told["refused"] = said(refused)
    return render(request, "registry/try.html", told | {"form": form})
