"""A form made of a service's form.json: Django reads what was typed, the JSON Schema and the service's rules judge it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext

from terpadu.cases.applying import fields, sentences
from terpadu.cases.offices import said
from terpadu.services.catalogue import Entry
from terpadu.services.conditions import holds
from terpadu.services.inputs import Fault, Input

MARK = "-"
"""Between the name of a list, the number of the line and the name inside it: `saksi-0-nama`."""


class Answers(forms.Form):
    """What nobody holds yet. `known` is the tree of the case; `answers` are after `is_valid` what the schema speaks of."""

    def __init__(
        self, entry: Entry, known: dict[str, Any], data: Any = None, files: Any = None, lines: int = 0
    ) -> None:
        self.entry = entry
        self.known = known
        self.inputs = entry.form.shown(known)
        self.answers: dict[str, Any] = {}
        self.uploaded: dict[str, Any] = {}
        saved = known["jawaban"]
        super().__init__(data, files, initial=dict(_initial(self.inputs, saved)))
        for one in self.inputs:
            self._add(one, saved.get(one.name), lines)

    def _add(self, one: Input, saved: Any, lines: int) -> None:
        if one.kind != "list":
            self.fields[one.name] = fields.field(one, one.name, one.required)
            return
        count = min(
            one.lines, max(1, int(one.schema.get("minItems", 1)), len(saved or ()) + lines, self._sent_lines(one))
        )
        for number in range(count):
            for part in one.items:
                name = MARK.join((one.name, str(number), part.name)).rstrip(MARK)
                needed = part.required and one.required and number < int(one.schema.get("minItems", 1))
                self.fields[name] = fields.field(part, name, needed, f"{said(one.title)} {number + 1}")

    def _sent_lines(self, one: Input) -> int:
        """How many lines of a list were sent."""
        numbers = [name.split(MARK)[1] for name in self.data if name.startswith(one.name + MARK)]
        return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 3), default=0)

    @property
    def growing(self) -> bool:
        """May a list have another line?"""
        lists = [one for one in self.inputs if one.kind == "list"]
        return any(
            MARK.join((one.name, str(one.lines - 1), one.items[0].name)).rstrip(MARK) not in self.fields
            for one in lists
        )

    def _clean_fields(self) -> None:
        """What is missing is the schema's to say, with the service's own sentence; a field only reads."""
        needed = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        super()._clean_fields()  # type: ignore[misc]  # django-stubs leave it out
        for name, field in self.fields.items():
            field.required = needed[name]

    def clean(self) -> dict[str, Any]:
        """The schema, then the service's rules; one sentence for each, in the summary and at the field."""
        self.answers = dict(self._read())
        for fault in self.entry.form.faults(self.answers, self.inputs):
            self._tell(fault)
        known = {**self.known, "subjek": {**self.known["subjek"], **self.answers}}
        for rule in self.entry.service.rule:
            applies = not rule.when or holds(rule.when, known) is True
            if applies and not self._is_told(rule.field) and holds(rule.expression, known) is False:
                self.add_error(
                    rule.field if rule.field in self.fields else None, ValidationError(said(rule.say), "rule")
                )
        return self.cleaned_data

    def _read(self) -> Iterator[tuple[str, Any]]:
        """What was typed, as JSON; what is empty is left out."""
        for one in self.inputs:
            value = self._lines(one) if one.kind == "list" else fields.plain(self.cleaned_data.get(one.name))
            if isinstance(value, UploadedFile):
                self.uploaded[one.name] = value
                value = value.name  # kept by the view, which puts the upload's number in its place
            if value not in (None, "", []) and not (one.kind == "flag" and value is False and one.required):
                yield one.name, value
                yield from _brought(one, value)

    def _lines(self, one: Input) -> list[Any]:
        found: list[Any] = []
        for number in range(one.lines):
            start = MARK.join((one.name, str(number)))
            if one.items and not one.items[0].name:
                line: Any = fields.plain(self.cleaned_data.get(start))
            else:
                values = {
                    part.name: fields.plain(self.cleaned_data.get(start + MARK + part.name)) for part in one.items
                }
                line = {name: value for name, value in values.items() if value not in (None, "")}
            if line:
                found.append(line)
        return found

    def _tell(self, fault: Fault) -> None:
        name = next((name for name in _places(fault.field) if name in self.fields), None)
        if self._is_told(name or ""):
            return  # what can't be read isn't judged twice
        own = self.entry.messages[get_language() or "id"].fault(fault.field, fault.rule)
        label = str(self.fields[name].label) if name else gettext("Isian ini")
        self.add_error(name, ValidationError(own or sentences.fault(label, fault), "schema"))

    def _is_told(self, name: str) -> bool:
        return self.has_error(name)


def _brought(one: Input, value: Any) -> Iterator[tuple[str, Any]]:
    """What the chosen option says beside itself."""
    chosen = [option for option in one.options if one.kind == "choice" and option.const == value]
    for option in chosen:
        yield from ((name, more) for name, more in option.brings.items() if more is not None)


def _places(field: str) -> Iterator[str]:
    """`saksi-0-nama`, then the list's first input."""
    yield field
    parts = field.split(MARK)
    if len(parts) == 1:
        yield from (f"{field}-0-nama", f"{field}-0")
    elif len(parts) == 2:
        yield f"{field}-nama"


def _initial(inputs: tuple[Input, ...], saved: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in inputs:
        value = saved.get(one.name)
        if one.kind == "list":
            for number, line in enumerate(value or ()):
                parts = line.items() if isinstance(line, dict) else (("", line),)
                yield from ((MARK.join((one.name, str(number), name)).rstrip(MARK), part) for name, part in parts)
        elif value is not None:
            yield one.name, fields.shown(one, value)
