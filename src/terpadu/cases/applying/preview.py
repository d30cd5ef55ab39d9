"""After sending: which office gets which data, as the bodies of the service's acts say."""

from __future__ import annotations

import re

from django.utils.translation import gettext
from msgspec import Struct

from terpadu.cases.offices import said
from terpadu.pages.agencies import agencies
from terpadu.services.catalogue import Entry
from terpadu.services.definition import Act
from terpadu.services.inputs import Input
from terpadu.services.offices import office_of

_NAMED = re.compile(r"\b(subjek|fakta)\.([a-z_0-9]+(?:\.[a-z_0-9]+)*)")


class Receiver(Struct, frozen=True, kw_only=True):
    """An office, what it does, and what it gets."""

    office: str
    does: tuple[str, ...]
    data: tuple[str, ...]


def receivers(entry: Entry, inputs: tuple[Input, ...]) -> list[Receiver]:
    """Every office that acts, in the order of the acts; `inputs` are those that this application shows."""
    labels = {one.name: said(one.title) for one in inputs}
    acts: dict[str, list[Act]] = {}
    for act in entry.service.act:
        acts.setdefault(office_of(act.service).system, []).append(act)
    return [
        Receiver(office=office, does=tuple(said(act.title) for act in done), data=tuple(_data(labels, done)))
        for office, done in acts.items()
    ]


def _data(labels: dict[str, str], acts: list[Act]) -> list[str]:
    """The labels of what stands in the bodies, each once; what earlier acts made is the offices' own."""
    found: dict[str, None] = {}
    for act in acts:
        for expression in act.body.values():
            for root, name in _NAMED.findall(expression):
                label = _of_person(labels, name) if root == "subjek" else _of_fact(name)
                if label:
                    found[label[:1].lower() + label[1:] if label[1:2].islower() else label] = None
    return list(found)


def _of_fact(name: str) -> str:
    word = agencies().vocabulary.facts.get(name)
    return said(word.title) if word else ""


def _of_person(labels: dict[str, str], name: str) -> str:
    """An input's label, or what is known of the person anyway; what the form does not ask is not sent."""
    own = {"nik": gettext("NIK Anda"), "nama": gettext("Nama Anda"), "nik_anak": gettext("NIK anak")}
    return labels.get(name.partition(".")[0]) or own.get(name, "")
