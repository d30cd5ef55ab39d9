"""What counts once counts once when many ask at the same time, on PostgreSQL, where it really happens at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.lib.postgres import own_database

_RACE = """
import json, sys, threading
import django; django.setup()
from datetime import date, timedelta
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
from tests.lib.people import make_person
from terpadu.errors import Refused
from terpadu.identity.mandates import giving
from terpadu.identity.models import Person, PersonMandate, Recovery
from terpadu.identity.proving import register, rules, seeing
from terpadu.identity.recovery import rules as recovery
from terpadu.identity.proving.register import Answer, Claim

def race(act, things):
    told, gate = [], threading.Barrier(len(things))
    def one(thing):
        gate.wait()
        try: told.append(str(act(thing)))
        except Refused as refused: told.append("refused:" + refused.code)
        finally: connections.close_all()
    threads = [threading.Thread(target=one, args=(thing,)) for thing in things]
    [each.start() for each in threads]; [each.join(60) for each in threads]
    return told

people = [make_person() for _ in range(8)]
giver = make_person()
_, code = giving.give(giver, ["skck"], timedelta(days=1))
accepted = race(lambda person: type(giving.accept(person, code)).__name__, people)

register.match = lambda said: Answer(True, "uji")
said = Claim(nik="9901010101018888", name="A", birth_date=date(2000, 1, 1))
rules.ratelimit.consume = lambda *a, **k: True
rules.notices.tell = lambda *a, **k: None
claims = race(lambda person: rules.claim(None, person, said).value, [make_person(nik="", assurance=1) for _ in range(8)])

officials = [make_person(offices=[("ID/GOV/A/B", "identitas")]) for _ in range(8)]
recovery.notices.tell = recovery.notices.send = lambda *a, **k: None
opened = race(lambda one: type(recovery.begin(one, giver.nik, "x@contoh.example")).__name__, officials)
held = Recovery.objects.get()
others = [one for one in officials if one.pk != held.opened_by_id]
confirmed = race(lambda one: str(recovery.confirm(one, held, giver.nik)), others)

code = seeing.show(people[0])
seen = race(lambda one: type(seeing.confirm(one, code)).__name__, officials)
print(json.dumps([sorted(each) for each in (accepted, claims, opened, confirmed, seen)]))
"""


def test_one_of_many_wins() -> None:
    with own_database() as address:
        more = {
            "TERPADU_PORTAL_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "terpadu.portal.config",
            "TERPADU_PORTAL": "/-",
        }
        done = subprocess.run(
            [sys.executable, "-c", _RACE],
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    accepted, claims, opened, confirmed, seen = json.loads(done.stdout)
    assert accepted == ["PersonMandate"] + ["refused:not-found"] * 7
    assert claims == ["official"] * 7 + ["proven"]
    assert opened == ["Recovery"] + ["refused:business-rule"] * 7
    assert confirmed == ["None"] + ["refused:business-rule"] * 6
    assert seen == ["Person"] + ["refused:not-found"] * 7
