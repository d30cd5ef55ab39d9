"""Is this installation fit to be a portal for real people? Each line: what was found, and what to do.

Nothing is changed but a row of the cache that is taken away again. What federation files say is read here without proof,
only to tell an operator what is missing; nodes prove it by themselves.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core import checks, mail
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from terpadu.cases import heartbeat
from terpadu.errors import TerpaduError
from terpadu.exchange.examination import Finding
from terpadu.pages.agencies import agencies
from terpadu.portal.keys import NAMES
from terpadu.services.catalogue import catalogue
from terpadu.signing.keys import public_text

SECONDS = 5.0
FRESH = timedelta(seconds=60)
"""How long the registry's newest statement counts; also the largest fault of a clock that other nodes bear."""
OLD = timedelta(days=365)
EXPECTED = frozenset(("security.W005", "security.W021"))
"""Of Django's own: HSTS for all subdomains and preloading are the domain owner's choice, not this program's."""
Look = Callable[[], Iterator[Finding]]


def examine(deploy: bool) -> list[Finding]:
    """Every examination; with `deploy` also what only production needs. A fault of one is a finding, never an end."""
    found: list[Finding] = []
    for subject, look in (*ALWAYS, *(DEPLOYED if deploy else ())):
        try:
            found += look()
        except Exception as error:  # whatever it is, it is a line
            said = error.sentence if isinstance(error, TerpaduError) else f"{type(error).__name__}: {error}"
            found.append(Finding(subject, "rusak", said, "Perbaiki yang disebut, lalu periksa lagi."))
    return found


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    if plan:
        yield Finding("basis data", "rusak", f"{len(plan)} perubahan belum dijalankan", "terpadu portal prepare FILE")
    if connection.vendor == "postgresql":
        yield Finding("basis data", "baik", "PostgreSQL, bentuknya mutakhir" if not plan else "PostgreSQL")
    else:
        yield Finding("basis data", "perhatian", "SQLite: satu mesin, satu penulis pada satu saat; untuk kantor kecil",
                      "Untuk lebih dari satu mesin isi `database` dengan postgresql://…")  # fmt: skip


def _services() -> Iterator[Finding]:
    count = len(catalogue().entries)
    word, step = ("baik", "") if count else ("rusak", "Isi `services` dengan map layanan; terpadu service check MAP")
    yield Finding("layanan", word, f"{count} layanan di katalog", step)  # type: ignore[arg-type]


def _keys() -> Iterator[Finding]:
    folder = settings.HOME / settings.PORTAL.keys
    loose = [
        path.name
        for path in (folder, *folder.iterdir())
        if path.stat().st_mode & 0o077 and path.suffix not in (".pub", ".crt")
    ]
    if loose:
        yield Finding("kunci", "rusak", f"terbaca orang lain: {', '.join(loose)}", f"chmod -R go= {folder}")
    newest = max(folder.glob("sign-on-*.pem"))
    age = datetime.now(UTC) - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    if age > OLD:
        yield Finding("kunci", "perhatian", f"kunci masuk berumur {age.days} hari", "terpadu portal rotate-keys FILE")
    if not loose and age <= OLD:
        yield Finding("kunci", "baik", f"{len(NAMES)} rahasia, kunci masuk berumur {age.days} hari")


def _certificate() -> Iterator[Finding]:
    found = x509.load_pem_x509_certificates(settings.KEYS.document[1].encode())[0]
    left = (found.not_valid_after_utc - datetime.now(UTC)).days
    if left < 30:
        yield Finding("tanda tangan dokumen", "rusak" if left < 0 else "perhatian", f"sertifikat berakhir dalam {left} hari",
                      "Ganti keys/document.pem dan document.crt")  # fmt: skip
    if found.issuer == found.subject:
        yield Finding("tanda tangan dokumen", "perhatian", "sertifikat sendiri, tidak tersertifikasi (PP 71/2019 pasal 60)",
                      "Minta sertifikat segel kepada PSrE yang diakui, misalnya BSrE")  # fmt: skip
    elif left >= 30:
        yield Finding("tanda tangan dokumen", "baik", f"diterbitkan {found.issuer.rfc4514_string()}, {left} hari lagi")


def _node() -> Iterator[Finding]:
    status, body = _get(settings.PORTAL.node, "/ready")
    if status != 200:
        why = ", ".join(json.loads(body).get("why", [])) if body.startswith(b"{") else f"status {status}"
        yield Finding("simpul", "rusak", f"belum siap: {why}", "terpadu doctor pada mesin simpul")
    count = len(agencies().agreements())
    step = "" if count else "Minta kesepakatan kepada instansi, lalu terbitkan federasi"
    yield Finding("simpul", "baik" if count else "rusak", f"menjawab; {count} kesepakatan", step)


def _address() -> Iterator[Finding]:
    if settings.SECURE:
        names = f"{settings.SESSION_COOKIE_NAME}, {settings.CSRF_COOKIE_NAME}"
        yield Finding("alamat", "baik", f"{settings.PORTAL.address}; kuki {names}")
    else:
        yield Finding("alamat", "rusak", f"{settings.PORTAL.address} tanpa TLS: kuki dan kode terbaca di jalan",
                      "Isi `address` dengan https://… dan pasang proksi TLS di depan")  # fmt: skip
    if settings.PORTAL.demonstration:
        yield Finding(
            "alamat", "rusak", "peragaan: surat terbuka bagi siapa saja", "Hapus `demonstration` dari portal.toml"
        )


