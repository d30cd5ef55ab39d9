"""One citizen with everything a portal can hold about her, and everybody who must not reach it.

`make_world` fills the test's database: each word that only she (or who she lets) may read carries `MARK` or her number.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from terpadu.cases import opening
from terpadu.cases.applying import uploads
from terpadu.cases.documents.codes import new_code
from terpadu.cases.documents.models import Document
from terpadu.cases.models import Case, Decision, Message, ProcessFile, Task
from terpadu.cases.payments.models import Bill, Payment
from terpadu.cases.states import State
from terpadu.identity.consent.models import Ask, Consent
from terpadu.identity.looks.models import Answer
from terpadu.identity.models import OfficeMandate, Person, PersonMandate, Recovery
from terpadu.pages import agencies as room
from terpadu.pages.agencies import Agencies
from terpadu.pages.sealed import index
from terpadu.services import offices
from terpadu.services.catalogue import catalogue
from tests.lib.authenticator import Passkey
from tests.lib.people import make_officer, make_person
from tests.unit.cases.conftest import service_toml
from tests.unit.cases.processes import process
from tests.unit.services.shelf import CORRECTION

MARK = "KENARI"
"""Stands in every word that nobody else may read."""
NIK = "9901015403949917"
PORTAL, DUKCAPIL, POLRI = "ID/GOV/CONTOH/PORTAL", "ID/GOV/KEMENDAGRI/DUKCAPIL", "ID/GOV/POLRI/SKCK"
LOOK = "uji-bukti-1"
ROLES = (
    "visitor", "level1", "stranger", "owner", "officer", "other_officer", "head", "official", "holder", "former",
    "former_officer",
)  # fmt: skip
"""owner: whose all of it is. officer: of the office with the task. holder: acts for the owner; former: did, until today."""
_QUESTION = CORRECTION.replace('"koreksi"', '"tanya-data"')
_PROCESS = f"""
<laneSet id="l"><lane id="l1" name="{DUKCAPIL}"><flowNodeRef>periksa</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<manualTask id="periksa" name="Memeriksa"><extensionElements>
<t:shows fact="keluarga.nomor" id="Nomor KK" en="Card"/>
<t:decides id="Pencatatan" en="Record" rule="UU 24/2013 pasal 32" examiner="{POLRI}" superior="{POLRI}"/>
<t:term days="2"/></extensionElements></manualTask>
<serviceTask id="akta"/>
<endEvent id="selesai"/>
mulai -> periksa
periksa -> akta
akta -> selesai
"""


class World(NamedTuple):
    """People by role (no visitor), and the values of parameters in addresses: `{"reference": …}`."""

    people: dict[str, Person]
    values: dict[str, str]

    def browser(self, role: str, **more: Any) -> Client:
        """The browser of somebody in this role, with a fresh proof by passkey."""
        client = Client(headers={"Host": "localhost"}, **more)
        if role != "visitor":
            client.force_login(self.people[role])
            session = client.session
            proof = {"method": "mfa", "type": "webauthn", "at": time.time(), "reauthenticated": True}
            session["account_authentication_methods"] = [proof]
            session["account_authentication_methods_user"] = str(self.people[role].pk)
            session.save()
        return client


def agreement(service: str, purpose: str, *fields: str) -> dict[str, Any]:
    """What the portal's node says that it may ask."""
    purposes = [{"id": purpose, "title": "Uji", "basis": "UU 24/2013"}]
    names = {"office": "Kemendagri", "system": "Dukcapil", "title": "Uji"}
    return {"service": service, "purposes": purposes, "fields": list(fields), "agreement": "A/1", "keep": 1, **names}


AGREEMENTS = [agreement(f"{DUKCAPIL}/getAccesses", "akses"), agreement(f"{DUKCAPIL}/keluarga", "uji", "no_kk")]
"""All that the portal of these tests may ask."""


def write_services(folder: Path) -> None:
    """The catalogue: a service with a process, one for corrections, one for questions."""
    for name, text in (("uji", service_toml("akta")), ("koreksi", CORRECTION), ("tanya-data", _QUESTION)):
        (folder / name).mkdir(parents=True)
        (folder / name / "service.toml").write_text(text, encoding="utf-8")
    (folder / "uji" / "process.bpmn").write_text(process(_PROCESS), encoding="utf-8")


