"""An OpenAPI document (3.0 or 3.1), in JSON or YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from terpadu.errors import BadInput
from terpadu.registry.contracts.form import DEEPEST, MOST, Budget, Contract, Field, Input

METHODS = ("get", "put", "post", "delete", "head", "patch")
Tree = dict[str, Any]


def read(raw: bytes) -> Contract:
    """What it takes and gives. Raises `BadInput`."""
    document, budget = _tree(raw), Budget()
    fields: dict[str, Field] = {}
    inputs: dict[str, Input] = {}
    endpoints = []
    for path, method, item, operation in _operations(document):
        endpoints.append((method.upper(), path))
        for name, field in _answers(document, operation, budget):
            fields.setdefault(name, field)
        for name, given in _asked(document, item, operation, budget):
            inputs[f"{method.upper()} {path} {name}"] = given
    return Contract(fields=fields, inputs=inputs, endpoints=tuple(endpoints))


def _tree(raw: bytes) -> Tree:
    try:
        text = raw.decode()
        tree = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"Expected OpenAPI in JSON or YAML, could not read it: {type(error).__name__}.") from None
    if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3."):
        raise BadInput("Expected an OpenAPI 3 document; its first line says `openapi: 3.1.0` or the like.")
    return tree


def _yaml(text: str) -> Any:
    """Plain YAML: an alias can make a small file large."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
        raise BadInput("Expected YAML without aliases (`*name`), found one; write the part out, or use `$ref`.")
    return yaml.safe_load(text)


def _operations(document: Tree) -> Iterator[tuple[str, str, Tree, Tree]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield str(path), method, item, item[method]


def _answers(document: Tree, operation: Tree, budget: Budget) -> Iterator[tuple[str, Field]]:
    responses = operation.get("responses")
    for code, response in responses.items() if isinstance(responses, dict) else ():
        if str(code).startswith("2"):
            for schema in _json(document, response):
                yield from _fields(document, schema, "", 0, budget)


def _asked(document: Tree, item: Tree, operation: Tree, budget: Budget) -> Iterator[tuple[str, Input]]:
    for one in (*_list(item, "parameters"), *_list(operation, "parameters")):
        parameter = _resolved(document, one)
        kind = _type(_resolved(document, parameter.get("schema") or {}))
        yield str(parameter.get("name", "")), Input(kind, bool(parameter.get("required")))
    body = _resolved(document, operation.get("requestBody") or {})
    for schema in _json(document, body):
        whole = _resolved(document, schema)
        needed = set(_list(whole, "required"))
        for name, field in _fields(document, schema, "", 0, budget):
            yield name, Input(field.type, name.partition(".")[0] in needed and "." not in name)


def _json(document: Tree, part: Any) -> Iterator[Tree]:
    content = _resolved(document, part).get("content")
    for kind, one in content.items() if isinstance(content, dict) else ():
        if "json" in str(kind) and isinstance(one, dict) and isinstance(one.get("schema"), dict):
            yield one["schema"]


def _fields(document: Tree, schema: Any, before: str, depth: int, budget: Budget) -> Iterator[tuple[str, Field]]:
    """Every field below a schema, by its dotted path."""
    budget.spend()
    whole = _resolved(document, schema)
    if depth > DEEPEST:
        raise BadInput(
            f"Expected a description at most {DEEPEST} deep, {before[:80]} goes deeper; does it hold itself?"
        )
    for part in (*_list(whole, "allOf"), *_list(whole, "oneOf"), *_list(whole, "anyOf")):
        yield from _fields(document, part, before, depth + 1, budget)
    if isinstance(whole.get("items"), dict):
        yield from _fields(document, whole["items"], before, depth + 1, budget)
    properties = whole.get("properties")
    for number, (name, inner) in enumerate(properties.items() if isinstance(properties, dict) else ()):
        if number > MOST:
            return
        path = f"{before}.{name}" if before else str(name)
        below = list(_fields(document, inner, path, depth + 1, budget))
        yield from below or [(path, Field(_type(_resolved(document, inner))))]


def _type(schema: Tree) -> str:
    kind = schema.get("type", "any")
    words = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
    form = schema.get("format")
    return "/".join(map(str, words)) + (f" {form}" if form else "")


def _list(part: Tree, name: str) -> list[Any]:
    found = part.get(name)
    return found if isinstance(found, list) else []


def _resolved(document: Tree, part: Any, left: int = DEEPEST) -> Tree:
    """The part that a reference means; only references into the document itself."""
    if not isinstance(part, dict):
        return {}
    if "$ref" not in part:
        return part
    reference = str(part["$ref"])
    found: Any = document if left and reference.startswith("#/") else None
    for piece in reference.removeprefix("#/").split("/"):
        found = found.get(piece.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise BadInput(f"Expected {reference[:120]} to stand in the document itself, found nothing there.")
    return _resolved(document, found, left - 1)
