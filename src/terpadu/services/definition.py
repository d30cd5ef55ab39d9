"""A service is a folder; `service.toml` says what it needs, what that replaces, and which acts follow (ARCHITECTURE.md).

What only the catalogue's pages show stands in `standard.py`; both are one table of one file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from terpadu.errors import BadInput
from terpadu.facts.vocabulary import Expression, Text, Vocabulary, compiled
from terpadu.model.identifiers import ServiceId
from terpadu.services.standard import (
    Compared,
    Consent,
    ForWhom,
    Note,
    Objection,
    Output,
    Part,
    Payment,
    Rule,
    Section,
    Standard,
    Term,
)

FILE = "service.toml"


class Document(Part, frozen=True, kw_only=True):
    """A document that people were asked for. `replaced_by` are facts that stand for it, `dropped` the rule that ended it.

    Without either it is still asked for. `now` says in words what happens instead.
    """

    title: Text
    replaced_by: tuple[str, ...] = ()
    dropped: str = ""
    now: Text | None = None


class Act(Part, frozen=True, kw_only=True):
    """Something that is done at an agency's system: one effect for one key. The body sees `subjek`, `fakta`, `hasil`.

    `needs` are expressions that must be true before it is done; `facts` are asked before it, since earlier acts made them;
    `after` is what a person does first, outside: whoever runs the service shows it and waits.
    """

    name: str
    title: Text
    service: ServiceId
    body: dict[str, Expression]
    needs: tuple[Expression, ...] = ()
    facts: tuple[str, ...] = ()
    after: str = ""


class TaskBox(Part, frozen=True, kw_only=True):
    """An office that has a task system of its own: its tasks in this service are put there by `service`."""

    office: str
    service: ServiceId


class Service(Part, frozen=True, kw_only=True):
    """The service as its folder describes it. `fee` is in whole rupiah.

    `synonyms` are other words under which people look for it; `icon` and `order` place its life event on the first page,
    `often` is a word beside the search there. `begins` says where it begins, for a service that does not begin by itself.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Text
    summary: Text | None = None
    life_event: Text
    icon: str = ""
    order: int = 100
    synonyms: tuple[str, ...] = ()
    often: str = ""
    authority: str
    basis: str
    purpose: str
    fee: Annotated[int, Meta(ge=0)] = 0
    fee_basis: str = ""
    payment: Payment | None = None
    term: Term = Term()
    who: Text | None = None
    for_whom: tuple[ForWhom, ...] = ("self",)
    begins: Text | None = None
    facts: tuple[str, ...]
    section: tuple[Section, ...] = ()
    compare: tuple[Compared, ...] = ()
    document: tuple[Document, ...] = ()
    output: tuple[Output, ...] = ()
    rule: tuple[Rule, ...] = ()
    act: tuple[Act, ...] = ()
    task: tuple[TaskBox, ...] = ()
    note: tuple[Note, ...] = ()
    objection: Objection = Objection()
    consent: Consent = Consent()
    standard: Standard | None = None
    pledge: Text | None = None

    @property
    def still_asked(self) -> tuple[Document, ...]:
        """Documents that nobody holds yet."""
        return tuple(document for document in self.document if not document.replaced_by and not document.dropped)

    @property
    def asked_facts(self) -> tuple[str, ...]:
        """What is asked for the prefilled form: its facts, and what they are compared with."""
        return (*self.facts, *(one.other for one in self.compare if one.other not in self.facts))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections as written; facts that stand in none come last, under the life event's own name."""
        placed = {fact for section in self.section for fact in section.facts}
        left = tuple(fact for fact in self.facts if fact not in placed)
        return (*self.section, Section(title=self.life_event, facts=left)) if left else self.section


def load(folder: Path, vocabulary: Vocabulary) -> Service:
    """Read a service's folder. Raises `BadInput` with one sentence that names the file and what is wrong."""
    path = folder / FILE
    try:
        service = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Service)
    except OSError as error:
        raise BadInput(f"Expected {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path}: expected a service: {error}. Correct the file.") from None
    _check(service, vocabulary, path)
    return service


def named_facts(service: Service) -> set[str]:
    """All facts that are asked: before the acts and between them."""
    return set(service.asked_facts).union(*(act.facts for act in service.act))


def _check(service: Service, vocabulary: Vocabulary, path: Path) -> None:
    named = named_facts(service)
    replacing = {fact for document in service.document for fact in document.replaced_by}
    unknown = sorted((named | replacing) - set(vocabulary.facts))
    if unknown:
        raise BadInput(f"{path}: expected facts of the vocabulary; {', '.join(unknown)} are none.")
    unasked = sorted(replacing - named)
    if unasked:
        raise BadInput(
            f"{path}: expected documents to be replaced by facts that are asked; {', '.join(unasked)} are not."
        )
    for act in service.act:
        for expression in (*act.body.values(), *act.needs):
            compiled(expression)
    for output in service.output:
        for expression in (*filter(None, (output.number,)), *(line.value for line in output.line)):
            compiled(expression)
