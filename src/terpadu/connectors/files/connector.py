"""The connector of kind `files`: which mode a service has, and the parts that all of them share."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from terpadu.connectors.budget import Budget
from terpadu.connectors.description import Source
from terpadu.connectors.files.batches import BatchService, TicketService
from terpadu.connectors.files.carrier import Carrier
from terpadu.connectors.files.description import Batch, Files, FilesDescription, OneRow, Ticket, check_names
from terpadu.connectors.files.onerow import OneRowService
from terpadu.connectors.files.sftp import Line
from terpadu.connectors.files.state import State
from terpadu.errors import BadInput
from terpadu.model.message import Admitted, Answer

Service = BatchService | TicketService | OneRowService


class FilesConnector:
    """One SFTP server with its services."""

    def __init__(self, name: str, carrier: Carrier, services: dict[str, Service]) -> None:
        self._name = name
        self._carrier = carrier
        self._services = services
        self._left_behind: asyncio.Task[None] | None = None

    async def ask(self, admitted: Admitted) -> Answer:
        """Hand over the batch or the question, and answer with what is known by then."""
        self._resume()
        return await self._services[admitted.service.id.rpartition("/")[2]].ask(admitted)

    async def check(self) -> str:
        """Reach the server and see its folders."""
        await self._carrier.check()
        return f"{self._name} answers with the pinned key, and its folders are there."

    async def close(self) -> None:
        """Stop carrying; what is under way is on disk."""
        if self._left_behind is not None:
            self._left_behind.cancel()
            await asyncio.gather(self._left_behind, return_exceptions=True)

    def _resume(self) -> None:
        """Once after a start: carry what a stopped node left behind, beside the work that has come."""
        if self._left_behind is None:
            self._left_behind = asyncio.create_task(self._carrier.carry_all(self._batches()))

    def _batches(self) -> dict[str, BatchService]:
        return {code: service for code, service in self._services.items() if isinstance(service, BatchService)}


def make(source: Source) -> FilesConnector:
    """A connector from its description. Raises BadInput; nothing is reached yet."""
    about: FilesDescription = source.description
    name, files = about.system.name, about.files
    line = Line(name, about.system.base, _host_key(files, source.folder), source.secrets, about.system.limits.seconds)
    carrier = Carrier(line, State(source.folder / files.state, files.keep_days), files, about.system.limits)
    services: dict[str, Service] = {}
    for code, service in about.service.items():
        if isinstance(service, Batch | OneRow):
            check_names(service.names, f"service.{code}")
            services[code] = _sending(code, service, name, carrier, source.budget)
    for code, service in about.service.items():
        if isinstance(service, Ticket):
            services[code] = TicketService(service, _batch_of(code, service, services))
    return FilesConnector(name, carrier, services)


def _host_key(files: Files, folder: Path) -> str:
    if bool(files.host_key) == bool(files.host_key_file):
        raise BadInput(
            "Expected host_key or host_key_file under [files], one of the two; ask the server's owner for it."
        )
    try:
        return files.host_key or (folder / files.host_key_file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected the server's public key in {files.host_key_file}, got none; put it there.") from error


def _sending(code: str, service: Batch | OneRow, name: str, carrier: Carrier, budget: Budget) -> Service:
    return (
        BatchService(code, service, name, carrier)
        if isinstance(service, Batch)
        else OneRowService(code, service, name, carrier, budget.heard)
    )


def _batch_of(code: str, service: Ticket, services: dict[str, Any]) -> BatchService:
    batch = services.get(service.of)
    if not isinstance(batch, BatchService):
        raise BadInput(f"service.{code}.of: expected the code of a service of mode batch, got {service.of!r}.")
    return batch
