"""Everything that is wrong with a service's folder, at once: file, place, what was expected, what was found.

The tables of `service.toml` are checked against the JSON Schema of their own structs, which finds all errors; reading
(`definition.load`) stops at the first.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.facts.vocabulary import Vocabulary, compiled
from terpadu.services import conditions, definition, inputs, messages
from terpadu.services.definition import Service, named_facts

PROCESS = "process.bpmn"
_HELD = re.compile(r"\b(KTP|KK|kartu keluarga|identity card|family card)\b", re.IGNORECASE)
"""What the state holds already: no page asks for a copy of it."""
WANTED = ("summary", "who", "standard", "pledge")
"""What a service runs without, and people don't find their way without."""


class Problem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong. `place` is a path inside the file, empty for the whole of it."""

    file: str
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}{': ' + self.place if self.place else ''}: expected {self.expected}, found {self.found}."


def check(folder: Path, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """All problems of a folder, in the order of its files."""
    if not folder.is_dir():
        return (Problem(file=str(folder), place="", expected="a folder of a service", found="nothing"),)
    tree, found = _toml(folder / definition.FILE)
    if tree is None:
        return tuple(found)
    found += _form_of(tree, definition.FILE, Service)
    schema, in_form = _form(folder)
    found += in_form
    if not any(one.file == definition.FILE for one in found):
        service = msgspec.convert(tree, Service)
        found += _facts(service, vocabulary)
        found += _expressions(service)
        found += _conditions(service, vocabulary, schema)
        found += _complete(service, folder)
    found += _messages(folder, schema)
    found += _process(folder)
    return tuple(found)


def _toml(path: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except OSError as error:
        return None, [Problem(file=path.name, place="", expected="a file", found=(error.strerror or "none").lower())]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [Problem(file=path.name, place="", expected="TOML", found=str(error))]


def _form_of(tree: dict[str, Any], file: str, kind: type) -> list[Problem]:
    """Where a tree is not in the form of its struct."""
    errors = inputs.validator(msgspec.json.schema(kind)).iter_errors(tree)
    found = [
        Problem(file=file, place=_place(error.instance_path), expected=_expected(error), found=_found(error))
        for error in errors
    ]
    return sorted(found, key=lambda problem: (problem.place, problem.expected))


def _place(path: Iterable[Any]) -> str:
    """`act[1].body` for ("act", 1, "body")."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


_EXPECTED: dict[str, Callable[[Any], str]] = {
    "required": lambda kind: f"`{kind.property}`",
    "additionalProperties": lambda kind: "only known keys",
    "type": lambda kind: " or ".join(kind.types),
    "enum": lambda kind: "one of " + ", ".join(map(str, kind.options)),
    "pattern": lambda kind: f"text like {kind.pattern}",
    "minimum": lambda kind: f"at least {kind.limit}",
    "maximum": lambda kind: f"at most {kind.limit}",
}


def _expected(error: Any) -> str:
    told = _EXPECTED.get(error.kind.name)
    return told(error.kind) if told else f"what `{error.kind.name}` asks"


