"""Every role x every action: by the table, by the rules, and by the pages. The matrix below is the specification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from terpadu.errors import BadInput, Refused
from terpadu.registry import agreeing, describing, joining, offering, publishing, purposes, suspending
from terpadu.registry.models import Agreement, Member, Node, Purpose, Subsystem, Template, Version
from terpadu.registry.models.agreement import Side
from terpadu.registry.roles import ACTIONS, standing
from terpadu.registry.states import Deal, Joining, Life
from tests.unit.registry.conftest import DUK, KES, KLINIK, NIK, POP, World, openapi, wanted

ROLES = (
    "visitor", "level1", "stranger", "counter", "other", "other_head", "consumer", "consumer_head", "provider",
    "provider_head", "system_officer", "operator", "chief",
)  # fmt: skip
PROVEN = set(ROLES) - {"visitor", "level1"}
PROVIDER, CONSUMER, CENTRE = {"provider", "provider_head", "system_officer"}, {"consumer", "consumer_head"}, {"operator", "chief"}
MATRIX: dict[str, set[str]] = {
    "member.ask": PROVEN, "member.check": CENTRE, "member.approve": CENTRE, "member.refuse": CENTRE,
    "subsystem.ask": PROVIDER, "subsystem.approve": CENTRE, "subsystem.refuse": CENTRE,
    "node.ask": PROVIDER, "node.approve": CENTRE, "node.refuse": CENTRE, "node.certificate": PROVIDER,
    "service.describe": PROVIDER, "service.move": {"provider_head"}, "service.try": PROVIDER | CENTRE,
    "purpose.ask": CENTRE, "purpose.approve": CENTRE,
    "template.make": PROVIDER, "template.open": {"provider_head"}, "template.join": CONSUMER,
    "agreement.ask": CONSUMER, "agreement.risk": CONSUMER, "agreement.review": PROVIDER,
    "agreement.approve": {"provider_head"}, "agreement.refuse": {"provider_head"},
    "agreement.end": {"provider_head", "consumer_head"}, "agreement.see": PROVIDER | CONSUMER | CENTRE,
    "suspend.consumer": CONSUMER, "suspend.provider": PROVIDER, "suspend.centre": CENTRE, "halt": {"provider_head"} | CENTRE,
    "publish.see": CENTRE, "publish.prepare": CENTRE, "publish.sign": CENTRE, "publish.publish": CENTRE,
}  # fmt: skip
"""Action -> who may, beside the service ID/GOV/DUK/pop/nik and the consumer ID/GOV/KES/klinik."""


def person(world: World, role: str) -> Any:
    return AnonymousUser() if role == "visitor" else world[role]


def test_the_matrix_names_every_action() -> None:
    assert set(MATRIX) == set(ACTIONS)


def test_who_may_what(world: World) -> None:
    found = {
        action: {role for role in ROLES if standing(person(world, role)).may(action, KLINIK, NIK)} for action in ACTIONS
    }
    assert found == MATRIX


def test_a_mandate_that_ended_counts_no_more(world: World) -> None:
    from django.utils import timezone

    from terpadu.identity.models import OfficeMandate

    OfficeMandate.objects.update(revoked=timezone.now())
    assert not any(standing(person(world, role)).may("agreement.see", KLINIK, NIK) for role in ROLES)


def _things(world: World) -> dict[str, Callable[[Any], object]]:
    """Action -> the rule itself, on something that waits for it."""
    world.both()
    draft = world.describe()
    describing.move_version(world["provider_head"], draft.pk, Life.TRIAL)
    describing.move_version(world["provider_head"], draft.pk, Life.PUBLISHED)
    next_one = world.describe(openapi(baru={"type": "string"}))
    asked, checked = (Member.objects.create(pk=f"ID/GOV/M{n}", name="x", state=s) for n, s in ((1, "diminta"), (2, "diperiksa")))
    system = Subsystem.objects.create(pk=f"{DUK}/s", member_id=DUK, name="s", application=str(world.application(DUK, "s").pk))
    node = Node.objects.create(name=f"{DUK}/n9", member_id=DUK, host="h", port=1, request="{}")
    purpose = Purpose.objects.create(pk="p", title="p", basis="p")
    agreement = world.ask()
    reviewed = Agreement.objects.create(**_like(agreement, "B", Deal.REVIEW))
    in_force = Agreement.objects.create(**_like(agreement, "C", Deal.IN_FORCE))
    template = Template.objects.create(**_terms(agreement), service_id=NIK, name="t", made_by=world["stranger"])
    opened = Template.objects.create(**_terms(agreement), service_id=NIK, name="o", made_by=world["stranger"], is_open=True)
    for one in (reviewed, template):
        from terpadu.registry import risk

        risk.assess(world["stranger"], one, [], {})
    told = describing.Description(title="x", nodes=(f"{DUK}/n1",), form="openapi", raw=openapi())
    raw = Node.objects.get(name=f"{DUK}/n1").request.encode()
    return {
        "member.ask": lambda who: joining.ask_member(who, "ID/GOV/M3", "x", "x", "x@contoh.example"),
        "member.check": lambda who: joining.check_member(who, asked.pk),
        "member.approve": lambda who: joining.approve_member(who, checked.pk),
        "member.refuse": lambda who: joining.refuse_member(who, asked.pk, "x"),
        "subsystem.ask": lambda who: joining.ask_subsystem(who, f"{POP}2", "x", system.application),
        "subsystem.approve": lambda who: joining.decide_subsystem(who, system.pk),
        "subsystem.refuse": lambda who: joining.decide_subsystem(who, system.pk, "x"),
        "node.ask": lambda who: joining.ask_node(who, raw),
        "node.approve": lambda who: joining.decide_node(who, node.pk),
        "node.refuse": lambda who: joining.decide_node(who, node.pk, "x"),
        "service.describe": lambda who: describing.describe(who, NIK, told),
        "service.move": lambda who: describing.move_version(who, next_one.pk, Life.PUBLISHED),
        "purpose.ask": lambda who: purposes.ask(who, "q", "x", "x"),
        "purpose.approve": lambda who: purposes.approve(who, purpose.pk),
        "template.make": lambda who: offering.make_template(who, NIK, "x", "", wanted()),
        "template.open": lambda who: offering.open_template(who, template.pk),
        "template.join": lambda who: offering.join(who, opened.pk, KLINIK),
        "agreement.ask": lambda who: agreeing.ask(who, KLINIK, NIK, wanted()),
        "agreement.review": lambda who: agreeing.review(who, agreement.pk),
        "agreement.approve": lambda who: agreeing.approve(who, reviewed.pk),
        "agreement.refuse": lambda who: agreeing.refuse(who, reviewed.pk, ["x"]),
        "agreement.end": lambda who: agreeing.end(who, agreement.pk, "x"),
        "suspend.consumer": lambda who: suspending.suspend_agreement(who, in_force.pk, Side.CONSUMER, "x"),
        "suspend.provider": lambda who: suspending.suspend_agreement(who, in_force.pk, Side.PROVIDER, "x"),
        "suspend.centre": lambda who: suspending.suspend_agreement(who, in_force.pk, Side.CENTRE, "x"),
        "halt": lambda who: suspending.halt(who, NIK),
        "publish.prepare": publishing.prepare,
        "publish.sign": lambda who: publishing.take_signature(who, b"{}"),
        "publish.publish": publishing.publish,
    }  # fmt: skip


def _terms(agreement: Agreement) -> dict[str, Any]:
    names = ("purposes", "default_purpose", "fields", "endpoints", "quota", "persons", "until")
    return {name: getattr(agreement, name) for name in names}


def _like(agreement: Agreement, code: str, state: Deal) -> dict[str, Any]:
    return _terms(agreement) | {"code": code, "consumer_id": KLINIK, "service_id": NIK, "state": state}


OF_THE_HOUSE = {name: {"system_officer"} for name in ("subsystem.ask", "node.ask", "node.certificate")}
"""What belongs to the whole member: an officer of one of its systems alone may not."""
BY_PAGE = {"node.certificate", "agreement.see", "agreement.risk", "publish.see", "service.try"}
"""Actions that are a page, not a rule: the next test holds them."""


def test_the_rules_hold_the_matrix(world: World) -> None:
    """A rule refuses with `identity` whoever may not, and never with it whoever may; what else it says is its own matter."""
    acts = _things(world)
    assert set(acts) | BY_PAGE == set(MATRIX)
    wrong = []
    for action, act in acts.items():
        for role in sorted(PROVEN | {"level1"}):
            refused = False
            with transaction.atomic():
                try:
                    act(world[role])
                except Refused as error:
                    refused = error.code == "identity"
                except BadInput:
                    pass
                transaction.set_rollback(True)
            if refused == (role in MATRIX[action] - OF_THE_HOUSE.get(action, set())):
                wrong.append(f"{role} {action}")
    assert wrong == []


def test_the_pages_hold_the_matrix(world: World) -> None:
    world.both()
    world.service()
    found = world.ask()
    version = world.describe(openapi(baru={"type": "string"}))
    publishing.prepare(world["operator"])
    node = Node.objects.get(name=f"{DUK}/n1")
    pages = {
        f"/registri/kesepakatan/{found.pk}/": MATRIX["agreement.see"],
        f"/registri/kesepakatan/{found.pk}/risiko/": MATRIX["agreement.risk"],
        f"/registri/versi/{version.pk}/": MATRIX["service.describe"],
        f"/registri/layanan-baru/{POP}/": MATRIX["service.describe"],
        f"/registri/templat-baru/{NIK}/": MATRIX["template.make"],
        f"/registri/coba/{NIK}/": MATRIX["service.try"],
        f"/registri/sistem-baru/{DUK}/": MATRIX["subsystem.ask"] - {"system_officer"},
        f"/registri/simpul-baru/{DUK}/": MATRIX["node.ask"] - {"system_officer"},
        f"/registri/simpul/{node.pk}/sertifikat/": MATRIX["node.certificate"] - {"system_officer"},
        "/registri/terbit/": MATRIX["publish.see"],
        "/registri/terbit/usulan.json": MATRIX["publish.see"],
        "/registri/meja/": PROVEN,
        "/registri/gabung/": PROVEN,
        f"/registri/minta/{NIK}/": PROVEN,
        "/registri/": set(ROLES),
        "/registri/anggota/": set(ROLES),
        f"/registri/anggota/{DUK}/": set(ROLES),
        f"/registri/layanan/{NIK}/": set(ROLES),
        "/registri/tujuan/": set(ROLES),
        "/registri/root.json": set(ROLES),
    }
    browsers = {role: world.browser(role) for role in ROLES}
    for path, allowed in pages.items():
        reached = {role for role, browser in browsers.items() if browser.get(path).status_code == 200}
        assert reached == allowed, path


STEPS = {
    "agreement.review": PROVIDER, "agreement.approve": {"provider_head"}, "agreement.refuse": {"provider_head"},
    "agreement.end": {"provider_head", "consumer_head"}, "suspend.consumer": CONSUMER, "suspend.provider": PROVIDER,
    "suspend.centre": CENTRE, "resume.consumer": CONSUMER, "resume.provider": PROVIDER, "resume.centre": CENTRE,
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_step_by_a_page_is_not_there_for_others(world: World, step: str) -> None:
    world.both()
    world.service()
    found = world.ask()
    path = f"/registri/kesepakatan/{found.pk}/langkah/"
    reached = set()
    for role in ROLES:
        with transaction.atomic():
            answer = world.browser(role).post(path, {"langkah": step, "alasan": "x"})
            transaction.set_rollback(True)
        if answer.status_code == 302 and "/masuk/" not in answer["Location"]:
            reached.add(role)
    assert reached == STEPS[step]


def test_an_operator_alone_decides_at_the_desk(world: World) -> None:
    joining.ask_member(world["stranger"], KES, "Kemenkes", "x", "x@contoh.example")
    for role in sorted(PROVEN - CENTRE):
        body = {"langkah": "member.check", "kunci": KES}
        assert world.browser(role).post("/registri/meja/putuskan/", body).status_code == 404
    world.browser("operator").post("/registri/meja/putuskan/", {"langkah": "member.check", "kunci": KES})
    assert Member.objects.get(pk=KES).state == Joining.CHECKED
    world.browser("operator").post("/registri/meja/putuskan/", {"langkah": "member.refuse", "kunci": KES})
    assert Member.objects.get(pk=KES).state == Joining.CHECKED, "no refusal without its reason"


def test_a_draft_and_its_file_are_its_owners(world: World) -> None:
    world.both()
    draft = world.describe()
    for role in ROLES:
        assert world.browser(role).get(f"/registri/kontrak/{draft.pk}/").status_code == 404
    Version.objects.filter(pk=draft.pk).update(state=Life.TRIAL)
    answer = world.browser("visitor").get(f"/registri/kontrak/{draft.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"].startswith("text/plain")
