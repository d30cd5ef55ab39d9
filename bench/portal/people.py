"""People of the bench, made inside a portal: accounts, sessions, a case each that was sent, a draft each that was not.

Run by `terpadu portal manage FILE shell -c`; prints one line a person as JSON.
"""

MAKE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from terpadu.cases import opening
from terpadu.identity.models import Person

for number, (nik, name, born) in enumerate(PEOPLE):
    person = Person(email=f"orang{number}@contoh.example", name=name, birth_date=born, assurance=2, last_login=timezone.now())
    person.set_nik(nik)
    person.set_unusable_password()
    person.save()
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store.create()
    own = {"nik": nik, "nama": name, "tanggal_lahir": born}
    sent = opening.start("skck", person, own)
    sent.answers = {"keperluan": "Berkas CPNS"}
    sent.subject = {**own, "nomor_permohonan": sent.reference, "nomor_perkara": sent.reference}
    sent.save()
    opening.send(sent)
    draft = opening.start("skck", person, own)
    print("ORANG", json.dumps({"session": store.session_key, "case": sent.reference, "draft": draft.reference, "nik": nik}))
"""