def _found(error: Any) -> str:
    kind = error.kind
    if kind.name == "required":
        return "none"
    if kind.name == "additionalProperties":
        return ", ".join(f"`{name}`" for name in kind.unexpected)
    return _short(error.instance)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _form(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The form's schema and what is wrong with it."""
    path = folder / inputs.FILE
    if not path.exists():
        return inputs.EMPTY, []
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
        inputs.validator(schema)
        form = inputs.Form(schema)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return inputs.EMPTY, [Problem(file=path.name, place="", expected="JSON", found=str(error))]
    except BadInput as error:
        return inputs.EMPTY, [Problem(file=path.name, place="", expected="a JSON Schema 2020-12", found=error.sentence)]
    return schema, list(_inputs(form))


def _inputs(form: inputs.Form) -> Iterator[Problem]:
    if form.schema.get("type") != "object" or form.schema.get("additionalProperties") is not False:
        yield Problem(
            file=inputs.FILE,
            place="",
            expected='`"type": "object", "additionalProperties": false`',
            found="another form",
        )
    for one in form.inputs:
        place = f"properties.{one.name}"
        for language in messages.LANGUAGES:
            if not getattr(one.title, language):
                word = "title" if language == "id" else "x-en.title"
                yield Problem(file=inputs.FILE, place=place, expected=f"`{word}`", found="none")
        if one.kind == "upload" and _HELD.search(f"{one.title.id} {one.title.en} {one.hint.id} {one.hint.en}"):
            yield Problem(
                file=inputs.FILE, place=place, expected="a document that no office holds", found=f"`{one.title.id}`"
            )
        yield from _fits(inputs.FILE, f"{place}.x-when", conditions.compiled, one.when)
        yield from _fits(inputs.FILE, f"{place}.x-choices", compiled, one.choices)


def _fits(file: str, place: str, compile_it: Any, expression: str) -> Iterator[Problem]:
    """Does an expression compile? An empty one is none."""
    try:
        if expression:
            compile_it(expression)
    except BadInput as error:
        yield Problem(file=file, place=place, expected="an expression", found=error.sentence.rstrip("."))


def _facts(service: Service, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Facts that the vocabulary doesn't have, and facts that something needs but nothing asks."""
    asked = named_facts(service)
    places = {
        **{f"facts[{i}]": (fact,) for i, fact in enumerate(service.facts)},
        **{f"act[{i}].facts": act.facts for i, act in enumerate(service.act)},
        **{f"document[{i}].replaced_by": document.replaced_by for i, document in enumerate(service.document)},
        **{f"section[{i}].facts": section.facts for i, section in enumerate(service.section)},
        **{f"compare[{i}]": (one.fact, one.other) for i, one in enumerate(service.compare)},
    }
    for place, facts in places.items():
        for fact in facts:
            if fact not in vocabulary.facts:
                yield _problem(place, "a fact of the vocabulary", f"`{fact}`")
            elif fact not in asked:
                yield _problem(place, "a fact that the service asks", f"`{fact}`")
    seen: set[str] = set()
    for section in service.section:
        for fact in section.facts:
            if fact in seen:
                yield _problem("section", "each fact in one section", f"`{fact}` in two")
            seen.add(fact)


def _expressions(service: Service) -> Iterator[Problem]:
    names = [act.name for act in service.act]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _problem("act", "one act of a name", f"`{name}` twice")
    for index, act in enumerate(service.act):
        for key, expression in act.body.items():
            yield from _fits(definition.FILE, f"act[{index}].body.{key}", compiled, expression)
        for expression in act.needs:
            yield from _fits(definition.FILE, f"act[{index}].needs", compiled, expression)


def _conditions(service: Service, vocabulary: Vocabulary, schema: dict[str, Any]) -> Iterator[Problem]:
    """Conditions that don't compile, or that name what is neither a fact nor an input: they would never be true."""
    known = {"nik", "nama", "tanggal_lahir", "nik_anak", *schema.get("properties", {})}
    everything = named_facts(service) & set(vocabulary.facts)
    for index, rule in enumerate(service.rule):
        place = f"rule[{index}]"
        if rule.field and rule.field not in schema.get("properties", {}):
            yield _problem(f"{place}.field", "an input of form.json", f"`{rule.field}`")
        for key, expression in (("expression", rule.expression), ("when", rule.when)):
            broken = list(_fits(definition.FILE, f"{place}.{key}", conditions.compiled, expression))
            yield from broken or _named(f"{place}.{key}", expression, known, everything)


def _named(place: str, expression: str, answers: set[str], facts: set[str]) -> Iterator[Problem]:
    if not expression:
        return
    for root, path in sorted(conditions.paths(expression)):
        if root == "subjek" and path.partition(".")[0] not in answers:
            yield _problem(place, "an input of form.json", f"`subjek.{path}`")
        if root == "fakta" and not any(fact == path or fact.startswith(f"{path}.") for fact in facts):
            yield _problem(place, "a fact that the service asks", f"`fakta.{path}`")
    for name in sorted(conditions.called(expression) - set(conditions.FUNCTIONS) - _BUILT_IN):
        yield _problem(place, f"one of {', '.join(conditions.FUNCTIONS)}", f"`{name}`")


_BUILT_IN = frozenset(
    ("size", "has", "contains", "startsWith", "endsWith", "matches", "int", "double", "string", "timestamp", "duration")
)


def _complete(service: Service, folder: Path) -> Iterator[Problem]:
    for name in WANTED:
        if getattr(service, name) is None:
            yield _problem("", f"`{name}`", "none")
    if not service.output:
        yield _problem("", "`[[output]]`", "none")
    if service.fee and not service.fee_basis:
        yield _problem("", "`fee_basis` beside a fee", "none")
    if service.id != folder.resolve().name:
        yield _problem("id", f"the folder's name `{folder.resolve().name}`", f"`{service.id}`")


def _messages(folder: Path, schema: dict[str, Any]) -> Iterator[Problem]:
    found: dict[str, set[str]] = {}
    for language in messages.LANGUAGES:
        file = messages.file(folder, language)
        if not file.exists():
            yield Problem(file=file.name, place="", expected="a file", found="no such file or directory")
            continue
        tree, problems = _toml(file)
        problems += [] if tree is None else _form_of(tree, file.name, messages.Messages)
        yield from problems
        if tree is not None and not problems:
            read = messages.read(folder, language)
            found[language] = read.keys()
            for name in sorted(set(read.input) - set(schema.get("properties", {}))):
                yield Problem(
                    file=file.name, place=f"input.{name}", expected="an input of form.json", found=f"`{name}`"
                )
    for language, keys in found.items():
        for key in sorted(set().union(*found.values()) - keys):
            yield Problem(file=messages.file(folder, language).name, place=key, expected="a sentence", found="none")


def _process(folder: Path) -> Iterator[Problem]:
    """Presence only: what it says is checked by who runs it."""
    if not (folder / PROCESS).is_file():
        yield Problem(file=PROCESS, place="", expected="a file", found="no such file or directory")


def _problem(place: str, expected: str, found: str) -> Problem:
    return Problem(file=definition.FILE, place=place, expected=expected, found=found)
