"""The demo's connector files, pointed at stand-ins on free ports."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from contoh.alat import credential, serve
from contoh.alat.credentials import DEFAULTS
from contoh.orang import make
from terpadu.connectors.asking import Connectors
from terpadu.connectors.loading import load
from terpadu.errors import Refused
from terpadu.model.federation import Effect
from tests.lib.admitting import admitted, said

PEOPLE = make(2026, 40)
HERO = PEOPLE.hero
FILES = Path("demo/simpul")
SECRETS = {name: credential(name) for name in DEFAULTS}


@contextmanager
def connected(name: str, app: Starlette, folder: Path) -> Iterator[tuple[Connectors, str]]:
    """The demo's file for a system, pointed at a stand-in on a free port."""
    with serve(app) as url:
        text = (FILES / name / "connector.toml").read_text(encoding="utf-8")
        (folder / "connector.toml").write_text(re.sub(r"http://127\.0\.0\.1:\d+", url, text), encoding="utf-8")
        yield load(folder, SECRETS), url


def ask(
    connectors: Connectors, code: str, question: Any, *fields: str, effect: Effect = "safe", key: str | None = None
) -> Any:
    """One question in its own event loop; the answer's JSON with how much was held and released."""
    return asyncio.run(answered(connectors, code, question, *fields, effect=effect, key=key))


async def answered(
    connectors: Connectors, code: str, question: Any, *fields: str, effect: Effect = "safe", key: str | None = None
) -> Any:
    subsystem = connectors.services[0].rpartition("/")[0]
    asked = admitted(code, question, fields=fields, effect=effect, key=key, subsystem=subsystem)
    try:
        answer = await connectors.ask(asked)
    finally:
        await connectors.close()
    assert answer.released <= answer.held
    return said(answer.body)


def refused(code: str, call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.code == code
    assert not re.search(r"\d{9}", caught.value.sentence)
    return caught.value.sentence


def counted(url: str) -> dict[str, int]:
    return dict(requests.get(f"{url}/_contoh/hitungan", timeout=5).json())


def disturb(url: str, kind: str, **more: Any) -> None:
    requests.post(f"{url}/_contoh/gangguan", json={"jenis": kind, **more}, timeout=5).raise_for_status()
