"""Before anything is measured: both sides answer, with the right body, and the evidence is there."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path

from bench import traffic
from bench.machine import Unfit
from terpadu.journal.stored import read_segment


def ask(port: int, path: str, headers: dict[str, str], body: str | None) -> tuple[int, bytes]:
    """One request, as the load will send it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST" if body is not None else "GET", path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def check_answers(name: str, port: int, service: str, headers: dict[str, str], cut: bool, times: int) -> None:
    """Status 200 and the old system's answer, without the field that the agreement withholds where `cut`."""
    whole = json.loads(traffic.answer())
    expected = {field: whole[field] for field in traffic.FIELDS} if cut else whole
    for person in range(times):
        status, body = ask(port, traffic.path(service), headers, traffic.question(person))
        if status != 200 or json.loads(body) != expected:
            raise Unfit(f"Expected {name} to answer 200 with {len(expected)} fields, got {status}: {body[:300]!r}")


def check_mutual_tls(port: int, authority: Path) -> None:
    """The second proxy speaks TLS 1.3 and refuses whoever shows no certificate, as a node does."""
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.connect()
        spoken = connection.sock.version()
        connection.request("GET", "/")
        status = connection.getresponse().status
    finally:
        connection.close()
    if (spoken, status) != ("TLSv1.3", 400):
        raise Unfit(f"Expected TLS 1.3 and a refusal from the second proxy, got {spoken} and status {status}.")


def messages(segments: Path) -> dict[str, int]:
    """Messages that a journal has recorded, by direction. Reads the files of a node that has stopped."""
    counted = {"in": 0, "out": 0}
    for segment in sorted(path for path in segments.glob("*") if path.name.isdigit()):
        for stored in read_segment(segment):
            if stored.record.direction is not None:
                counted[stored.record.direction] += stored.record.n or 0
    return counted


def check_evidence(asked: int, consumer: dict[str, int], provider: dict[str, int]) -> None:
    """Each exchange stands in both journals, its request and its reply. Raises `Unfit`."""
    counts = (consumer["out"], consumer["in"], provider["in"], provider["out"])
    if min(counts) < asked:
        raise Unfit(
            f"Expected {asked} requests and replies in both journals; the asking one holds {consumer}, "
            f"the answering ones {provider}."
        )
