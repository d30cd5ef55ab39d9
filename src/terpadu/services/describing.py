"""The OpenAPI 3.1 document of the catalogue's interface; schemas come from the structs that are sent."""

from __future__ import annotations

from typing import Any

import msgspec

from terpadu.services.published import Brief, Whole

LONGEST_QUESTION = 200
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def description(server: str) -> dict[str, Any]:
    """The document, for a portal at `server`."""
    (_, _), components = msgspec.json.schema_components((Brief, Whole), ref_template="#/components/schemas/{name}")
    lists = {
        "type": "object",
        "required": ["services"],
        "properties": {"services": {"type": "array", "items": _ref("Brief")}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Katalog layanan",
            "version": "1",
            "description": "The catalogue of services: what each needs, costs and gives. Public, read-only.",
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": {
            "/api/services": {"get": _get("All services, or those that fit a question.", lists, [_QUESTION], 400)},
            "/api/services/{service}": {"get": _get("One service with all its parts.", _ref("Whole"), [_SERVICE], 404)},
            "/api/services.jsonld": {
                "get": _get("The catalogue as CPSV-AP 3.2.", _GRAPH, kind="application/ld+json"),
            },
            "/api/openapi.json": {"get": _get("This document.", {"type": "object", "required": ["openapi"]})},
        },
        "components": {"schemas": {**components, "Problem": _PROBLEM}},
    }


_GRAPH = {
    "type": "object",
    "required": ["@context", "@graph"],
    "properties": {"@context": {"type": "object"}, "@graph": {"type": "array", "items": {"type": "object"}}},
}
_QUESTION = {
    "name": "q",
    "in": "query",
    "description": "Words, in Indonesian or English; affixes and typing errors are forgiven.",
    "schema": {"type": "string", "maxLength": LONGEST_QUESTION},
}
_SERVICE = {
    "name": "service",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,39}$"},
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _get(
    summary: str, schema: Any, parameters: list[Any] | None = None, failing: int = 0, kind: str = "application/json"
) -> dict[str, Any]:
    tag = {"ETag": {"schema": {"type": "string"}}}
    answers: dict[str, Any] = {
        "200": {"description": "OK", "headers": tag, "content": {kind: {"schema": schema}}},
        "304": {"description": "Not changed since the entity tag of `If-None-Match`."},
    }
    if failing:
        problem = {"application/problem+json": {"schema": _ref("Problem")}}
        answers[str(failing)] = {"description": "A problem, as RFC 9457 has it.", "content": problem}
    return {"summary": summary, "parameters": parameters or [], "responses": answers}
