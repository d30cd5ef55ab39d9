"""Requests as policy would have admitted them, and descriptions as an agency would have written them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from terpadu.connectors import loading
from terpadu.connectors.asking import Connectors
from terpadu.model.federation import Effect, Service
from terpadu.model.identifiers import NodeId, ServiceId
from terpadu.model.message import Admitted

SUBSYSTEM = "ID/GOV/UJI/SISTEM"


def admitted(
    code: str,
    question: Any,
    *,
    fields: tuple[str, ...],
    effect: Effect = "safe",
    key: str | None = None,
    seconds: float = 10,
    subsystem: str = SUBSYSTEM,
    client: str = "ID/GOV/PENANYA/APP",
) -> Admitted:
    """A request for `<subsystem>/<code>`; `question` is bytes, or becomes JSON."""
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    return Admitted(
        service=Service(
            id=ServiceId(f"{subsystem}/{code}"), title=code, type="REST", effect=effect,
            nodes=(NodeId("ID/GOV/UJI/n1"),), endpoints=(),
        ),
        verb="POST",
        path="",
        headers=((b"content-type", b"application/json"), (b"X-Road-Client", client.encode())),
        body=body,
        fields=fields,
        number=f"number-{time.monotonic_ns()}",
        until=int((time.time() + seconds) * 1000),
        key=key,
    )  # fmt: skip


def described(folder: Path, text: str, **secrets: str) -> Connectors:
    """Load one connector.toml."""
    (folder / "connector.toml").write_text(text, encoding="utf-8")
    return loading.load(folder / "connector.toml", secrets)


def said(body: bytes) -> Any:
    """An answer's JSON."""
    return json.loads(body)
