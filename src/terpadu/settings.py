"""Settings of a node: one TOML file and the environment, read here and passed on as frozen values.

Only `cli` reads them. Unknown keys are errors; a setting that is absent has a default that works. Paths are relative to
the file. `TERPADU_NODE_<KEY>` in the environment overrides a text or number of `[node]`; secrets of old systems come from
`TERPADU_SECRET_<NAME>`, or from the file that `secrets` names, which only its owner may read.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from terpadu.errors import BadInput

Where = Annotated[str, Meta(pattern=r"^[^:\s]+:\d{1,5}$")]
"""`host:port`"""


class NodeTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[node]`: where its things lie, where it listens, how it behaves. Sizes are bytes, times seconds."""

    keys: str
    root: str
    peers: Where
    journal: str = "journal"
    trust: str = "trust"
    door: Where = "127.0.0.1:8080"
    door_certificate: str = ""
    door_key: str = ""
    door_clients: str = ""
    registries: tuple[str, ...] = ()
    connectors: str = ""
    documents: str = ""
    secrets: str = ""
    spelling: Literal["terpadu", "xroad-7.8", "xroad-7.7"] = "terpadu"
    seconds: Annotated[float, Meta(gt=0, le=600)] = 30.0
    body_limit: Annotated[int, Meta(gt=0)] = 128 * 1024 * 1024
    refresh: Annotated[float, Meta(ge=1, le=60)] = 20.0
    disk_free: Annotated[int, Meta(ge=0)] = 64 * 1024 * 1024
    metrics: Annotated[str, Meta(pattern=r"^([^:\s]+:\d{1,5})?$")] = ""


class CallersTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[callers]`: SHA-256 (hex) of a token or certificate -> subsystem; and who needs no proof, for development."""

    tokens: dict[str, str] = {}
    certificates: dict[str, str] = {}
    anybody_may_be: tuple[str, ...] = ()


AliasPath = Annotated[str, Meta(pattern=r"^/[A-Za-z0-9._~/-]+$")]


class AliasTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[alias."/address"]`: one service for a system that can only call an address."""

    client: str
    service: str
    purpose: str
    key: Annotated[str, Meta(pattern=r"^(header:[A-Za-z0-9-]+|body:.+)?$")] = ""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    node: NodeTable
    callers: CallersTable = CallersTable()
    alias: dict[AliasPath, AliasTable] = {}


class PortalTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[portal]`: the web project. Paths are relative to the file; `database` is `sqlite:///FILE` or `postgresql://…`.

    `joint_leave_counts`: days of joint leave (cuti bersama) count as working days of a term. `wait`: seconds that a form waits
    for offices before it shows what is there. `reviewers`: members that judge proposed applications, each with its short
    name; none: nobody can. `registry`: the directory of the federation's registry, where this portal keeps
    it; `registry_office`: whose officers are its operators. `contact`: where people write about this portal;
    `protection_officer`: name or post, and address, of the official for data protection (UU 27/2022 articles 53, 54); both
    stand on the page about data protection, the contact also at the foot of every page.
    """

    keys: str
    address: str = "http://localhost:8000"
    listen: Where = "127.0.0.1:8000"
    node: str = "http://127.0.0.1:8080"
    subsystem: str = ""
    services: str = ""
    registries: tuple[str, ...] = ()
    registry: str = ""
    registry_office: str = ""
    consent_signer: str = ""
    database: str = "sqlite:///portal.db"
    mail: str = ""
    mail_from: str = "terpadu@localhost"
    workers: Annotated[int, Meta(ge=1, le=64)] = 2
    threads: Annotated[int, Meta(ge=1, le=256)] = 16
    cache: str = ""
    pay_at: str = ""
    contact: str = ""
    protection_officer: str = ""
    reviewers: dict[str, str] = {}
    demonstration: bool = False
    joint_leave_counts: bool = False
    wait: Annotated[float, Meta(ge=0, le=20)] = 1.5


class PortalSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The portal's whole file."""

    portal: PortalTable


def read_portal(file: Path, environment: Mapping[str, str] = os.environ) -> PortalTable:
    """Read a portal's file; `TERPADU_PORTAL_<KEY>` in the environment overrides. Raises `BadInput` in one sentence."""
    tree = _tree(file)
    table = tree.setdefault("portal", {})
    if isinstance(table, dict):
        table |= _overrides(environment, "TERPADU_PORTAL_")
    try:
        return msgspec.convert(tree, PortalSettings, strict=False).portal
    except msgspec.ValidationError as error:
        raise BadInput(f"{file}: expected the settings of a portal: {error}. Correct the file.") from None


def read(file: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read a node's file. Raises `BadInput` with one sentence: what was expected, what came."""
    tree = _tree(file)
    table = tree.setdefault("node", {})
    if isinstance(table, dict):
        table |= _overrides(environment, "TERPADU_NODE_")
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"{file}: expected the settings of a node: {error}. Correct the file.") from None


def _tree(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"Expected a node's settings at {file}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: expected TOML in UTF-8: {error}. Correct the file.") from None


def _overrides(environment: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}


def secrets(file: Path | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Secrets by name, the environment first. Raises `BadInput`; never shows a value."""
    prefix = "TERPADU_SECRET_"
    found = {name.removeprefix(prefix): value for name, value in environment.items() if name.startswith(prefix)}
    return (_secret_file(file) if file else {}) | found


def _secret_file(file: Path) -> dict[str, str]:
    try:
        if file.stat().st_mode & 0o077:
            raise BadInput(f"Expected {file} to be readable by its owner alone; run `chmod 600 {file}`.")
        return msgspec.toml.decode(file.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise BadInput(f"Expected the secrets of old systems at {file}: {error.strerror}.") from None
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadInput(f'Expected lines `name = "value"` in {file}. Correct the file.') from None
