"""What was sent and what was asked: facts with their sources, answers with their labels, numbers of exchanges."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terpadu.cases.folders import entry, process_of
from terpadu.cases.models import Case
from terpadu.cases.offices import said
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import agencies
from terpadu.services.offices import office_of


def facts(case: Case) -> list[dict[str, Any]]:
    """Facts with label, value, office and time."""
    names = agencies().vocabulary.facts
    return [
        {
            "label": said(names[fact["name"]].title) if fact["name"] in names else fact["name"],
            "value": shown(fact["value"]),
            "office": str(office_of(ServiceId(fact["source"]))),
            "at": fact["fetched"],
        }
        for fact in case.facts
    ]


def answers(case: Case) -> list[tuple[str, str]]:
    """What the person typed, with the labels of the form and of the tasks that asked."""
    labels = labels_of(case)
    return [(labels.get(name, name), shown(value)) for name, value in case.answers.items()]


def labels_of(case: Case) -> dict[str, str]:
    """What the inputs of the form and of the tasks are called, by their names."""
    labels = {one.name: said(one.title) for one in entry(case.service).form.inputs}
    for element in process_of(case).elements.values():
        labels |= {one.name: said(one.title) for one in element.asks}
    return labels


def numbers(case: Case) -> set[str]:
    """The exchanges of a case: of its events and of its facts."""
    return {event.number for event in case.events.exclude(number="")} | {fact["number"] for fact in case.facts}


def shown(value: Any) -> str:
    """A value in words; lists and tables of a register in short."""
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, list):
        return ngettext("%(count)s baris", "%(count)s baris", len(value)) % {"count": len(value)}
    return ", ".join(str(part) for part in value.values()) if isinstance(value, dict) else str(value)
