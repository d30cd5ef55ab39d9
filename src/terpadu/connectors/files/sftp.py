"""The line to an SFTP server whose key is known beforehand. Nothing about it is learnt from the line itself."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncssh

from terpadu.connectors.errors import failed
from terpadu.errors import BadInput, Refused

PIECE = 32_768


class Line:
    """One server. Every piece of work has a connection of its own: batches are few and must not hang on a stale one."""

    def __init__(self, name: str, base: str, host_key: str, secrets: Mapping[str, str], seconds: float) -> None:
        self._name = name
        self._how = {**_address(base), **_proof(secrets), **_host(host_key), "connect_timeout": seconds}

    async def check(self, *folders: str) -> None:
        """Are the folders there?"""
        async with self._open() as sftp:
            for folder in folders:
                if not await sftp.isdir(folder):
                    raise failed("upstream-garbage", self._name, f"there is no folder {folder}")

    async def deliver(self, file: Path, target: str, answers: list[str]) -> None:
        """Put a whole file under its final name, unless it or an answer to it is there already.

        It grows as `<target>.part` and is renamed: a cut line leaves nothing that looks whole.
        """
        async with self._open() as sftp:
            if await _any(sftp, [target, *answers]):
                return
            async with sftp.open(target + ".part", "wb") as remote:
                with file.open("rb") as local:
                    while piece := local.read(PIECE):
                        await remote.write(piece)
            await sftp.rename(target + ".part", target)

    async def fetch(self, names: list[str], most: int) -> tuple[str, bytes] | None:
        """The first of these files that is there, with its name; None when none is. At most `most` bytes."""
        async with self._open() as sftp:
            for name in names:
                if await sftp.exists(name):
                    return name, await self._read(sftp, name, most)
        return None

    async def remove(self, name: str) -> None:
        """Take away what was fetched; where that is not allowed, it stays."""
        async with self._open() as sftp:
            with contextlib.suppress(asyncssh.SFTPError):
                await sftp.remove(name)

    async def _read(self, sftp: asyncssh.SFTPClient, name: str, most: int) -> bytes:
        async with sftp.open(name, "rb") as remote:
            read: Any = await remote.read(most + 1)
        body = bytes(read)
        if len(body) > most:
            raise failed("upstream-garbage", self._name, f"an answer of more than {most} bytes")
        return body

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[asyncssh.SFTPClient]:
        try:
            async with asyncssh.connect(**self._how) as connection, connection.start_sftp_client() as sftp:
                yield sftp
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise self._meaning(error) from error

    def _meaning(self, error: BaseException) -> Refused:
        for kind, (code, why) in MEANINGS.items():
            if isinstance(error, kind):
                return failed(code, self._name, why)
        return failed("upstream-garbage", self._name, type(error).__name__)


MEANINGS: dict[type[BaseException], tuple[str, str]] = {
    asyncssh.HostKeyNotVerifiable: (
        "upstream-auth",
        "the server's key is not the one in host_key; ask its owner by another way before changing that",
    ),
    asyncssh.PermissionDenied: ("upstream-auth", "the account or its password"),
    asyncssh.SFTPPermissionDenied: ("upstream-auth", "the account may not do this in that folder"),
    asyncssh.SFTPNoSuchFile: ("upstream-garbage", "a folder that the description names is not there"),
    asyncssh.SFTPConnectionLost: ("upstream-down", "the line broke"),
    asyncssh.SFTPError: ("upstream-retry", "the server could not do it now"),
    asyncssh.DisconnectError: ("upstream-down", "the line broke"),
    TimeoutError: ("upstream-down", "no connection in time"),
    OSError: ("upstream-down", "no connection"),
}
"""What went wrong to what it means; the first that fits."""


async def _any(sftp: asyncssh.SFTPClient, names: list[str]) -> bool:
    for name in names:
        if await sftp.exists(name):
            return True
    return False


def _address(base: str) -> dict[str, Any]:
    parts = urlsplit(base)
    if parts.scheme != "sftp" or not parts.hostname or parts.username or parts.password:
        raise BadInput(f"Expected an address like sftp://host:22 without an account in it, got {base!r}; correct base.")
    return {"host": parts.hostname, "port": parts.port or 22}


def _proof(secrets: Mapping[str, str]) -> dict[str, Any]:
    """Only what the secrets name: no agent, no keys or settings of whoever runs the node."""
    if "user" not in secrets or not {"password", "private_key"} & set(secrets):
        raise BadInput("Expected the secrets user and password (or private_key), got less; name them under [secrets].")
    key = secrets.get("private_key")
    return {
        "username": secrets["user"],
        "password": secrets.get("password"),
        "client_keys": [asyncssh.import_private_key(key)] if key else None,
        "agent_path": None,
        "config": None,
        "gss_kex": False,
        "gss_auth": False,
        "preferred_auth": "publickey" if key else "password",
    }


def _host(host_key: str) -> dict[str, Any]:
    try:
        key = asyncssh.import_public_key(host_key)
    except asyncssh.KeyImportError:
        raise BadInput(
            f"Expected host_key as `ssh-ed25519 AAAA…`, got {host_key[:20]!r}; ask the server's owner for its key."
        ) from None
    return {"known_hosts": ([key], [], [])}
