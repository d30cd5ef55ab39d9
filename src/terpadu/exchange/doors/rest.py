"""The door for systems: X-Road's REST protocol r1 in, the walk, X-Road's REST protocol r1 out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from terpadu import crash
from terpadu.errors import CODES, Refused, TerpaduError
from terpadu.exchange.doors import xroad
from terpadu.exchange.doors.alias import Alias, meant
from terpadu.exchange.doors.call import Call, Response
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.doors.personal import check_impersonal
from terpadu.exchange.ground import log
from terpadu.exchange.numbers import message_number
from terpadu.exchange.outgoing import Released
from terpadu.exchange.replies import check_echo, reason_of, told_headers
from terpadu.model.message import Request
from terpadu.model.rights import Rights
from terpadu.signing import part
from terpadu.signing.opening import SPAN_LIMIT

Walk = Callable[[Request], Awaitable[Released]]
Desk = Callable[[Call], Awaitable[Response | None]]
"""Answers what is not an exchange: listClients, the state of an exchange, ready; None for a path that is none of these."""

_NAMED = frozenset(
    (
        *(b"x-road-client", b"x-road-id", b"x-road-security-server", b"x-road-represented-party"),
        *(b"terpadu-purpose", b"terpadu-case", b"terpadu-consent", b"terpadu-actor", b"idempotency-key"),
    )
)


class Door(NamedTuple):
    """One door. `seconds` is the deadline of a call that names none, `aliases` the services by addresses of their own."""

    walk: Walk
    desk: Desk
    callers: Callers
    rights: Callable[[], Rights]
    clock: Callable[[], int]
    spelling: xroad.Spelling = "terpadu"
    seconds: float = 30.0
    aliases: Mapping[bytes, Alias] = {}

    async def handle(self, call: Call) -> Response:
        """A call's way through the door. A refusal names the number under which the exchange can be found again."""
        number: tuple[tuple[bytes, bytes], ...] = ()
        try:
            call = meant(call, self.aliases)
            if call.target[:4] != b"/r1/" and (found := await self.desk(call)) is not None:
                return found
            request = self._read(call)
            number = ((b"x-road-request-id", request.number.encode()),)
            released = await self.walk(request)
        except Refused as error:
            return self._error(error, "clientproxy", call, number)
        except Exception:
            log.exception("door.failed")
            return self._error(
                Refused("internal", "A fault of this node; its operator can see it."), "clientproxy", call
            )
        response = self._told(released, call)
        crash.point("c9")
        return response

    def complain(self, error: Refused) -> Response:
        """A call that could not be read at all."""
        return xroad.error_response(error, "clientproxy", self.spelling, None)

    def _read(self, call: Call) -> Request:
        """From bytes to a request whose caller is known. Raises `Refused`."""
        named = {known: value for name, value in call.headers if (known := part.lowered(name)) in _NAMED}
        xroad.check_verb(call.verb)
        service = xroad.target(call.target)
        caller = xroad.client(named.get(b"x-road-client"))
        server = xroad.server(named.get(b"x-road-security-server"))
        xroad.check_represented(named.get(b"x-road-represented-party"))
        self.callers.check(call, caller)
        if caller not in self.rights().subsystems:
            raise Refused("unknown-member", f"Expected a subsystem that the federation lists; {caller} is not.")
        purpose, case = _text(named.get(b"terpadu-purpose")), _text(named.get(b"terpadu-case"))
        check_impersonal(service=service, purpose=purpose, case=case)
        now, number = self.clock(), message_number()
        headers = xroad.last_client(part.passed(call.headers))
        if b"x-road-id" not in named:
            headers = (*headers, (b"X-Road-Id", f"{service.partition('/')[0]}-{number}".encode()))
        return Request(
            client=caller,
            service=service,
            verb=call.verb,
            path=call.target,
            headers=headers,
            body=call.body,
            number=number,
            time=now,
            until=now + (SPAN_LIMIT if call.large is not None else int(self.seconds * 1000)),
            purpose=purpose,
            case=case,
            consent=named.get(b"terpadu-consent"),
            key=named.get(b"idempotency-key"),
            actor=named.get(b"terpadu-actor"),
            server=server,
            large=call.large,
        )

    def _told(self, released: Released, call: Call) -> Response:
        try:
            _check_echo(released)
            return self._response(released, call)
        except Refused as error:
            return self._error(error, "clientproxy", call)

    def _response(self, released: Released, call: Call) -> Response:
        reply = released.reply
        if reply.head.code is not None:
            said = reply.body.decode("utf-8", "replace") if not reply.raw_part else ""
            sentence = said or f"The other office's node refused: {reply.head.rule}."
            extra = ((b"x-road-request-id", reply.head.id.encode()),)
            return self._error(Refused(reply.head.code, sentence), "serverproxy", call, extra)
        headers = told_headers(reply.part.headers)
        reason = reply.part.second or reason_of(int(reply.part.first)).encode()
        return Response(int(reply.part.first), reason, headers, reply.body, released.large)

    def _error(
        self, error: TerpaduError, side: xroad.Side, call: Call, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> Response:
        known = Refused(error.code if error.code in _KNOWN else "internal", error.sentence)
        return xroad.error_response(known, side, self.spelling, call.header(b"accept"), extra)


_KNOWN = frozenset(CODES)


def _check_echo(released: Released) -> None:
    sent = released.sent
    check_echo(released.reply, sent.part, sent.raw_part, sent.body, released.streamed)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("ascii", "replace")
