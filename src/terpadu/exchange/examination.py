"""What `terpadu doctor` looks at, from outside the node's process: each examination gives findings with what to do.

Nothing is changed: no key used, no lock taken, no old system asked for anything that has an effect.
"""

from __future__ import annotations

import asyncio
import http.client
import shutil
import socket
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from cryptography import x509
from msgspec import Struct, json

from terpadu.clock import Clock
from terpadu.connectors import loading
from terpadu.errors import BadInput, TerpaduError
from terpadu.exchange.doors.alias import Alias
from terpadu.exchange.plan import Address, Plan
from terpadu.journal.reading import Reading
from terpadu.model.rights import Rights
from terpadu.policy.moments import tanggal
from terpadu.trust.fetch import Source
from terpadu.trust.keys import DAY, WARN_AT, Due, NodeKeys, due, listed_name
from terpadu.trust.measure import RENEWED, measure
from terpadu.trust.verify import Taken

TOLERANCE = 60_000
"""Milliseconds of a clock's fault beyond which peers refuse (protocol section 8)."""
Word = Literal["baik", "perhatian", "rusak"]
_USED = (("frame", "menandatangani pesan"), ("tls", "sambungan ke simpul lain"), ("witness", "menjadi saksi"))


class Finding(NamedTuple):
    """A line of the table. `step` says what to do; empty where nothing is."""

    subject: str
    word: Word
    found: str
    step: str = ""


class Patient(Struct, frozen=True):
    """All that the examinations look at."""

    plan: Plan
    keys: NodeKeys
    taken: Taken
    rights: Rights
    reading: Reading | None
    clock: Clock


Examination = Callable[[Patient], Awaitable[list[Finding]]]


async def examine(patient: Patient) -> list[Finding]:
    """Every examination, in the table's order. A fault of one is a finding, never an end."""
    found: list[Finding] = []
    for subject, look in EXAMINATIONS:
        try:
            found += await look(patient)
        except (TerpaduError, OSError, ValueError) as error:
            found.append(Finding(subject, "rusak", str(error), "Perbaiki yang disebut, lalu periksa lagi."))
    return found


async def _clock(patient: Patient) -> list[Finding]:
    root, said = patient.plan.root.read_bytes(), []
    for url in patient.plan.registries:
        measured = await asyncio.to_thread(measure, Source(url), root, patient.clock)
        if measured.behind is not None:
            return [_of_clock(measured.behind)]
        said.append(f"{url}: {measured.error}")
    why = "; ".join(said) or "tidak ada alamat penerbit"
    return [Finding("jam", "perhatian", f"Tidak dapat dibandingkan ({why}).", "Pastikan penerbit federasi terjangkau.")]


def _of_clock(behind: int) -> Finding:
    """A true statement is 0 to 20 s old when it is read; what is outside that is the clock's fault."""
    fault = behind if behind < 0 else max(0, behind - RENEWED)
    found = f"Selisih dengan pernyataan penerbit yang paling segar: {fault / 1000:.1f} s."
    if abs(fault) <= TOLERANCE // 4:
        return Finding("jam", "baik", found)
    step = "Sinkronkan jam (chrony atau systemd-timesyncd); jika jam sudah benar, penerbit tidak lagi menyegarkan."
    return Finding("jam", "perhatian" if abs(fault) <= TOLERANCE else "rusak", found, step)


async def _disk(patient: Patient) -> list[Finding]:
    free, limit = shutil.disk_usage(patient.plan.journal).free, patient.plan.free_bytes
    found = f"{_size(free)} kosong di cakram jurnal; di bawah {_size(limit)} simpul tidak lagi siap."
    step = "Kosongkan atau perbesar cakram; jurnal sendiri tidak boleh dipangkas."
    if free >= 4 * limit:
        return [Finding("cakram", "baik", found)]
    return [Finding("cakram", "perhatian" if free >= limit else "rusak", found, step)]


