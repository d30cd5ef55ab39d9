"""A small real server that behaves as a node's door does: one effect for one key, stored answers, refusals with their code."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

Answer = Callable[[dict[str, Any]], Any] | dict[str, Any]


class No(Exception):
    """The system says no, with the exchange's code."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


class LittleNode:
    """What it answers by service; what came; what had effect."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.effects: list[tuple[str, str, dict[str, Any]]] = []
        self.asked: list[tuple[str, str]] = []
        self.stored: dict[str, tuple[bytes, Any, str]] = {}
        self.address = ""
        self.agreements: list[dict[str, Any]] = []
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._numbers = count(1)

    def answer(self, service: str, body: bytes, key: str) -> tuple[Any, str]:
        """The answer and its number; the stored one for a key that was there. Raises `No`."""
        self.asked.append((service, key))
        with self._locks[key] if key else nullcontext():
            if key in self.stored:
                first, told, number = self.stored[key]
                if first != body:
                    raise No(422, "idem-mismatch", "another content")
                return told, number
            if service not in self.answers:
                raise No(404, "unknown-service", "no such service")
            answer, question = self.answers[service], json.loads(body or b"null")
            told = answer(question) if callable(answer) else answer
            number = f"uji-{next(self._numbers)}"
            if key:
                self.effects.append((service, key, question))
                self.stored[key] = (body, told, number)
            return told, number


@contextmanager
def little_node() -> Iterator[LittleNode]:
    """One that runs until the end of the block."""
    node = LittleNode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                told, number = node.answer(
                    self.path.removeprefix("/r1/"), body, self.headers.get("Idempotency-Key", "")
                )
            except No as no:
                self._send(no.status, {"message": no.sentence}, {"terpadu-error": no.code, "x-road-request-id": "uji-tolak"})
            else:
                self._send(200, told, {"x-road-request-id": number, "data-released": "1/1"})

        def do_GET(self) -> None:
            if self.path == "/agreements":
                return self._send(200, {"agreement": node.agreements}, {})
            return self._send(200, {"evidence": self.path}, {})

        def _send(self, status: int, told: Any, headers: dict[str, str]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {
                **headers,
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    node.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
