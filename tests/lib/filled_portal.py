"""A real portal that holds all that a portal can hold: the citizen of portal_world.py, beside a small node that answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.lib.portals import ROOT, Portal


class Filled(NamedTuple):
    """The portal; values of parameters in addresses; a session for each role."""

    portal: Portal
    values: dict[str, str]
    sessions: dict[str, str]


@contextmanager
def filled_portal(folder: Path) -> Iterator[Filled]:
    """Until the end of the block."""
    from tests.lib.portal_world import AGREEMENTS, DUKCAPIL, PORTAL, write_services
    from tests.unit.cases.little_node import little_node

    write_services(folder / "layanan")
    with little_node() as node:
        node.agreements = AGREEMENTS
        node.answers = {f"{DUKCAPIL}/getAccesses": {"looks": []}, f"{DUKCAPIL}/keluarga": {"no_kk": "9971010101800001"}}
        with Portal(folder, node=node.address, services=str(folder / "layanan"), subsystem=PORTAL) as portal:
            yield Filled(portal, **_made(portal.file))


def _made(file: Path) -> dict[str, dict[str, str]]:
    settings = {"TERPADU_PORTAL": str(file), "DJANGO_SETTINGS_MODULE": "terpadu.portal.config"}
    line = [sys.executable, "-m", "tests.lib.filled_portal"]
    done = subprocess.run(
        line, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=90
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def _make() -> None:
    """In the portal's own database."""
    import django

    django.setup()
    from allauth.mfa.webauthn.internal.auth import WebAuthn
    from django.conf import settings

    from tests.lib.authenticator import Passkey, b64
    from tests.lib.portal_world import ROLES, make_world

    world = make_world()
    second = Passkey()
    second.user = world.people["owner"].pk.hex.encode()
    WebAuthn.add(world.people["owner"], "Kunci kedua", second.attested(b64(b"dua")))  # the only one cannot be removed
    sessions = {
        role: world.browser(role).cookies[settings.SESSION_COOKIE_NAME].value for role in ROLES if role != "visitor"
    }
    print(json.dumps({"values": world.values, "sessions": sessions}))


if __name__ == "__main__":
    _make()
