"""A person with a passkey in software, and the browser of the test client that signs on with it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from terpadu.identity.models import Person
from terpadu.identity.proving import register
from terpadu.identity.signing_on import even
from tests.lib.authenticator import Passkey
from tests.lib.people import make_person
from tests.unit.identity.register import Register

AJAX = {"Accept": "application/json"}


class Browser(Client):
    """The test client with a software authenticator."""

    def options(self, path: str) -> dict[str, Any]:
        """Options of a ceremony, as the page's script finds them."""
        if path == "/masuk/kunci/":
            return dict(self.get(path, headers=AJAX).json()["request_options"])
        page = self.get(path).content.decode()
        found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page)
        assert found, page[:2000]
        data = json.loads(found[1])
        return dict(data.get("creation_options") or data["request_options"])

    def sign_on(self, passkey: Passkey, **lies: Any) -> Any:
        """Sign on with a passkey, honestly or not."""
        return self.give("/masuk/kunci/", passkey.used(self.options("/masuk/kunci/"), **lies))

    def prove_again(self, passkey: Passkey, **lies: Any) -> Any:
        """Before a dangerous change."""
        return self.give("/masuk/lagi/kunci/", passkey.used(self.options("/masuk/lagi/kunci/"), **lies))

    def give(self, path: str, credential: object, **more: Any) -> Any:
        return self.post(path, {"credential": json.dumps(credential), **more})

    @property
    def is_signed_on(self) -> bool:
        return self.get("/akun/").status_code == 200


def mailed_code() -> str:
    """The code of the newest letter."""
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers don't wait for their step, save where a test measures it."""
    monkeypatch.setattr(even, "STEP", 0.0)


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def passkey() -> Passkey:
    return Passkey()


@pytest.fixture
def person(passkey: Passkey) -> Person:
    return make_person(passkey)


@pytest.fixture
def dukcapil(monkeypatch: pytest.MonkeyPatch) -> Register:
    """The population register, as recorded."""
    found = Register()
    monkeypatch.setattr(register, "agencies", lambda: found)
    return found
