"""What all services of one system over HTTP share: the line to it, and how a reply is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from terpadu.connectors.budget import Budget
from terpadu.connectors.description import Failures
from terpadu.connectors.errors import after_sending, by_status, declared, failed, reason
from terpadu.connectors.mapping import strict
from terpadu.connectors.openapi import OpenApi
from terpadu.connectors.rest_auth import Proof, Shown
from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Reply, Room, Wire
from terpadu.connectors.rest_reply import is_success
from terpadu.connectors.rest_request import Target
from terpadu.errors import Refused
from terpadu.model.message import Admitted

Result = TypeVar("Result")


class Line(NamedTuple):
    """The way to the system: connections, and how we prove ourselves."""

    system: str
    client: Client
    proof: Proof

    async def ask(
        self, admitted: Admitted, make: Callable[[Shown], Wire], read: Callable[[Reply], Result], room: Room
    ) -> Result:
        """Send what `make` makes and return what `read` reads; once more where a token had ended. Raises Refused."""
        shown = self.proof.lasting or await self.proof.now()
        try:
            reply = await self.client.ask(make(shown), room)
            try:
                return read(reply)
            except Refused as refusal:
                if refusal.code != "upstream-auth" or reply.status == 403 or not self.proof.ended(shown):
                    raise
            return read(await self.client.ask(make(await self.proof.now()), room))
        except (NotReached, Broken, Garbled) as error:
            raise self._unsaid(error, admitted) from error

    def _unsaid(self, error: NotReached | Broken | Garbled, admitted: Admitted) -> Refused:
        """What it means that no answer came that can be read."""
        if isinstance(error, Garbled):
            return garbled(self.system, str(error), admitted)
        if isinstance(error, NotReached) and not error.sent:
            return failed("upstream-down", self.system, str(error))
        return after_sending(self.system, str(error), admitted)


def garbled(system: str, what: str, admitted: Admitted) -> Refused:
    """Something unreadable came back: of a question with effects the outcome is unknown."""
    if admitted.service.effect == "safe":
        return failed("upstream-garbage", system, what)
    return after_sending(system, what, admitted)


class Dialect(NamedTuple):
    """What differs between JSON interfaces: the type accepted, and how a reply (status, JSON, system) says no."""

    accept: bytes
    refusal: Callable[[int, Any, str], Refused | None] | None = None


class House(NamedTuple):
    """What all services of one system share."""

    system: str
    line: Line
    target: Target
    secrets: Mapping[str, str]
    room: Room
    budget: Budget
    dialect: Dialect
    failures: Failures
    openapi: OpenApi | None

    def tree(self, reply: Reply, body: bytes, own: Failures) -> Any:
        """The reply's JSON, if it is no refusal: declared ways first, then the dialect's, then HTTP's."""
        tree = strict(body)
        self.budget.heard(tree)
        refusal = declared(own, tree, self.system, self.failures)
        if refusal is None and self.dialect.refusal is not None:
            refusal = self.dialect.refusal(reply.status, tree, self.system)
        if refusal is None and not is_success(reply.status):
            refusal = self._by_status(reply, tree, own)
        if refusal is not None:
            self._mark(refusal)
            raise refusal
        return tree

    def _by_status(self, reply: Reply, tree: Any, own: Failures) -> Refused:
        retry_after = reply.header(b"retry-after").decode("latin-1")
        return by_status(reply.status, self.system, reason(tree, own, self.failures), retry_after)

    def _mark(self, refusal: Refused) -> None:
        if refusal.code == "upstream-quota":
            self.budget.exhausted()
