"""A service is a folder; `service.toml` says what it needs, what that replaces, and which acts follow (ARCHITECTURE.md)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from terpadu.errors import BadInput
from terpadu.facts.vocabulary import Expression, Text, Vocabulary, compiled
from terpadu.model.identifiers import ServiceId

FILE = "service.toml"


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the tables share."""


class Document(Part, frozen=True, kw_only=True):
    """A document that people were asked for, and the facts that replace it; without any it is still asked for."""

    title: Text
    replaced_by: tuple[str, ...] = ()


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


class Service(Part, frozen=True, kw_only=True):
    """The service as its folder describes it. `fee` is in whole rupiah."""

    id: str
    title: Text
    life_event: Text
    authority: str
    basis: str
    purpose: str
    fee: Annotated[int, Meta(ge=0)] = 0
    facts: tuple[str, ...]
    document: tuple[Document, ...] = ()
    act: tuple[Act, ...] = ()

    @property
    def still_asked(self) -> tuple[Document, ...]:
        """Documents that nobody holds yet."""
        return tuple(document for document in self.document if not document.replaced_by)


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


def _check(service: Service, vocabulary: Vocabulary, path: Path) -> None:
    named = set(service.facts).union(*(act.facts for act in service.act))
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
