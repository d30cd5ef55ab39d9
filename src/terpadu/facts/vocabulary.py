"""The vocabulary of facts: a fact, its authority (a service), how it is asked, where its value stands, how long it keeps.

Read from TOML; expressions are JMESPath. A question is asked once for all facts that come from it (ARCHITECTURE.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import jmespath
import jmespath.exceptions
import jmespath.parser
import msgspec
from msgspec import Meta, Struct, field

from terpadu.errors import BadInput, Refused
from terpadu.model.identifiers import ServiceId, service_id

Expression = str
"""JMESPath over what is known: `subjek`, `fakta`, `hasil`."""


class Text(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in both languages."""

    id: str
    en: str


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an authority is asked: its service, and the body made of what is known.

    `matches`: it tells only whether what was said fits, not what it holds.
    """

    title: Text
    service: ServiceId
    body: dict[str, Expression]
    seconds: Annotated[float, Meta(gt=0, le=60)] = 15.0
    matches: bool = False


class Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact: the question that it comes from, where its value stands in the answer, how many hours it may be kept (0: not)."""

    title: Text
    question: str
    value: Expression
    keep_hours: Annotated[int, Meta(ge=0)] = 0


class File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One TOML file."""

    question: dict[str, Question] = {}
    fact: dict[str, Entry] = {}


class Vocabulary(Struct, frozen=True):
    """All questions and facts by name."""

    questions: dict[str, Question] = field(default_factory=dict)
    facts: dict[str, Entry] = field(default_factory=dict)


def load(folder: Path | None = None) -> Vocabulary:
    """The vocabulary of a folder, or the one that comes with the product. Raises `BadInput` in one sentence."""
    if folder is None:
        folder = Path(str(resources.files("terpadu.facts") / "vocabulary"))
    files = {path.name: _read(path) for path in sorted(folder.glob("*.toml"))}
    found = Vocabulary()
    for name, file in files.items():
        _add(found.questions, file.question, name)
        _add(found.facts, file.fact, name)
    _check(found)
    return found


def _read(path: Path) -> File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), File)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path.name}: expected a vocabulary of facts: {error}. Correct the file.") from None


def _add(into: dict[str, Any], more: dict[str, Any], file: str) -> None:
    for name, value in more.items():
        if name in into:
            raise BadInput(f"{file}: expected {name!r} in one file only; it stands in two.")
        into[name] = value


def _check(found: Vocabulary) -> None:
    for name, entry in found.facts.items():
        if entry.question not in found.questions:
            raise BadInput(f"Expected the fact {name!r} to name a question; {entry.question!r} is none.")
        compiled(entry.value)
    for name, question in found.questions.items():
        _check_question(name, question)


def _check_question(name: str, question: Question) -> None:
    try:
        service_id(question.service)
    except Refused as error:
        raise BadInput(f"The question {name!r}: {error.sentence}") from None
    for expression in question.body.values():
        compiled(expression)


@lru_cache(maxsize=4096)
def compiled(expression: Expression) -> jmespath.parser.ParsedResult:
    """A JMESPath expression. Raises `BadInput` with where it goes wrong."""
    try:
        return jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise BadInput(f"Expected a JMESPath expression, got {expression!r}: {error}".splitlines()[0]) from None


def value(expression: Expression, known: object) -> Any:
    """What an expression gives; nothing also where what is known has not the form that it needs."""
    try:
        return compiled(expression).search(known)
    except jmespath.exceptions.JMESPathError:
        return None


def evaluate(expressions: dict[str, Expression], known: object) -> dict[str, Any]:
    """The values that are there; what evaluates to nothing is left out."""
    found = {name: value(expression, known) for name, expression in expressions.items()}
    return {name: one for name, one in found.items() if one is not None}


def questions_of(vocabulary: Vocabulary, facts: Iterable[str]) -> dict[str, list[str]]:
    """Which questions these facts come from, and which facts each gives. Raises `BadInput` for a fact that is unknown."""
    found: dict[str, list[str]] = {}
    for name in facts:
        entry = vocabulary.facts.get(name)
        if entry is None:
            raise BadInput(f"Expected a fact of the vocabulary; {name!r} is none.")
        found.setdefault(entry.question, []).append(name)
    return found