def _django() -> Iterator[Finding]:
    told = [one for one in checks.run_checks(include_deployment_checks=True) if one.id not in EXPECTED]
    for one in told:
        word = "rusak" if one.level >= checks.ERROR else "perhatian"
        yield Finding("Django", word, f"{one.msg} ({one.id})", one.hint or "")  # type: ignore[arg-type]
    if not told:
        yield Finding("Django", "baik", "pemeriksaan penempatannya bersih")


def _cache() -> Iterator[Finding]:
    mark = str(time.time())
    cache.set("portal.checking", mark, 30)
    same = cache.get("portal.checking") == mark
    cache.delete("portal.checking")
    if not same:
        yield Finding("tembolok", "rusak", "tidak menyimpan", "Periksa `cache`, atau terpadu portal prepare FILE")
    elif settings.PORTAL.cache:
        yield Finding("tembolok", "baik", "Redis")
    else:
        yield Finding("tembolok", "perhatian", "di basis data: benar, tetapi tiap hitungan menulis ke sana",
                      "Isi `cache` dengan redis://… bila ramai")  # fmt: skip


def _mail() -> Iterator[Finding]:
    if not settings.PORTAL.mail:
        yield Finding(
            "surel", "rusak", "surat hanya dicetak; tidak ada yang menerimanya", "Isi `mail` dengan host:port"
        )
        return
    with mail.get_connection():
        yield Finding("surel", "baik", f"{settings.PORTAL.mail} menerima sambungan")
    if settings.DEFAULT_FROM_EMAIL.endswith("localhost"):
        yield Finding(
            "surel", "rusak", f"pengirimnya {settings.DEFAULT_FROM_EMAIL}", "Isi `mail_from` dengan alamat sendiri"
        )


def _worker() -> Iterator[Finding]:
    seen = heartbeat.last()
    if seen is None or timezone.now() - seen > 3 * heartbeat.EVERY:
        since = f"terakhir terlihat {timezone.localtime(seen):%d-%m-%Y %H.%M}" if seen else "belum pernah terlihat"
        yield Finding("pekerja", "rusak", since, "terpadu portal work FILE, sebagai layanan sendiri")
    else:
        yield Finding("pekerja", "baik", "hidup")


def _registries() -> Iterator[Finding]:
    if not settings.PORTAL.registries:
        yield Finding("registri", "rusak", "tidak ada yang disebut: penarikan izin tidak sampai ke instansi",
                      "Isi `registries` dengan alamat registri federasi")  # fmt: skip
    for where in settings.PORTAL.registries:
        yield from _registry(where)


def _registry(where: str) -> Iterator[Finding]:
    try:
        meta = _json(where, "/metadata/timestamp.json")
        made = datetime.fromisoformat(meta["expires"]) - FRESH
        off = datetime.now(UTC) - made
        if not -FRESH <= off <= 2 * FRESH:
            yield Finding("jam", "rusak", f"{off.total_seconds():.0f} s dari pernyataan registri", "Samakan jam (NTP)")
        else:
            yield Finding("jam", "baik", f"sesuai registri {where}")
        listed = public_text(settings.KEYS.consent) in _register(where, meta)
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        yield Finding(
            "registri", "rusak", f"{where} tidak menjawab ({type(error).__name__})", "Periksa alamat dan jaringan"
        )
        return
    step = "terpadu federation: daftarkan keys/consent.pub sebagai penanda tangan izin"
    word = "terdaftar" if listed else "tidak terdaftar"
    said = f"kunci izin {settings.PORTAL.consent_signer or '(tanpa nama)'} {word} di {where}"
    good = listed and bool(settings.PORTAL.consent_signer)
    yield Finding("registri", "baik" if good else "rusak", said, "" if good else step)


def _register(where: str, timestamp: dict[str, Any]) -> str:
    """The register of keys as this registry serves it now."""
    snapshot = _json(where, f"/metadata/{timestamp['meta']['snapshot.json']['version']}.snapshot.json")
    targets = _json(where, f"/metadata/{snapshot['meta']['targets.json']['version']}.targets.json")
    digest = targets["targets"]["registry/entries"]["hashes"]["sha256"]
    status, body = _get(where, f"/targets/registry/{digest}.entries")
    return body.decode("ascii", "replace") if status == 200 else ""


def _json(where: str, path: str) -> dict[str, Any]:
    status, body = _get(where, path)
    if status != 200:
        raise OSError(f"status {status}")
    found: dict[str, Any] = json.loads(body)["signed"]
    return found


def _get(where: str, path: str) -> tuple[int, bytes]:
    """One GET of at most 8 MB. Raises `OSError`."""
    parts = urlsplit(where)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    asked = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        asked.request("GET", f"{parts.path.rstrip('/')}{path}")
        reply = asked.getresponse()
        return reply.status, reply.read(8 << 20)
    finally:
        asked.close()


ALWAYS: tuple[tuple[str, Look], ...] = (
    ("basis data", _database), ("layanan", _services), ("kunci", _keys), ("tanda tangan dokumen", _certificate),
    ("simpul", _node),
)  # fmt: skip
DEPLOYED: tuple[tuple[str, Look], ...] = (
    ("alamat", _address), ("Django", _django), ("tembolok", _cache), ("surel", _mail), ("pekerja", _worker),
    ("registri", _registries),
)  # fmt: skip
