"""One service of a system over HTTP, in one of the two body modes: its requests, and what the replies mean."""

from __future__ import annotations

from functools import partial
from typing import Any

from terpadu.connectors.description import Failures
from terpadu.connectors.errors import check_failures, failed
from terpadu.connectors.openapi import Operation
from terpadu.connectors.question import Question, context
from terpadu.connectors.rest_auth import Shown
from terpadu.connectors.rest_client import Reply, Room, Wire
from terpadu.connectors.rest_description import AskedOverHttp, PassThrough, Request
from terpadu.connectors.rest_house import House
from terpadu.connectors.rest_reply import body_of, headers_of, is_success, media_type, not_json
from terpadu.connectors.rest_request import DeclaredRequest, OwnRequest
from terpadu.errors import BadInput, Refused
from terpadu.model.federation import WHOLE_BODY
from terpadu.model.message import Admitted, Answer


class Passed:
    """Body mode *pass-through*."""

    def __init__(self, service: PassThrough, house: House) -> None:
        self._house = house
        self._own = service.failures
        check_failures(service.failures)
        self._request = OwnRequest(service, house.target)
        judged = service.failures != Failures() or house.failures != Failures()
        self._decodes = bool(judged or house.dialect.refusal or house.openapi or house.budget.counter)

    async def ask(self, admitted: Admitted) -> Answer:
        """The caller's request, the system's answer uncut. Raises Refused."""
        operation = self._operation(admitted)
        if operation is not None:
            operation.check_request(admitted)
        make, read = partial(self._request.wire, admitted), partial(self._read, operation)
        return await self._house.line.ask(admitted, make, read, self._room(admitted, operation))

    def _room(self, admitted: Admitted, operation: Operation | None) -> Room:
        """A stream is taken only where nothing is cut or checked."""
        room = self._house.room
        return room if operation is None and admitted.fields == (WHOLE_BODY,) else room._replace(stream=0)

    def _read(self, operation: Operation | None, reply: Reply) -> Answer:
        house = self._house
        if reply.stream is not None:
            return self._streamed(reply)
        kind, good = media_type(reply), is_success(reply.status)
        if not good and kind != "json":
            raise not_json(reply, house.system)
        body = body_of(reply, house.room.memory, house.system)
        if kind == "json" and (self._decodes or not good):
            tree = house.tree(reply, body, self._own)
            if operation is not None:
                operation.check_answer(reply.status, tree, house.system)
        return Answer(status=reply.status, reason=reply.reason, headers=headers_of(reply), body=body)

    def _streamed(self, reply: Reply) -> Answer:
        if not is_success(reply.status) or reply.header(b"content-encoding") not in (b"", b"identity"):
            if reply.stream is not None:
                reply.stream.abandon()
            raise failed("upstream-garbage", self._house.system, f"HTTP {reply.status} with a large or packed body")
        return Answer(status=reply.status, reason=reply.reason, headers=headers_of(reply), body=b"", large=reply.stream)

    def _operation(self, admitted: Admitted) -> Operation | None:
        openapi = self._house.openapi
        if openapi is None:
            return None
        found = openapi.find(admitted.verb, admitted.path.partition("?")[0])
        if found is None:
            raise Refused("endpoint", "Expected a method and path of the system's OpenAPI document, got another.")
        return found


class AskedService:
    """Body mode *asked*."""

    def __init__(self, service: AskedOverHttp, house: House, where: str) -> None:
        self._own = service.failures
        self._house = house
        self._question = Question(service, house.system, where)
        self._before = {
            name: _Step(request, service, house, f"{where}.before.{name}") for name, request in service.before.items()
        }
        self._last = _Step(service.request, service, house, f"{where}.request")

    async def ask(self, admitted: Admitted) -> Answer:
        """The declared question's requests in order, the last reply in normal form. Raises Refused."""
        question = self._question.read(admitted)
        before: dict[str, Any] = {}
        seen = context(question, admitted, before=before)
        for name, step in self._before.items():
            before[name] = await step.ask(seen, admitted)
            self._house.budget.spend()
        return self._question.answer(await self._last.ask(seen, admitted), question, before)


class _Step:
    """One request of a declared question."""

    def __init__(self, request: Request, service: AskedOverHttp, house: House, where: str) -> None:
        self._house = house
        self._failures = service.failures
        self._room = house.room._replace(stream=0)
        self._request = DeclaredRequest(request, service.last_hop_personal, house.target, house.secrets, where)
        self._operation = _operation(request, house, where)

    async def ask(self, seen: dict[str, Any], admitted: Admitted) -> Any:
        """The reply's JSON, if it is no refusal."""
        return await self._house.line.ask(admitted, partial(self._wire, seen, admitted), self._read, self._room)

    def _wire(self, seen: dict[str, Any], admitted: Admitted, shown: Shown) -> Wire:
        wire = self._request.wire(seen, admitted, shown)
        if self._operation is not None and wire.body:
            self._operation.check_body(wire.body)
        return wire

    def _read(self, reply: Reply) -> Any:
        house = self._house
        if media_type(reply) != "json":
            raise not_json(reply, house.system)
        tree = house.tree(reply, body_of(reply, house.room.memory, house.system), self._failures)
        if self._operation is not None:
            self._operation.check_answer(reply.status, tree, house.system)
        return tree


def _operation(request: Request, house: House, where: str) -> Operation | None:
    if house.openapi is None:
        return None
    found = house.openapi.find(request.method, request.path.replace("{", "").replace("}", ""))
    if found is None:
        raise BadInput(f"{where}: expected {request.method} {request.path} in the OpenAPI document, found none.")
    return found
