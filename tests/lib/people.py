"""Invented people with accounts, for the tests of all rooms.

In the test's own database:      person = make_person(); client.force_login(person)
In a browser, at a real portal:  sign_on(page, portal.toml, address, nik="9901015204869001", name="…", assurance=2,
                                         offices=[("ID/GOV/KEMENDAGRI/DUKCAPIL", "petugas")])
                                 makes the person in that portal's database with a passkey, gives the browser a virtual
                                 authenticator that holds it, and signs on through the sign-on page.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.lib.authenticator import Passkey, b64

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

    from terpadu.identity.models import OfficeMandate, Person, PersonMandate

_number = itertools.count(1)
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def make_person(passkey: Passkey | None = None, **more: Any) -> Person:
    """A person with a proven address and NIK, and with `passkey` registered where one is given."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    from terpadu.identity.models import Person

    offices = more.pop("offices", ())
    number = next(_number)
    nik = more.pop("nik", f"990101010101{number:04}")
    values = {"email": f"orang{number}@contoh.example", "name": f"ORANG REKAAN {number}", "assurance": 2} | more
    person = Person(**values)
    if nik:
        person.set_nik(nik)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if passkey is not None:
        passkey.user = person.pk.hex.encode()
        WebAuthn.add(person, "Kunci uji", passkey.attested(b64(b"uji")))
        assert Authenticator.objects.filter(user=person).count() == 1
    for office, role in offices:
        make_officer(person, office, role)
    return person


def make_officer(person: Person, office: str, role: str = "petugas") -> OfficeMandate:
    """A mandate for an office that counts for a year: `pimpinan`, `petugas` or `identitas`."""
    from datetime import timedelta

    from django.utils import timezone

    from terpadu.identity.models import OfficeMandate

    until = timezone.now() + timedelta(days=365)
    return OfficeMandate.objects.create(office=office, role=role, holder=person, until=until)


def make_parent(person: Person, nik: str, name: str = "ANAK REKAAN") -> PersonMandate:
    """A parent's mandate for a child with this NIK, as the family card would give it."""
    from datetime import timedelta

    from django.utils import timezone

    from terpadu.identity.models import PersonMandate
    from terpadu.pages.sealed import index

    return PersonMandate.objects.create(
        kind=PersonMandate.Kind.PARENT, holder=person, subject_nik=nik, subject_index=index(nik), subject_name=name,
        services=["*"], receipt="uji", until=timezone.now() + timedelta(days=30),
    )  # fmt: skip


def virtual_authenticator(page: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator for this page (Chromium's DevTools protocol, domain WebAuthn)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, str(made["authenticatorId"])


def sign_on(page: Page, portal: Path, address: str, **person: Any) -> str:
    """A new person at the portal of this file, signed on in this page with a passkey; gives the id of the account."""
    passkey = Passkey(origin=address)
    made = _at(portal, person | {"passkey": [passkey.pkcs8(), b64(passkey.id)]})
    session, authenticator = virtual_authenticator(page)
    credential = {
        "credentialId": base64.b64encode(passkey.id).decode(), "isResidentCredential": True, "rpId": "localhost",
        "privateKey": passkey.pkcs8(), "userHandle": base64.b64encode(made.replace("-", "").encode()).decode(),
        "signCount": 1,
    }  # fmt: skip
    session.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": credential})
    page.goto(f"{address}/masuk/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)
    return made


def _at(portal: Path, person: dict[str, Any]) -> str:
    """Make the person in another portal's database, by a process with its settings."""
    settings = {"TERPADU_PORTAL": str(portal), "DJANGO_SETTINGS_MODULE": "terpadu.portal.config"}
    line = [sys.executable, "-m", "tests.lib.people"]
    text = json.dumps(person)
    done = subprocess.run(
        line, input=text, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _make() -> None:
    import django
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    from tests.lib.authenticator import unb64

    django.setup()
    wanted = json.load(sys.stdin)
    key, name = wanted.pop("passkey")
    loaded: Any = load_der_private_key(base64.b64decode(key), None)
    wanted.setdefault("email", f"{name[:12].lower().strip('-_')}@contoh.example")
    print(make_person(Passkey(key=loaded, id=unb64(name)), **wanted).pk)


if __name__ == "__main__":
    _make()
