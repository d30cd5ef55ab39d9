"""Systems that speak JSON over HTTP: own requests passed through, or declared questions asked."""

from __future__ import annotations

import ssl
from collections.abc import Coroutine
from typing import Any

from terpadu.connectors.connector import Connector
from terpadu.connectors.description import Description, Source
from terpadu.connectors.errors import check_failures, failed
from terpadu.connectors.openapi import OpenApi, read_document
from terpadu.connectors.rest_auth import Proof
from terpadu.connectors.rest_client import Client, NotReached, Room, address
from terpadu.connectors.rest_description import AskedOverHttp, Http, PassThrough, RestDescription
from terpadu.connectors.rest_house import Dialect, House, Line
from terpadu.connectors.rest_request import Target
from terpadu.connectors.rest_service import AskedService, Passed
from terpadu.errors import BadInput
from terpadu.model.message import Admitted, Answer

DESCRIPTION: type[Description] = RestDescription
PLAIN = Dialect(b"application/json")


def make(source: Source) -> Connector:
    """A connector of kind `rest`. Raises BadInput."""
    return RestConnector(source, source.description.rest, PLAIN)


class RestConnector:
    """One system over HTTP; `dialect` says what is special about its JSON."""

    def __init__(self, source: Source, http: Http, dialect: Dialect) -> None:
        system, services = source.description.system, source.description.service
        check_failures(http.failures)
        tls = _tls(source, http)
        where = address(system.base)
        proof = Proof(http, source.secrets, system.name, system.limits, tls)
        self._line = Line(system.name, Client(where, system.limits.concurrency, tls), proof)
        house = House(
            system=system.name,
            line=self._line,
            target=Target(where.prefix, where.host_line, dialect.accept, proof.headers),
            secrets=source.secrets,
            room=Room(system.limits.bytes, system.limits.stream_bytes, system.limits.seconds),
            budget=source.budget,
            dialect=dialect,
            failures=http.failures,
            openapi=OpenApi(read_document(source.folder / http.openapi)) if http.openapi else None,
        )
        self._services = {f"{system.subsystem}/{code}": _service(one, house, code) for code, one in services.items()}

    def ask(self, admitted: Admitted) -> Coroutine[Any, Any, Answer]:
        """Ask the system; raises Refused in the normal form."""
        return self._services[admitted.service.id].ask(admitted)

    async def check(self) -> str:
        """Does it listen, and does it give us the tokens that we need?"""
        try:
            await self._line.client.reach()
        except NotReached as error:
            raise failed("upstream-down", self._line.system, str(error)) from error
        shown = await self._line.proof.now()
        return f"{self._line.system} listens{' and gives a token' if shown.tokens else ''}."

    async def close(self) -> None:
        """Drop connections and tokens."""
        self._line.client.close()
        self._line.proof.close()


def _service(service: PassThrough | AskedOverHttp, house: House, code: str) -> Passed | AskedService:
    if isinstance(service, PassThrough):
        return Passed(service, house)
    return AskedService(service, house, f"service.{code}")


def _tls(source: Source, http: Http) -> ssl.SSLContext | None:
    if not http.ca:
        return None
    try:
        return ssl.create_default_context(cafile=source.folder / http.ca)
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"Expected certificates to trust in {http.ca}, found none; put a PEM file there.") from error
