"""What nobody holds yet: `form.json`, a JSON Schema 2020-12 whose properties are the inputs of the form.

`title` and `description` are Indonesian, `x-en` holds their English. Beside the schema's own words:

- `x-when`: a condition (conditions.py); the input is shown where it is true, and required only then.
- `x-choices`: JMESPath over what is known, giving `[{const, title, with}]`: what a register already offers is chosen, not
  typed; `with` are further answers that the choice brings, properties marked `x-brought`, which nobody types.
- `x-long`: a text of several lines; `x-time`: a time like 04:37.
- `x-upload`: the media types of a document that nobody holds; the answer is the number of the stored upload.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.facts.vocabulary import Text, value
from terpadu.services.conditions import holds

FILE = "form.json"
Kind = Literal["text", "long", "number", "date", "time", "email", "flag", "choice", "several", "list", "upload"]
EMPTY: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


class Option(Struct, frozen=True, kw_only=True):
    """One of several that may be chosen, and what else it says."""

    const: Any
    title: Text
    brings: dict[str, Any] = {}


class Input(Struct, frozen=True, kw_only=True):
    """One input of a form. `items` are the inputs of one line of a list."""

    name: str
    kind: Kind
    title: Text
    hint: Text
    required: bool
    schema: dict[str, Any]
    when: str = ""
    choices: str = ""
    options: tuple[Option, ...] = ()
    items: tuple[Input, ...] = ()
    accepts: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines a list may have."""
        return int(self.schema.get("maxItems", 5))


class Fault(Struct, frozen=True, kw_only=True):
    """An answer that does not fit: its input, the rule of the schema, and the rule's limit."""

    field: str
    rule: str
    limit: Any = None


class Form:
    """The inputs of one service. Raises `BadInput` for a schema that does not compile."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.inputs = _inputs(schema)

    @cached_property
    def _validator(self) -> Any:
        return validator(self.schema | {"required": []})

    def shown(self, known: Mapping[str, Any]) -> tuple[Input, ...]:
        """The inputs that this application needs, with the choices that registers offer."""
        return tuple(_offered(one, known) for one in self.inputs if not one.when or holds(one.when, known) is True)

    def faults(self, answers: dict[str, Any], shown: tuple[Input, ...]) -> tuple[Fault, ...]:
        """What is missing or does not fit, in the order of the form; an answer's value is never repeated."""
        missing = {one.name for one in shown if one.required and answers.get(one.name) in (None, "", [])}
        broken: dict[str, Fault] = {}
        for error in self._validator.iter_errors({k: v for k, v in answers.items() if k not in missing}):
            place = [str(step) for step in error.instance_path]
            fault = Fault(field="-".join(place), rule=error.kind.name, limit=_limit(error))
            broken.setdefault(place[0] if place else "", fault)
        outside = {
            one.name: Fault(field=one.name, rule="enum")
            for one in shown
            if one.choices and not _offers(one, answers.get(one.name, ()))
        }
        found = broken | outside | {name: Fault(field=name, rule="required") for name in missing}
        order = [one.name for one in self.inputs]
        return tuple(found[name] for name in sorted(found, key=lambda name: order.index(name) if name in order else -1))


def read(folder: Path) -> Form:
    """The form of a service's folder; without a file nothing is asked. Raises `BadInput` in one sentence."""
    path = folder / FILE
    if not path.exists():
        return Form(EMPTY)
    try:
        return Form(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path}: expected a JSON Schema of an object: {error}. Correct the file.") from None


def validator(schema: dict[str, Any]) -> Any:
    """A compiled schema; nothing outside is fetched. Raises `BadInput`."""
    try:
        return jsonschema_rs.Draft202012Validator(schema, retriever=_nowhere, validate_formats=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise BadInput(f"Expected a JSON Schema 2020-12: {' '.join(str(error).split())[:200]}.") from None


def _nowhere(uri: str) -> Any:
    raise ValueError(f"outside reference {uri}")


def _offers(one: Input, chosen: Any) -> bool:
    """Is what was chosen among what is offered?"""
    offered = [option.const for option in one.options]
    return all(each in offered for each in (chosen if isinstance(chosen, list | tuple) else [chosen]))


def _limit(error: Any) -> Any:
    """What the rule allows: a number, a format, a pattern."""
    words = ("limit", "options", "format", "types")
    return next((getattr(error.kind, word) for word in words if hasattr(error.kind, word)), None)


def _inputs(schema: dict[str, Any]) -> tuple[Input, ...]:
    required = set(schema.get("required", ()))
    parts = schema.get("properties", {}).items()
    return tuple(_input(name, part, name in required) for name, part in parts if not part.get("x-brought"))


def _input(name: str, part: dict[str, Any], required: bool) -> Input:
    kind = kind_of(part)
    lines = part.get("items", {}) if kind == "list" else {}
    return Input(
        name=name,
        kind=kind,
        title=text(part, "title"),
        hint=text(part, "description"),
        required=required,
        schema=part,
        when=part.get("x-when", ""),
        choices=part.get("x-choices", ""),
        options=_options(part.get("items", {}) if kind == "several" else part),
        items=_inputs(lines) if "properties" in lines else ((_input("", lines, True),) if lines else ()),
        accepts=tuple(part.get("x-upload", ())),
    )


def kind_of(part: dict[str, Any]) -> Kind:
    """Which kind of input a property is."""
    if "x-upload" in part:
        return "upload"
    if part.get("type") == "array":
        return "several" if "oneOf" in part.get("items", {}) or "x-choices" in part else "list"
    if "oneOf" in part or "x-choices" in part:
        return "choice"
    if part.get("x-long"):
        return "long"
    if part.get("x-time"):
        return "time"
    return _BY_FORMAT.get(part.get("format", "")) or _BY_TYPE.get(part.get("type", ""), "text")


_BY_FORMAT: dict[str, Kind] = {"date": "date", "email": "email"}
_BY_TYPE: dict[str, Kind] = {"number": "number", "integer": "number", "boolean": "flag"}


def text(part: dict[str, Any], word: str) -> Text:
    """A title or description in both languages."""
    return Text(id=part.get(word, ""), en=part.get("x-en", {}).get(word, ""))


def _options(part: dict[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(const=one["const"], title=text(one, "title")) for one in part.get("oneOf", ()))


def _offered(one: Input, known: Mapping[str, Any]) -> Input:
    """The same input with the choices that a register offers."""
    if not one.choices:
        return one
    found = value(one.choices, known) or ()
    options = tuple(Option(const=row["const"], title=Text(id=str(row["title"]), en=str(row["title"]))) for row in found)
    fields = {name: getattr(one, name) for name in one.__struct_fields__}
    return Input(**{**fields, "options": (*one.options, *options)})
