"""A system's OpenAPI document (3.0 or 3.1), so far as it can check a request's parameters and body, and an answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from terpadu.connectors.errors import failed
from terpadu.connectors.mapping import is_json, strict
from terpadu.connectors.parameters import Parameters
from terpadu.connectors.schema import Schema
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def read_document(file: Path) -> dict[str, Any]:
    """An OpenAPI document in JSON or YAML. Raises BadInput."""
    try:
        text = file.read_text(encoding="utf-8")
        tree = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        why = type(error).__name__
        raise BadInput(f"Expected an OpenAPI document in {file.name}, could not read one: {why}.") from error
    if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3.") or not tree.get("paths"):
        raise BadInput(f"Expected an OpenAPI 3 document with paths in {file.name}, got something else.")
    return tree


class OpenApi:
    """The operations of a document, found by method and path."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._operations = [
            (method.upper(), re.compile(_pattern(path)), Operation(document, path, item, item[method]))
            for path, item in document["paths"].items()
            for method in METHODS & item.keys()
        ]
        self._operations.sort(key=lambda known: known[1].groups)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation, those without path parameters first."""
        return next((op for verb, form, op in self._operations if verb == method and form.fullmatch(path)), None)


class Operation:
    """What one operation takes and gives. Only JSON is checked; what the document doesn't describe is a fault."""

    def __init__(self, document: dict[str, Any], path: str, item: dict[str, Any], operation: dict[str, Any]) -> None:
        self._path, self._names = re.compile(_pattern(path)), re.findall(r"\{([^}]*)\}", path)
        self._parameters = Parameters(
            (_resolved(document, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))),
            lambda part: _resolved(document, part),
            lambda schema: Schema(_rooted(document, schema)),
        )
        body = _resolved(document, operation.get("requestBody", {}))
        self._needs_body = bool(body.get("required"))
        self._body = _json_schema(document, body)
        responses = operation.get("responses", {})
        self._answers = {str(code): _json_schema(document, _resolved(document, one)) for code, one in responses.items()}

    def check_request(self, admitted: Admitted) -> None:
        """A caller's own request. Raises Refused("content")."""
        path, _, query = admitted.path.partition("?")
        found = self._path.fullmatch(path)
        inside = dict(zip(self._names, found.groups(), strict=True)) if found else {}
        fault = self._parameters.fault(query, inside, admitted.headers)
        if fault:
            raise _unfit(fault)
        if admitted.body and is_json(admitted.headers):
            self.check_body(admitted.body)
        elif self._needs_body and admitted.large is None and not admitted.body:
            raise _unfit("it has no body")

    def check_body(self, body: bytes) -> None:
        """A JSON body. Raises Refused("content")."""
        fault = self._body.fault(strict(body)) if self._body is not None else ""
        if fault:
            raise _unfit(f"in its body {fault}")

    def check_answer(self, status: int, tree: Any, system: str) -> None:
        """An answer. Raises Refused("upstream-garbage")."""
        known = [key for key in (str(status), f"{status // 100}XX", "default") if key in self._answers]
        if not known:
            raise failed("upstream-garbage", system, f"its OpenAPI document knows no answer {status}")
        form = self._answers[known[0]]
        fault = form.fault(tree) if form is not None else ""
        if fault:
            raise failed("upstream-garbage", system, f"against its OpenAPI document, in the answer {fault}")


def _unfit(what: str) -> Refused:
    return Refused("content", f"Expected a request that fits the system's OpenAPI document, but {what}; correct it.")


def _pattern(path: str) -> str:
    return "".join("([^/]+)" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", path))


def _resolved(document: dict[str, Any], part: dict[str, Any], deepest: int = 16) -> dict[str, Any]:
    """The part that a reference means, through references to references."""
    reference = part.get("$ref")
    if reference is None:
        return part
    found: Any = document if deepest else None
    for piece in str(reference).removeprefix("#/").split("/"):
        found = found.get(piece.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise BadInput(f"Expected {reference} to stand in the OpenAPI document itself, found nothing there.")
    return _resolved(document, found, deepest - 1)


def _json_schema(document: dict[str, Any], part: dict[str, Any]) -> Schema | None:
    for kind, content in part.get("content", {}).items():
        if is_json(((b"content-type", kind.encode()),)) and "schema" in content:
            return Schema(_rooted(document, content["schema"]))
    return None


def _rooted(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the document's components beside it, so that its references find them."""
    old = str(document["openapi"]).startswith("3.0")
    rooted = {"allOf": [schema], "components": {"schemas": document.get("components", {}).get("schemas", {})}}
    return _modern(rooted) if old else rooted


def _modern(schema: Any) -> Any:
    """OpenAPI 3.0's own words in JSON Schema: `nullable`, and bounds that exclude by a flag."""
    if isinstance(schema, list):
        return [_modern(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: _modern(part) for key, part in schema.items()}
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if done.get(flag) is True:
            done[flag] = done.pop(bound)
        elif done.get(flag) is False:
            del done[flag]
    return {"anyOf": [done, {"type": "null"}]} if done.pop("nullable", False) is True else done
