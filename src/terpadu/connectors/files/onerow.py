"""A single question as a batch of one row: for systems that know no other way to be asked."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from terpadu.connectors.errors import failed
from terpadu.connectors.files.carrier import Carrier
from terpadu.connectors.files.description import OneRow
from terpadu.connectors.files.rows import write
from terpadu.connectors.files.state import Standing
from terpadu.connectors.question import Question, bind_fully, check_template, context
from terpadu.errors import Refused
from terpadu.model.message import Admitted, Answer


class OneRowService:
    """A service of mode `asked`."""

    def __init__(
        self, code: str, service: OneRow, system: str, carrier: Carrier, heard: Callable[[Any], None] | None = None
    ) -> None:
        check_template(service.values)
        self._code, self._service, self._system = code, service, system
        self._question = Question(service, system, f"service.{code}", heard)
        self._carrier = carrier

    async def ask(self, admitted: Admitted) -> Answer:
        """The mapped answer. When it is late, the question stays: asking the same again sends nothing new."""
        row = self._row(admitted)
        about = self._carrier.state.id_of(self._code, json.dumps(row, sort_keys=True))
        async with self._carrier.alone(about):
            kept = await asyncio.to_thread(self._kept, about, row)
            standing = await self._carrier.send(self._service.names, kept)
            rows = await self._carrier.answer(self._service.names, standing, self._seconds(admitted))
            if rows is None:
                raise failed("upstream-retry", self._system, "the answer is not there yet; ask the same again")
            self._carrier.state.forget(standing.id)
            await self._carrier.put_away(self._service.names, standing)
        found = [row.values for row in rows]
        return self._question.answer({"rows": found, "row": found[0] if found else None}, given=found)

    def _row(self, admitted: Admitted) -> dict[str, str]:
        bound = bind_fully(self._service.values, context(self._question.read(admitted), admitted))
        row = {name: _text(given) for name, given in bound.items()}
        if not row:
            raise Refused("content", "Expected a question that fills at least one column, got none.")
        return row

    def _kept(self, about: str, row: dict[str, str]) -> Standing:
        """The same question that still waits, or a new batch; its name holds no word of the question."""
        waiting = self._carrier.state.unfinished(about[:16])
        if waiting:
            return waiting[0]
        standing = Standing(
            id=about[:16] + secrets.token_hex(8), service=self._code, digest=about, stage="kept", lines=(2,)
        )  # fmt: skip
        self._carrier.state.keep_rows(standing.id, write([row], row, self._carrier.files.delimiter))
        return self._carrier.state.put(standing)

    def _seconds(self, admitted: Admitted) -> float:
        """Until shortly before the deadline: a late answer is a refusal that we give ourselves."""
        return max(0.0, self._carrier.left(admitted.until) - 0.2)


def _text(given: Any) -> str:
    text = given if isinstance(given, str) else json.dumps(given)
    if not isinstance(given, str | int) or any(sign < " " for sign in text):
        raise Refused("content", "Expected a text on one line or a number for each column, got something else.")
    return text
