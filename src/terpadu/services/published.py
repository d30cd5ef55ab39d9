"""A service as it is published to programs: everything that people may read, nothing of how it is run inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from terpadu.facts.vocabulary import Text
from terpadu.pages.agencies import agencies
from terpadu.services.catalogue import Entry
from terpadu.services.definition import Document, Service
from terpadu.services.offices import office_of
from terpadu.services.standard import Objection, Term


class Brief(Struct, frozen=True, kw_only=True):
    """A service in the list. `fee` is in whole rupiah, `days` are working days."""

    id: str
    title: Text
    summary: Text
    life_event: Text
    authority: str
    fee: int
    days: int
    page: str
    self: str


class PublishedDocument(Struct, frozen=True, kw_only=True):
    """A document of before: `replaced` by facts of other offices, `dropped` by a rule, or still `asked` for."""

    title: Text
    now: str
    facts: tuple[str, ...]
    rule: str


class PublishedFact(Struct, frozen=True, kw_only=True):
    """A fact that is fetched, and where."""

    name: str
    title: Text
    service: str
    office: str


class Step(Struct, frozen=True, kw_only=True):
    """One act of an office."""

    title: Text
    service: str
    office: str


class Output(Struct, frozen=True, kw_only=True):
    """What the person gets."""

    title: Text
    form: Text


class StandardPart(Struct, frozen=True, kw_only=True):
    """One of the fourteen parts of the service standard (UU 25/2009 article 21; PermenPANRB 15/2014)."""

    name: str
    title: Text
    text: Text


class Whole(Struct, frozen=True, kw_only=True):
    """A service with all its parts. `form` is the JSON Schema of what a person still has to say."""

    id: str
    title: Text
    summary: Text
    life_event: Text
    authority: str
    basis: str
    fee: int
    fee_basis: str
    term: Term
    who: Text
    documents: tuple[PublishedDocument, ...]
    facts: tuple[PublishedFact, ...]
    outputs: tuple[Output, ...]
    steps: tuple[Step, ...]
    objection: Objection
    standard: tuple[StandardPart, ...]
    pledge: Text
    form: dict[str, Any]
    page: str
    self: str


NOTHING = Text(id="", en="")


def brief(entry: Entry, address: Callable[[str, str], str]) -> Brief:
    """The service in the list; `address` makes a whole address of a route's name and a service's id."""
    service = entry.service
    return Brief(
        id=service.id,
        title=service.title,
        summary=service.summary or NOTHING,
        life_event=service.life_event,
        authority=service.authority,
        fee=service.fee,
        days=service.term.days,
        page=address("services:service", service.id),
        self=address("services_api:service", service.id),
    )


def whole(entry: Entry, address: Callable[[str, str], str]) -> Whole:
    """The service with all its parts."""
    service = entry.service
    return Whole(
        id=service.id,
        title=service.title,
        summary=service.summary or NOTHING,
        life_event=service.life_event,
        authority=service.authority,
        basis=service.basis,
        fee=service.fee,
        fee_basis=service.fee_basis,
        term=service.term,
        who=service.who or NOTHING,
        documents=tuple(_document(one) for one in service.document),
        facts=facts(service),
        outputs=tuple(Output(title=one.title, form=one.form) for one in service.output),
        steps=steps(service),
        objection=service.objection,
        standard=standard(service),
        pledge=service.pledge or NOTHING,
        form=entry.form.schema,
        page=address("services:service", service.id),
        self=address("services_api:service", service.id),
    )


def facts(service: Service, some: tuple[str, ...] = ()) -> tuple[PublishedFact, ...]:
    """What is fetched before anything is sent, and where; or only some facts of the vocabulary."""
    words, wanted = agencies().vocabulary, some or service.facts
    rows = [(name, words.facts[name], words.questions[words.facts[name].question].service) for name in wanted]
    return tuple(
        PublishedFact(name=name, title=entry.title, service=source, office=str(office_of(source)))
        for name, entry, source in rows
    )


def steps(service: Service) -> tuple[Step, ...]:
    """Which office does what after the application was sent."""
    return tuple(Step(title=act.title, service=act.service, office=str(office_of(act.service))) for act in service.act)


def _document(document: Document) -> PublishedDocument:
    now = "replaced" if document.replaced_by else "dropped" if document.dropped else "asked"
    return PublishedDocument(title=document.title, now=now, facts=document.replaced_by, rule=document.dropped)


def standard(service: Service) -> tuple[StandardPart, ...]:
    """The fourteen parts: six follow from the service, eight are written; a part that nobody wrote is left out."""
    said = {name: make(service) for name, make in _FOLLOWING.items()}
    if service.standard:
        said |= {name: getattr(service.standard, name) for name in service.standard.__struct_fields__}
    return tuple(StandardPart(name=name, title=title, text=said[name]) for name, title in PARTS.items() if name in said)


PARTS: dict[str, Text] = {
    "requirements": Text(id="Persyaratan", en="Requirements"),
    "procedure": Text(id="Sistem, mekanisme, dan prosedur", en="System, mechanism and procedure"),
    "term": Text(id="Jangka waktu penyelesaian", en="Time to completion"),
    "fee": Text(id="Biaya", en="Fee"),
    "product": Text(id="Produk layanan", en="Product"),
    "complaints": Text(id="Penanganan pengaduan, saran, dan masukan", en="Complaints, suggestions and comments"),
    "basis": Text(id="Dasar hukum", en="Legal basis"),
    "facilities": Text(id="Sarana, prasarana, dan fasilitas", en="Facilities"),
    "competence": Text(id="Kompetensi pelaksana", en="Competence of staff"),
    "control": Text(id="Pengawasan internal", en="Internal control"),
    "staff": Text(id="Jumlah pelaksana", en="Number of staff"),
    "guarantee": Text(id="Jaminan pelayanan", en="Guarantee of service"),
    "safety": Text(id="Jaminan keamanan dan keselamatan", en="Guarantee of safety"),
    "evaluation": Text(id="Evaluasi kinerja pelaksana", en="Evaluation of performance"),
}


def _listed(texts: tuple[Text, ...], empty: Text) -> Text:
    if not texts:
        return empty
    return Text(id="; ".join(text.id for text in texts), en="; ".join(text.en for text in texts))


def _requirements(service: Service) -> Text:
    none = Text(id="Tidak ada dokumen yang perlu dilampirkan.", en="No document needs to be attached.")
    return _listed(tuple(one.title for one in service.still_asked), none)


def _procedure(service: Service) -> Text:
    checked = Text(id="Anda memeriksa data dan mengirim", en="You check the data and send")
    return _listed((checked, *(act.title for act in service.act)), checked)


def _term(service: Service) -> Text:
    days, basis = service.term.days, service.term.basis
    return Text(
        id=f"Paling lama {days} hari kerja sejak pengajuan lengkap ({basis})",
        en=f"At most {days} working days after the application is complete ({basis})",
    )


def rupiah(amount: int) -> str:
    """30000 as Rp30.000."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def _fee(service: Service) -> Text:
    basis = f" ({service.fee_basis})" if service.fee_basis else ""
    if not service.fee:
        return Text(id=f"Gratis{basis}", en=f"Free{basis}")
    return Text(id=f"{rupiah(service.fee)}{basis}", en=f"{rupiah(service.fee)}{basis}")


_FOLLOWING: dict[str, Callable[[Service], Text]] = {
    "requirements": _requirements,
    "procedure": _procedure,
    "term": _term,
    "fee": _fee,
    "product": lambda service: _listed(tuple(one.title for one in service.output), service.title),
    "basis": lambda service: Text(id=service.basis, en=service.basis),
}