async def _keys(patient: Patient) -> list[Finding]:
    keys, rights, now = patient.keys, patient.rights, patient.clock()
    found = []
    for use, what in _USED:
        try:
            _, entry = keys.current(use, rights, now)  # type: ignore[arg-type]
            found.append(Finding(f"kunci {use}", "baik", f"Berlaku sampai sebelum {tanggal(entry.until)}."))
        except BadInput:
            step = f"Jalankan `terpadu node renew`, lalu mintalah penerbit mendaftarkan kunci {use} itu."
            found.append(
                Finding(f"kunci {use}", "rusak", f"Tidak ada kunci terdaftar yang berlaku untuk {what}.", step)
            )
    ending = {f"kunci {one.use}": _of_due(one) for one in due(keys, rights, now)}
    return [ending.pop(one.subject, one) if one.word == "baik" else one for one in found] + list(ending.values())


def _of_due(ending: Due) -> Finding:
    found = (
        f"{ending.name} berakhir {tanggal(ending.until)} ({ending.days} hari lagi), dan penggantinya belum terdaftar."
    )
    step = (
        f"Jalankan `terpadu node renew` untuk {ending.use} sekarang; kunci baru harus terdaftar 24 jam sebelum dipakai."
    )
    return Finding(f"kunci {ending.use}", _urgency(ending.days), found, step)


def _urgency(days: int) -> Word:
    """Within 30 and 14 days a warning, within 7 it counts as broken: renewing takes the registry's office days."""
    return "perhatian" if days > WARN_AT[-1] else "rusak"


async def _certificate(patient: Patient) -> list[Finding]:
    own, _ = patient.keys.current("tls", patient.rights, patient.clock())
    path = patient.keys.certificate(own.generation)
    until = int(x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.timestamp() * 1000)
    days = (until - patient.clock()) // DAY
    found = f"{path.name} berlaku sampai {tanggal(until)}."
    if days > WARN_AT[0]:
        return [Finding("sertifikat", "baik", found)]
    return [Finding("sertifikat", _urgency(days), found, "Perbarui kunci tls dan mintalah sertifikat baru.")]


async def _federation(patient: Patient) -> list[Finding]:
    taken, now = patient.taken, patient.clock()
    numbers = (
        f"keanggotaan {taken.federation.number}, pencabutan {taken.revocations.number}, kesegaran {taken.freshness}"
    )
    found = f"Nomor {numbers}; diambil {tanggal(taken.at)}, berlaku sampai {tanggal(taken.federation.expires)}."
    step = "Periksa apakah penerbit atau simpul lain terjangkau, dan apakah simpul berjalan."
    if now >= taken.federation.expires:
        return [Finding("federasi", "rusak", f"Kedaluwarsa. {found}", step)]
    if now >= taken.fresh_until:
        return [Finding("federasi", "perhatian", f"Tidak segar: yang terakhir baik yang dipakai. {found}", step)]
    return [Finding("federasi", "baik", found)]


async def _journal(patient: Patient) -> list[Finding]:
    if patient.reading is None:
        return [Finding("jurnal", "perhatian", "Belum ada jurnal.", "Jalankan simpul sekali.")]
    report = await asyncio.to_thread(patient.reading.check_tail)
    found = f"{report.origin}: {report.records} catatan."
    if report.problems:
        step = "Jangan hapus apa pun; pulihkan dari cermin, atau akhiri jurnal ini dengan `terpadu journal give-up`."
        return [Finding("jurnal", "rusak", f"{found} {report.problems[0]}", step)]
    return [Finding("jurnal", "baik", found), *_next_key(patient, report.origin)]


def _next_key(patient: Patient, origin: str) -> list[Finding]:
    """A journal that is lost goes on under the next generation's key: it must be listed beforehand."""
    generation = int(origin.rpartition("/")[2]) + 1
    try:
        name = listed_name(patient.keys.node, "journal", generation)
        patient.keys.current("journal", patient.rights, patient.clock(), name)
    except BadInput:
        found = f"Kunci generasi {generation} belum terdaftar: bila jurnal hilang, simpul tidak dapat melanjutkan."
        step = "Jalankan `terpadu node renew` untuk journal, lalu mintalah penerbit mendaftarkan kunci itu."
        return [Finding("jurnal", "perhatian", found, step)]
    return []


