"""The elements of a process as the house sees them: who acts, what is shown and asked, what is decided."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from terpadu.facts.vocabulary import Text

Kind = Literal["act", "person", "office", "rule"]
"""serviceTask, userTask, manualTask, businessRuleTask."""


class Shown(Struct, frozen=True, kw_only=True):
    """What an officer needs to see, or a person at their turn: a fact, or an answer or result by its path."""

    title: Text
    fact: str = ""
    path: str = ""


class Option(Struct, frozen=True, kw_only=True):
    """One of several."""

    value: str
    title: Text


class Asked(Struct, frozen=True, kw_only=True):
    """What a task asks of who does it."""

    name: str
    title: Text
    kind: Literal["text", "long", "date", "number", "flag", "choice"] = "text"
    needed: bool = True
    options: tuple[Option, ...] = ()


class Reason(Struct, frozen=True, kw_only=True):
    """A reason of a decision by rule. `fact` or `act` says where it comes from; it counts where `when` holds. `each` is CEL for a
    list of sentences that a system gave itself: one reason for each."""

    text: Text
    fact: str = ""
    act: str = ""
    when: str = ""
    each: str = ""


class Ruling(Struct, frozen=True, kw_only=True):
    """What is decided. `result` is fixed for a decision by rule. An objection goes to `examiner` (else who decided), an appeal to
    `superior`. A term in months goes before one in working days."""

    title: Text
    rule: str
    result: Literal["", "granted", "refused"] = ""
    examiner: str = ""
    superior: str = ""
    days: int = 0
    months: int = 0
    reasons: tuple[Reason, ...] = ()


class Element(Struct, frozen=True, kw_only=True):
    """One task of a process. `office` is the lane's name, unless `office_by` (CEL) names another for this case; `days` are the
    office's own working days; `eyes` how many must agree."""

    id: str
    kind: Kind
    title: Text
    detail: Text = Text(id="", en="")
    office: str = ""
    office_by: str = ""
    shows: tuple[Shown, ...] = ()
    asks: tuple[Asked, ...] = ()
    ruling: Ruling | None = None
    days: int = 0
    eyes: int = 1


class Lane(Struct, frozen=True, kw_only=True):
    """An office: its subsystem and its name."""

    office: str
    title: Text


class Process(Struct, frozen=True, kw_only=True):
    """A process file as read. `digest` (SHA-256, hex) names its very bytes; `order` lists the steps as they stand there."""

    id: str
    digest: str
    text: str
    elements: dict[str, Element]
    lanes: dict[str, Lane]

    @property
    def order(self) -> tuple[str, ...]:
        """The steps in the order of the file."""
        return tuple(self.elements)