def forget_agencies() -> None:
    """End this process' way to agencies and what it heard of them, so that the next test makes its own."""
    offices._names = offices._Names()  # a node that was found silent is left alone for a while
    if room.agencies.cache_info().currsize:
        room.agencies().close()
        room.agencies.cache_clear()


@contextmanager
def put_up(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of two services, files under `folder`, and offices that say nothing but what the portal may ask."""
    write_services(folder / "layanan")

    async def silent(*_: Any) -> Any:
        return msgspec.convert({"value": {"looks": []}, "number": "n", "released": 0, "held": 0}, room.Told)

    async def evidence(_: Agencies, number: str) -> str:
        return f"{MARK} {number}"

    patch.setattr(settings, "HOME", folder)
    patch.setattr(settings, "PORTAL", msgspec.structs.replace(
        settings.PORTAL, services=str(folder / "layanan"), subsystem=PORTAL, wait=5.0, registries=()))  # fmt: skip
    patch.setattr(Agencies, "agreements", lambda self: AGREEMENTS)
    patch.setattr(Agencies, "put", silent)
    patch.setattr(Agencies, "_evidence", evidence)
    catalogue.cache_clear()
    forget_agencies()
    yield
    catalogue.cache_clear()
    forget_agencies()


def make_world() -> World:
    """Everybody and everything."""
    passkey = Passkey()
    owner = make_person(passkey, nik=NIK, name=f"{MARK} RAHASIA", email=f"{MARK.lower()}@contoh.example")
    people = {"owner": owner, "level1": make_person(nik="", assurance=1), "stranger": make_person()}
    offices = {"officer": (DUKCAPIL, "petugas"), "other_officer": (POLRI, "petugas"), "head": (POLRI, "pimpinan"),
               "official": (POLRI, "identitas")}  # fmt: skip
    people |= {role: make_person(offices=[office]) for role, office in offices.items()}
    people |= {role: make_person() for role in ("holder", "former", "former_officer")}
    make_officer(people["former_officer"], DUKCAPIL)
    OfficeMandate.objects.filter(holder=people["former_officer"]).update(revoked=timezone.now())
    case, draft = _case(owner), _draft(owner)
    values = {
        **case,
        **draft,
        **_account(owner, people),
        "service": "uji",
        "instansi": "51",
        "fact": "keluarga.nomor",
        "kind": "objection",
        **dict.fromkeys(("version", "node", "template", "agreement"), "0"),
        **dict.fromkeys(("member", "subsystem"), "ID/GOV/POLRI/SKCK"),
    }
    return World(people, values)


def _case(owner: Person) -> dict[str, str]:
    """A case that waits for an office, with all that may hang on one."""
    case = opening.start("uji", owner, {"nik": NIK})
    text = (Path(settings.PORTAL.services) / "uji" / "process.bpmn").read_text(encoding="utf-8")
    now, month = timezone.now(), timezone.now() + timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(state=State.WAITING_OFFICE, sent=now, complete=now, due=month)
    case.refresh_from_db()
    case.answers, case.about, case.facts = {"nama": f"{MARK} ISIAN"}, f"{MARK} ANAK", [_fact()]
    case.file, _ = ProcessFile.objects.get_or_create(digest="d" * 64, defaults={"text": text})
    case.save()
    task = Task.objects.create(case=case, step="periksa", token="1", office=DUKCAPIL, due=month)
    turn = Task.objects.create(case=case, step="periksa", token="2", kind=Task.Kind.MISSING, question=f"{MARK} TANYA",
                               question_from=DUKCAPIL)  # fmt: skip
    decision = Decision.objects.create(
        case=case, step="periksa", result="refused", title={"id": f"{MARK} PUTUSAN", "en": f"{MARK} RULING"},
        office=DUKCAPIL, reasons=[{"text": {"id": f"{MARK} ALASAN", "en": f"{MARK} REASON"}, "rule": ""}],
        objection_until=month, examiner=POLRI,
    )  # fmt: skip
    Message.objects.create(case=case, office=DUKCAPIL, author=owner, text=f"{MARK} PESAN")
    document = Document.objects.create(
        case=case, output="akta", code=new_code(), title={"id": "Akta", "en": "Record"}, holder=f"{MARK} ANAK",
        number=f"{MARK}-NOMOR", office="Dinas Dukcapil", file="JVBERi0=", digest="0" * 64, size=5,
    )  # fmt: skip
    Bill.objects.create(case=case, code="820000000000001", amount=80000)
    Payment.objects.create(ntpn="KENARI0000000001", code="820000000000001", at="2026-11-24 09:00", bank="BANK KENARI")
    upload = uploads.keep(case, "foto", SimpleUploadedFile("x.jpg", b"\xff\xd8\xffKENARI", "image/jpeg"))
    return {"reference": case.reference, "task": str(task.pk), "turn": str(turn.pk), "decision": str(decision.pk),
            "code": document.code, "number": "uji-fakta-1", "case_upload": str(upload.pk)}  # fmt: skip


def _fact() -> dict[str, Any]:
    return {"name": "keluarga.nomor", "value": f"{MARK}-KK", "source": f"{DUKCAPIL}/keluarga",
            "fetched": int(time.time() * 1000), "number": "uji-fakta-1"}  # fmt: skip


def _draft(owner: Person) -> dict[str, str]:
    draft = opening.start("uji", owner, {"nik": NIK})
    draft.about, draft.facts, draft.answers = f"{MARK} DRAF", [_fact()], {"nama": f"{MARK} DRAF"}
    draft.save()
    upload = uploads.keep(draft, "rapor", SimpleUploadedFile("x.jpg", b"\xff\xd8\xffKENARI", "image/jpeg"))
    return {"draft": draft.reference, "upload": str(upload.pk)}


def _account(owner: Person, people: dict[str, Person]) -> dict[str, str]:
    """What belongs to her account: consents, looks, mandates, a session, a passkey, a recovery."""
    year = timezone.now() + timedelta(days=365)
    given = {"kind": PersonMandate.Kind.GIVEN, "given_by": owner, "subject": owner, "subject_nik": NIK, "until": year,
             "subject_index": index(NIK), "subject_name": "PEMBERI KUASA", "services": ["*"]}  # fmt: skip
    mandate = PersonMandate.objects.create(holder=people["holder"], **given)
    PersonMandate.objects.create(holder=people["former"], revoked=timezone.now(), **given)
    office = OfficeMandate.objects.create(
        office=POLRI, role="petugas", holder=owner, given_by=people["head"], until=year
    )
    asked = [
        Ask.objects.create(person=owner, purpose="uji", recipient=PORTAL, fields=["no_kk"], until=year, back="/urusan/")
        for _ in range(2)
    ]
    Consent.objects.create(ask=asked[0], name="n" * 43 + "=", receipt="S0VOQVJJ")
    Answer.objects.create(person=owner, service=f"{DUKCAPIL}/getAccesses", tried=timezone.now(), answered=timezone.now(),
                          looks=[_look()])  # fmt: skip
    session = UserSession.objects.create(user=owner, session_key="k" * 32, ip="127.0.0.1", user_agent="Kenari")
    recovery = Recovery.objects.create(
        person=owner, address="baru@contoh.example", opened_by=people["head"], opened_office=POLRI, ends=year,
        cancel_code="c" * 64,
    )  # fmt: skip
    return {
        "mandate": str(mandate.pk), "office_mandate": str(office.pk), "consent": str(asked[0].pk), "ask": str(asked[1].pk),
        "session": str(session.pk), "recovery": str(recovery.pk), "look": LOOK,
        "key": str(Authenticator.objects.get(user=owner, type=Authenticator.Type.WEBAUTHN).pk),
    }  # fmt: skip


def _look() -> dict[str, Any]:
    return {
        "at": int(time.time() * 1000), "number": LOOK, "direction": "in", "consumer": PORTAL,
        "service": f"{DUKCAPIL}/keluarga", "agreement": "A/1", "purpose": "uji", "case": None, "rule": "A/1",
        "answered": True, "code": None, "status": 200, "office": f"{MARK} KANTOR", "system": "Portal", "question": "KK",
        "purpose_title": f"{MARK} TUJUAN", "basis": "UU", "fields": ["no_kk"],
    }  # fmt: skip
