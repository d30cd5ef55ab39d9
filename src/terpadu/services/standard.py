"""The parts of a service that people read before they begin: term, fee, outputs, objection, the fourteen parts of the standard.

UU 25/2009 article 21 and PermenPANRB 15/2014 ask for fourteen parts. Six follow from the rest of the file (requirements,
procedure, term, fee, product, legal basis); the other eight are written in `[standard]`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from terpadu.facts.vocabulary import Expression, Text

ForWhom = Literal["self", "child"]
"""For whom one may apply: `self`, or a child in the applicant's own family card."""


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the tables share."""


class Term(Part, frozen=True, kw_only=True):
    """Working days from the complete application to the decision. Where no special rule says more: UU 30/2014 article 53."""

    days: Annotated[int, Meta(ge=1, le=365)] = 5
    basis: str = "UU 30/2014 pasal 53"


class Objection(Part, frozen=True, kw_only=True):
    """How to object: working days after the decision, who re-examines, by which rule (UU 30/2014 article 77)."""

    days: Annotated[int, Meta(ge=1, le=365)] = 21
    to: Text | None = None
    basis: str = "UU 30/2014 pasal 77"


class Consent(Part, frozen=True, kw_only=True):
    """For services whose offices answer only with the person's consent: for how many days it is asked, and what remains possible
    for who does not give it (UU 27/2022 articles 20 to 24)."""

    days: Annotated[int, Meta(ge=1, le=365)] = 90
    otherwise: Text | None = None


class Section(Part, frozen=True, kw_only=True):
    """Facts that stand together on the form, under one heading."""

    title: Text
    facts: tuple[str, ...]


class Compared(Part, frozen=True, kw_only=True):
    """A fact whose authority decides, and another register's value that is shown beside it where the two differ."""

    fact: str
    other: str


class Printed(Part, frozen=True, kw_only=True):
    """A line of a paper: what it is, and where its value stands (JMESPath over `subjek`, `jawaban`, `fakta`, `hasil`)."""

    label: Text
    value: Expression


class Output(Part, frozen=True, kw_only=True):
    """What the person gets, and in which form. A paper is issued when `act` is done, with its `number` and lines."""

    title: Text
    form: Text
    icon: str = "certificate"
    act: str = ""
    number: Expression = ""
    line: tuple[Printed, ...] = ()


class Payment(Part, frozen=True, kw_only=True):
    """How the fee is paid: `act` makes the bill; `code` and `until` (JMESPath) say where its billing code and last day stand.
    `amount` (JMESPath over the act's own body) is what was billed in whole rupiah; without it the service's fee."""

    act: str
    code: Expression
    amount: Expression = ""
    until: Expression = ""


class Rule(Part, frozen=True, kw_only=True):
    """A condition of the service in CEL over `subjek`, `fakta`, `hari_ini`; `say` is told where it does not hold.

    `field` is the input to which the sentence belongs. `when` limits the rule to applications for which it is true.
    """

    expression: str
    say: Text
    field: str = ""
    when: str = ""
    basis: str = ""


class Note(Part, frozen=True, kw_only=True):
    """A short chapter of the service's page, for what is different for some."""

    title: Text
    text: Text


class Standard(Part, frozen=True, kw_only=True):
    """The eight parts of the service standard that nothing else in the file says."""

    complaints: Text
    facilities: Text
    competence: Text
    control: Text
    staff: Text
    guarantee: Text
    safety: Text
    evaluation: Text