async def _ports(patient: Patient) -> list[Finding]:
    """Who listens may be the node; where nobody does, the place must be free to listen on."""
    plan, found = patient.plan, []
    for subject, address in (("pintu simpul", plan.peers), ("pintu sistem", plan.door)):
        found.append(await asyncio.to_thread(_port, subject, address))
    if found[1].word == "baik" and plan.door_certificate is None and plan.door.port:
        found += await asyncio.to_thread(_ready, plan.door)
    return found


def _port(subject: str, address: Address) -> Finding:
    where = f"{address.host}:{address.port}"
    try:
        socket.create_connection((address.host, address.port), 3).close()
        return Finding(subject, "baik", f"{where} menjawab.")
    except OSError:
        pass
    step = "Beri simpul alamat milik mesin ini dan port yang bebas, atau jalankan dengan hak yang cukup."
    try:
        with socket.create_server((address.host, address.port)):
            return Finding(
                subject, "perhatian", f"{where} bebas: simpul tidak berjalan.", "Jalankan `terpadu node run`."
            )
    except OSError as error:
        return Finding(subject, "rusak", f"{where} tidak dapat dipakai: {error.strerror}.", step)


def _ready(door: Address) -> list[Finding]:
    connection = http.client.HTTPConnection(door.host, door.port, timeout=5)
    try:
        connection.request("GET", "/ready")
        why = json.decode(connection.getresponse().read())["why"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return [
            Finding(
                "siap", "rusak", "Yang mendengar di pintu sistem bukan simpul ini.", "Periksa siapa yang memakainya."
            )
        ]
    finally:
        connection.close()
    return [
        Finding("siap", "rusak", str(one), "Atasi sebab ini; simpul menolak panggilan selama itu.") for one in why
    ] or [Finding("siap", "baik", "Simpul mengatakan dirinya siap.")]


async def _aliases(patient: Patient) -> list[Finding]:
    """Whoever calls at an alias can't say what it means: whether an agreement lets it through shows here first."""
    return [_of_alias(path.decode(), one, patient) for path, one in patient.plan.aliases.items()]


def _of_alias(path: str, alias: Alias, patient: Patient) -> Finding:
    asked, now = (alias.client, alias.service), patient.clock()
    meant = f"{alias.client} ke {alias.service}, tujuan {alias.purpose}"
    for one in patient.rights.federation.agreements:
        if (one.consumer, one.service) == asked and alias.purpose in one.purposes and one.since <= now < one.until:
            return Finding(f"alamat {path}", "baik", f"{meant}: kesepakatan {one.name}.")
    step = "Ajukan kesepakatannya kepada instansi penyedia, atau betulkan [alias] di setelan."
    return Finding(f"alamat {path}", "rusak", f"{meant}: tidak ada kesepakatan yang berlaku.", step)


async def _systems(patient: Patient) -> list[Finding]:
    plan = patient.plan
    if plan.connectors is None:
        return []
    connectors = loading.load(plan.connectors, plan.secrets, patient.clock)
    try:
        return [_of_system(*one) for one in await connectors.check()]
    finally:
        await connectors.close()


def _of_system(name: str, code: str, sentence: str) -> Finding:
    if not code:
        return Finding(f"sistem {name}", "baik", sentence)
    return Finding(
        f"sistem {name}", "rusak", f"{code}: {sentence}", "Hubungi pengelola sistem itu, atau betulkan connector.toml."
    )


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


EXAMINATIONS: tuple[tuple[str, Examination], ...] = (
    ("jam", _clock),
    ("cakram", _disk),
    ("kunci", _keys),
    ("sertifikat", _certificate),
    ("federasi", _federation),
    ("jurnal", _journal),
    ("pintu", _ports),
    ("alamat", _aliases),
    ("sistem", _systems),
)
