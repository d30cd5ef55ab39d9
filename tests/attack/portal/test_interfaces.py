"""A28, A32: the interfaces that are for one caller alone keep their contract under any call (schemathesis), and tell nobody else.

`/api/pembayaran` is for the portal's own node, `/siapa-melihat/unduh.json` for the person whose looks they are. The public
catalogue is tried in tests/unit/services/test_api.py, the provider for other applications in tests/unit/identity/openid.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import schemathesis
from django.conf import settings as portal
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from terpadu.cases.payments import views
from terpadu.cases.payments.rules import Push
from terpadu.portal.wsgi import application
from tests.lib.portal_world import LOOK, MARK, World

CHECKS: list[Any] = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
          negative_data_rejection, unsupported_method]  # fmt: skip
TEXT = {"type": "string"}
_PLAIN = {"text/plain": {"schema": TEXT}}
_TOLD = {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["kode_billing_SIMPONI", "NTPN", "status"]}}
_LOOK_FIELDS = ("number", "at", "office", "owner", "purpose", "basis", "case", "fields", "refused")
_LOOKS = {
    "type": "object", "required": ["looks", "not_answered"],
    "properties": {
        "looks": {"type": "array", "items": {"type": "object", "required": list(_LOOK_FIELDS), "additionalProperties": False,
                                             "properties": {name: {} for name in _LOOK_FIELDS}}},
        "not_answered": {"type": "array", "items": {"type": "object", "required": ["office", "code"]}},
    },
}  # fmt: skip


def document() -> dict[str, Any]:
    """The contract of both, OpenAPI 3.1; the push's fields come from the struct that reads it."""
    _, components = msgspec.json.schema_components((Push,), ref_template="#/components/schemas/{name}")
    body = {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Push"}}
    pushed = {
        "security": [{"node": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "taken", "content": {"application/json": {"schema": _TOLD}}},
                      "400": {"description": "no push", "content": _PLAIN}, "401": {"description": "who?", "content": _PLAIN}},
    }  # fmt: skip
    listed = {
        "responses": {"200": {"description": "looks", "content": {"application/json": {"schema": _LOOKS}}},
                      "302": {"description": "sign on first", "content": {"text/html": {"schema": TEXT}}}},
    }  # fmt: skip
    return {
        "openapi": "3.1.0", "info": {"title": "Uji", "version": "1"}, "servers": [{"url": "http://localhost:8000"}],
        "paths": {"/api/pembayaran": {"post": pushed}, "/siapa-melihat/unduh.json": {"get": listed}},
        "components": {"schemas": components, "securitySchemes": {"node": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


schema = schemathesis.openapi.from_dict(document())
schema.app = application
given = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


@pytest.fixture
def owner(world: World) -> str:
    """Her session."""
    return str(world.browser("owner").cookies["sesi"].value)


def called(case: Any, session: str = "", token: str = "") -> None:
    """One call, against its contract; what it did to the database is undone. In a session a strange method already fails for
    want of the token against forged requests (403), before anybody says 405."""
    case.headers = {**(case.headers or {}), "Host": "localhost"}
    if session:
        case.headers["Cookie"] = f"sesi={session}"
    if token:
        case.headers["Authorization"] = f"Bearer {token}"
    with transaction.atomic():
        case.call_and_validate(checks=[one for one in CHECKS if not session or one is not unsupported_method])
        transaction.set_rollback(True)


@schema.include(path="/api/pembayaran").parametrize()
@given
def test_the_push_keeps_its_contract(case: Any, owner: str) -> None:
    called(case, token=portal.KEYS.payments)


@schema.include(path="/api/pembayaran").parametrize()
@given
def test_the_push_is_its_own_nodes_alone(case: Any, owner: str) -> None:
    """Without the token, with another, and in her session: 401, whatever else is in the call."""
    case.headers = {**(case.headers or {}), "Host": "localhost", "Cookie": f"sesi={owner}"}
    case.headers.pop("Authorization", None)
    with transaction.atomic():
        case.call_and_validate(checks=[not_a_server_error, status_code_conformance, ignored_auth])
        transaction.set_rollback(True)


@schema.include(path="/siapa-melihat/unduh.json").parametrize()
@given
def test_the_list_of_looks_keeps_its_contract(case: Any, owner: str) -> None:
    called(case, session=owner)


def test_the_list_of_looks_is_the_persons_own(world: World) -> None:
    mine = world.browser("owner").get("/siapa-melihat/unduh.json").json()
    assert [look["number"] for look in mine["looks"]] == [LOOK]
    for role in ("stranger", "officer", "holder", "former"):
        answer = world.browser(role).get("/siapa-melihat/unduh.json")
        assert answer.json()["looks"] == []
        assert MARK not in answer.content.decode()
    assert Client(headers={"Host": "localhost"}).get("/siapa-melihat/unduh.json").status_code == 302


def test_a_weakened_build_breaks_its_contract(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Without the check of the token, and with a reader that lets everything through, the same calls fail."""
    operation = schema["/api/pembayaran"]["POST"]

    def first(body: Any, **headers: str) -> None:
        case = operation.Case(body=body, media_type="application/json", headers={"Host": "localhost", **headers})
        case.call_and_validate(checks=[not_a_server_error, status_code_conformance, response_schema_conformance, ignored_auth])

    monkeypatch.setattr(views, "is_own_node", lambda request: True)
    with pytest.raises((FailureGroup, AssertionError)):
        first(_push(), Authorization="Bearer salah")
    monkeypatch.setattr(views, "receive", lambda pushed: {"bukan": "daftar"})
    with pytest.raises((FailureGroup, AssertionError)):
        first(_push())


def _push() -> list[dict[str, str]]:
    fields = ("usr_id_SIMPONI", "trx_id_SIMPONI", "NTB", "tgl_jam_pembayaran", "bank_persepsi", "channel_pembayaran", "tgl_buku")
    one = {name: "1" for name in fields} | {"kode_billing_SIMPONI": "820000000000001", "NTPN": "A1B2C3D4E5F60001"}
    return json.loads(json.dumps([one]))  # type: ignore[no-any-return]
