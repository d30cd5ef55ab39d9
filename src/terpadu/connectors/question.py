"""A declared question (body mode *asked*): its form checked, its values bound, the reply put in normal form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from terpadu.connectors.description import Asked, Template
from terpadu.connectors.errors import check_failures, declared, failed
from terpadu.connectors.expressions import compiled, holds, value
from terpadu.connectors.mapping import leaf_names, strict
from terpadu.connectors.schema import Schema
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted, Answer, Headers

JSON_HEADERS: Headers = ((b"content-type", b"application/json"),)
WARNINGS = "peringatan"
"""The field that names the warnings that hold."""

_encode = msgspec.json.Encoder().encode
_LONG_NUMBER = re.compile(r"\d{15}")


class Question:
    """One declared question, compiled. `where` says in errors of the file which service it is; `heard` is told of every
    reply, before it is judged."""

    def __init__(self, asked: Asked, system: str, where: str, heard: Callable[[Any], None] | None = None) -> None:
        if not asked.answer:
            raise BadInput(f"{where}: expected answer to name at least one field, got none.")
        self._asked = asked
        self._system = system
        self._heard = heard
        self._form = Schema(asked.question)
        for expression in filter(None, (*asked.answer.values(), *asked.warn.values(), asked.take)):
            compiled(expression)
        check_failures(asked.failures)

    def read(self, admitted: Admitted) -> dict[str, Any]:
        """The question's body. Raises Refused("content") where it is not the declared form."""
        try:
            body = strict(admitted.body)
        except Refused as refusal:
            raise Refused("content", f"Expected the question as JSON: {refusal.sentence}") from refusal
        fault = self._form.fault(body)
        if fault or not isinstance(body, dict):
            raise Refused("content", f"Expected the declared form of the question, but {fault or 'it is no object'}.")
        return body

    def answer(self, reply: Any, question: Any = None, before: Any = None, given: Any = None) -> Answer:
        """The reply in normal form, uncut. Raises Refused where a declared failure holds of it.

        `given` is what the system gave, where the reply that expressions see shows parts of it twice.
        """
        self.judge(reply)
        meant = self._meant(reply, question, before)
        fields = {name: value(expression, meant) for name, expression in self._asked.answer.items()}
        if all(found is None for found in fields.values()):
            raise Refused("upstream-garbage", f"{self._system} answered with none of the declared fields.")
        if self._asked.warn:
            fields[WARNINGS] = [name for name, truth in self._asked.warn.items() if holds(truth, meant)]
        held = max(leaf_names(meant if self._asked.take or given is None else given), len(fields))
        return Answer(status=200, reason="OK", headers=JSON_HEADERS, body=_encode(fields), held=held)

    def _meant(self, reply: Any, question: Any, before: Any) -> Any:
        """The part of the reply that is about the question."""
        if not self._asked.take:
            return reply
        part = value(self._asked.take, {"reply": reply, "question": question, "before": before})
        if part in (None, [], {}):
            raise failed("not-found", self._system)
        return part

    def judge(self, reply: Any) -> None:
        """Raise the declared failure that holds of the reply, if any."""
        if self._heard is not None:
            self._heard(reply)
        refusal = declared(self._asked.failures, reply, self._system)
        if refusal is not None:
            raise refusal


def context(question: Any, admitted: Admitted, **more: Any) -> dict[str, Any]:
    """What expressions of a request see: `question`, `key` (idempotency), `number` (message), and what is given."""
    return {"question": question, "key": admitted.key, "number": admitted.number, **more}


def bind(template: Any, of: dict[str, Any]) -> Any:
    """The template's tree with its expressions' values; what binds to null is left out of its table or list."""
    if isinstance(template, dict):
        bound = {name: bind(part, of) for name, part in template.items()}
        return {name: part for name, part in bound.items() if part is not None}
    if isinstance(template, list):
        return [part for item in template if (part := bind(item, of)) is not None]
    return value(template, of) if isinstance(template, str) else template


def bind_fully(template: Any, of: dict[str, Any]) -> Any:
    """Like `bind`, but a name whose value is missing refuses, unless it is written with a question mark (`NO_KK?`): a
    filter that falls out by accident would ask for everybody. Raises Refused("content")."""
    if isinstance(template, dict):
        bound = {name: bind_fully(part, of) for name, part in template.items()}
        missing = [name for name, part in bound.items() if part is None and not name.endswith("?")]
        if missing:
            raise Refused("content", f"Expected a value for {', '.join(missing)}, the question gives none.")
        return {name.removesuffix("?"): part for name, part in bound.items() if part is not None}
    if isinstance(template, list):
        return [bind_fully(item, of) for item in template]
    return value(template, of) if isinstance(template, str) else template


def check_template(template: Template) -> None:
    """Parse every expression of a template. Raises BadInput."""
    for expression in _strings(template):
        compiled(expression)


def looks_personal(text: str) -> bool:
    """Could this be a person's number? 15 digits (NPWP), 16 (NIK, KK) and 18 (NIP) in a row."""
    return _LONG_NUMBER.search(text) is not None


def _strings(template: Any) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    parts = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    for part in parts:
        yield from _strings(part)
