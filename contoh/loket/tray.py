"""The tray: tasks that came, what an officer decided about each, and telling it to who put the task."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contoh.alat import Refused, Values, needed, not_found

LOOPBACK = ("127.0.0.1", "localhost", "::1")
POST_OF_OFFICER = "Petugas loket pencatatan"
_SECONDS = 10


@dataclass
class Entry:
    """A task as it came, its verdict, and how the last telling of it went (empty: not yet)."""

    asked: Values
    verdict: Values | None = None
    told: str = ""

    def row(self) -> Values:
        shown = {name: value for name, value in self.asked.items() if name != "tiket"}
        return {**shown, "diputus": self.verdict is not None, "disampaikan": self.told}


class Tray:
    """One office's tasks, by their number."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._receiver = ""

    def register(self, body: Values) -> Values:
        """Where verdicts are told: an address on this machine."""
        url = needed(body, "url")
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
            raise Refused(422, "ALAMAT_DITOLAK", "url harus http://127.0.0.1:<port>/...")
        self._receiver = url
        return {"url": url}

    def take(self, body: Values) -> Values:
        """A task comes in. It is kept once for its number (contoh.alat.keyed_app)."""
        for name in ("tiket", "tugas", "putusan"):
            needed(body, name)
        self._entries[needed(body, "nomor")] = Entry(body)
        return {"status": "diterima"}

    def rows(self, body: Values) -> Values:
        """What lies in the tray, as an officer sees it."""
        return {"tugas": [entry.row() for entry in self._entries.values()]}

    def decide(self, body: Values) -> Values:
        """An officer decides, or tells the same again; another verdict about the same task is refused."""
        entry = self._entries.get(needed(body, "nomor"))
        if entry is None:
            raise not_found("Tugas")
        verdict = _verdict(entry.asked, body)
        if entry.verdict not in (None, verdict):
            raise Refused(409, "SUDAH_DIPUTUS", "Tugas ini sudah diputus berbeda")
        entry.verdict = verdict
        entry.told = _tell(self._receiver, verdict)
        return entry.row()


def _verdict(asked: Values, body: Values) -> Values:
    word, given = needed(body, "putusan"), body.get("alasan") or []
    allowed = asked["putusan"]
    if not isinstance(allowed, list) or word not in allowed or not isinstance(given, Sequence):
        raise Refused(422, "PUTUSAN_DITOLAK", f"putusan harus salah satu dari {allowed}")
    if word == "tolak" and not given:
        raise Refused(422, "ALASAN_KURANG", "penolakan perlu paling sedikit satu alasan")
    reasons = [{"nomor": number, "kalimat": str(text)} for number, text in enumerate(given, 1)]
    return {
        "nomor": asked["nomor"],
        "tiket": asked["tiket"],
        "putusan": word,
        "alasan": reasons,
        "isian": body.get("isian") or {},
        "petugas": POST_OF_OFFICER,
    }


def _tell(url: str, verdict: Values) -> str:
    """POST it; the receiver's own word, or why there is none. Redirects are not followed."""
    if not url:
        return "belum ada penerima"
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        link.request("POST", parts.path or "/", json.dumps(verdict), {"Content-Type": "application/json"})
        reply = link.getresponse()
        said = json.loads(reply.read(65536))
        return str(said.get("status") or said.get("message") or reply.status)
    except (OSError, ValueError, http.client.HTTPException):
        return "tidak sampai"
    finally:
        link.close()
