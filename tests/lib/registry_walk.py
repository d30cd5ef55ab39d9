"""What a walk through the registry needs around the browser: people, an inventory, an old system, a registry that serves, nodes.

Everything is the real thing: the portal under gunicorn, nodes and commands as processes, keys on disk.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.lib.people import sign_on
from tests.lib.portals import ROOT, Portal
from tests.lib.two_nodes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CENTRE = "ID/GOV/PUSAT/REGISTRI"
LONGEST = 60.0
"""Seconds within which nodes must follow what was published or taken away."""
CONNECTOR = """
[system]
name = "Kependudukan"
kind = "rest"
subsystem = "{subsystem}"
base = "http://127.0.0.1:{port}"
[service.nik]
mode = "pass-through"
endpoints = [{{ method = "POST", path = "/**" }}]
"""
SETTINGS = """
[node]
keys = "."
root = "root.json"
journal = "jurnal"
trust = "kepercayaan"
peers = "127.0.0.1:{peers}"
door = "127.0.0.1:{door}"
registries = ["http://127.0.0.1:{registry}"]
refresh = 1
{connectors}
[callers]
anybody_may_be = [{callers}]
"""


def command(*words: object) -> str:
    """One command of terpadu, which must do what it is told; gives what it said."""
    line = [sys.executable, "-m", "terpadu", *map(str, words)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def inventory(portal: Portal, *entries: tuple[str, str]) -> None:
    """Applications in use, by member and name, in that portal's inventory."""
    code = (
        "import django, json, sys; django.setup()\n"
        "from terpadu.governance.models import Application\n"
        "for member, name in json.load(sys.stdin):\n"
        "    Application.objects.create(member=member, code=name, name=name, function='uji', stage='dipakai')\n"
    )
    names = {"TERPADU_PORTAL": str(portal.file), "DJANGO_SETTINGS_MODULE": "terpadu.portal.config"}
    subprocess.run([sys.executable, "-c", code], input=json.dumps(entries), text=True, check=True, timeout=60, cwd=ROOT,
                   env={**os.environ, **names})  # fmt: skip


class People:
    """Browsers of people who have signed on, each with a context of its own."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self._browser, self._portal, self._count = browser, portal, 0
        self.pages: dict[str, Page] = {}

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]

    def come(self, name: str, *offices: tuple[str, str]) -> None:
        """Somebody new, with mandates for these offices."""
        self._count += 1
        context = self._browser.new_context(locale="id-ID", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        sign_on(page, self._portal.file, self._portal.address, nik=f"99010152048691{self._count:02}", name=name.upper(),
                assurance=2, offices=[list(one) for one in offices])  # fmt: skip
        self.pages[name] = page

    def open(self, name: str, path: str) -> Page:
        """Let somebody open a page."""
        page = self.pages[name]
        page.goto(f"{self._portal.address}{path}")
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@contextmanager
def old_system(answer: dict[str, Any]) -> Iterator[int]:
    """A system that answers every POST with this JSON; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            raw = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Node:
    """One member's node: its keys are made first, it runs once its certificate came."""

    def __init__(self, folder: Path, name: str, registry: int) -> None:
        self.folder, self.name, self._registry = folder, name, registry
        self.peers, self.door = free_port(), free_port()
        command("node", "init", folder, "--id", name, "--host", "127.0.0.1", "--port", self.peers)

    def settings(self, callers: list[str], connectors: str = "") -> None:
        """Write its settings; `connectors` is the connector.toml of an old system."""
        if connectors:
            (self.folder / "connector.toml").write_text(connectors)
        line = 'connectors = "connector.toml"' if connectors else ""
        text = SETTINGS.format(peers=self.peers, door=self.door, registry=self._registry, connectors=line,
                               callers=", ".join(f'"{one}"' for one in callers))  # fmt: skip
        (self.folder / "simpul.toml").write_text(text)

    def ask(self, consumer: str, service: str, purpose: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """A call at this node's door: status and JSON."""
        head = {"X-Road-Client": consumer, "Terpadu-Purpose": purpose, "Content-Type": "application/json"}
        where = f"http://127.0.0.1:{self.door}/r1/{service}/"
        sent = urllib.request.Request(where, json.dumps(body).encode(), head)
        try:
            with urllib.request.urlopen(sent, timeout=20) as reply:  # noqa: S310
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, {"code": refused.headers.get("terpadu-error", ""), "body": refused.read().decode()}

    def becomes(self, wanted: int | str, *question: Any) -> float:
        """Ask until the status or the code of the refusal is this one; the seconds that it took. Fails after a minute."""
        began = time.monotonic()
        while True:
            status, told = self.ask(*question)
            if wanted in (status, told.get("code")):
                return time.monotonic() - began
            assert time.monotonic() - began < LONGEST, (status, told)
            time.sleep(0.2)


@contextmanager
def running(*words: object, ready: str, log: Path) -> Iterator[None]:
    """A command that goes on, from the line by which it says that it is ready."""
    line = [sys.executable, "-m", "terpadu", *map(str, words)]
    with log.open("wb") as file:
        process = subprocess.Popen(line, cwd=ROOT, stdout=file, stderr=file, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        end = time.monotonic() + 60
        while not re.search(ready, log.read_text()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
