"""A person's consent in a case: which questions carry a receipt, what still lacks one, and asking for it on a page of its own."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from terpadu.cases.folders import service_of
from terpadu.cases.models import Case
from terpadu.cases.settling import LACKS_CONSENT, unsettled
from terpadu.cases.waking import wake
from terpadu.errors import Refused
from terpadu.facts.vocabulary import questions_of
from terpadu.identity.consent import rules
from terpadu.identity.consent.carrying import Carried, carried
from terpadu.identity.consent.models import Ask, Consent
from terpadu.pages.agencies import Agencies, agencies
from terpadu.services.definition import Service, named_facts


def carried_for(case: Case, asked: Agencies) -> Carried:
    """What questions of this case carry. While the own node is silent nothing is known; nobody can be asked either."""
    try:
        agreements = asked.agreements()
    except Refused:
        agreements = []
    return carried(case.applicant, service_of(case).purpose, agreements)


def lacking(case: Case) -> dict[str, frozenset[str]]:
    """Services that this case asks and that answer only with a consent that is not there -> the fields it must name."""
    everywhere = agencies()
    wanted = _services(service_of(case), everywhere)
    return {name: fields for name, fields in carried_for(case, everywhere).fields.items() if name in wanted}


def _services(service: Service, everywhere: Agencies) -> set[str]:
    """Every service that is asked for a case: for its facts and by its acts."""
    questions = questions_of(everywhere.vocabulary, sorted(named_facts(service)))
    asked = {str(everywhere.vocabulary.questions[name].service) for name in questions}
    return asked | {str(act.service) for act in service.act}


def question(case: Case, back: str) -> Ask | None:
    """The one question to the person for all that lacks; none where nothing does. `back`: where the answer leads."""
    fields = frozenset[str]().union(*lacking(case).values())
    if not fields:
        return None
    service = service_of(case)
    until = timezone.now() + timedelta(days=service.consent.days)
    return rules.ask(
        case.applicant, purpose=service.purpose, recipient=settings.PORTAL.subsystem, fields=fields, until=until,
        back=back, case=case.reference,
    )  # fmt: skip


def waits(case: Case) -> bool:
    """Does something that is to be done wait for the person's consent?"""
    codes = {act.code for act in unsettled(case)} - {""}
    halted = bool(codes) or case.stuck is not None
    return bool(codes & LACKS_CONSENT) or (halted and bool(set(case.missing.values()) & LACKS_CONSENT))


def go_on(sender: type[Consent], consent: Consent, **_: object) -> None:
    """A yes lets the person's cases look again at once."""
    wake(Case.objects.filter(applicant=consent.ask.person))
