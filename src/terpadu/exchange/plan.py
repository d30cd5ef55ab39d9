"""What a node is built from: frozen values, given by whoever starts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from terpadu.exchange.doors.alias import Alias
from terpadu.exchange.doors.call import Limits
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.doors.xroad import Spelling


class Address(Struct, frozen=True):
    """Where to listen. Port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0


class Plan(Struct, frozen=True, kw_only=True):
    """A node's plan. `keys` holds its private keys, `journal` its evidence, `trust` its last-good federation; `root` is
    the federation's root.json, `registries` the addresses that it is fetched from, `connectors` the folder with the
    descriptions of its systems (None: it only asks), `aliases` services by addresses of their own, `documents` a folder
    with `<service code>.json` or `.yaml` (OpenAPI). Below `free_bytes` on the journal's disk the node is not ready;
    `metrics` is a listener of its own for operators."""

    keys: Path
    journal: Path
    trust: Path
    root: Path
    registries: tuple[str, ...]
    peers: Address
    door: Address = Address()
    door_certificate: Path | None = None
    door_key: Path | None = None
    door_clients: Path | None = None
    callers: Callers = Callers()
    aliases: Mapping[bytes, Alias] = {}
    connectors: Path | None = None
    documents: Path | None = None
    secrets: dict[str, str] = {}
    spelling: Spelling = "terpadu"
    seconds: float = 30.0
    limits: Limits = Limits()
    refresh: float = 20.0
    free_bytes: int = 64 * 1024 * 1024
    metrics: Address | None = None
