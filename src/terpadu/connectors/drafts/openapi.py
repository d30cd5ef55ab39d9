"""From an OpenAPI 3 document: a question for each operation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from terpadu.connectors.drafts import sources, writing
from terpadu.errors import BadInput

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 12
MOST_PARTS = 20_000
"""References may unfold without end: a small document that is larger than this when written out is refused."""
NO_ANSWER = {"jawaban": "@"}
KEPT = (
    "type",
    "format",
    "pattern",
    "enum",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "items",
    "properties",
    "required",
)
Tree = dict[str, Any]


def draft(source: str) -> str:
    """A service for each operation. Raises BadInput for what is no OpenAPI 3 document."""
    return written(sources.read(source, "an OpenAPI document"), source)


def written(body: bytes, source: str) -> str:
    """The same from its bytes, whoever brought them; `source` is how it is called."""
    document = _document(body, source)
    room = [MOST_PARTS]
    info = document.get("info") if isinstance(document.get("info"), dict) else {}
    lines = [
        *writing.system(str((info or {}).get("title") or "Sistem"), "rest", _base(document, source), source),
        "",
        "# EDIT: how the node proves itself there; the values stand elsewhere, under these names.",
        '# [secrets]\n# token = "SISTEM_TOKEN"',
        '# [[rest.auth]]\n# kind = "bearer"\n# token = "token"',
    ]
    taken: list[str] = []
    for path, method, operation in _operations(document):
        taken.append(writing.code(str(operation.get("operationId") or f"{method} {path}"), taken))
        lines += _service(taken[-1], path, method, operation, document, room)
    if not taken:
        raise BadInput(
            f"Expected an OpenAPI document with operations at {source}, got one without; check the document."
        )
    return writing.whole(lines)


def _document(body: bytes, source: str) -> Tree:
    expected = f"Expected an OpenAPI 3 document (JSON or YAML) at {source}"
    if sources.html(body):
        raise BadInput(f"{expected}, got a web page (HTML); give the document's own address, often …/openapi.json.")
    try:
        tree = json.loads(body) if body.lstrip()[:1] == b"{" else yaml.safe_load(body)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise BadInput(f"{expected}, got text that is neither; check the source.") from None
    if isinstance(tree, dict) and tree.get("swagger"):
        raise BadInput(f"{expected}, got Swagger {tree['swagger']}; convert it to OpenAPI 3 first.")
    if (
        not isinstance(tree, dict)
        or not str(tree.get("openapi", "")).startswith("3.")
        or not _is_table(tree.get("paths"))
    ):
        raise BadInput(f"{expected}, got something else; check the source.")
    return tree


def _operations(document: Tree) -> Iterator[tuple[str, str, Tree]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                shared = item.get("parameters") or []
                yield str(path), method, {**operation, "parameters": [*shared, *(operation.get("parameters") or [])]}


def _service(code: str, path: str, method: str, operation: Tree, document: Tree, room: list[int]) -> list[str]:
    given = [_resolved(document, one) for one in operation["parameters"]]
    places = {place: [one for one in given if one.get("in") == place] for place in ("path", "query", "header")}
    body = _json_schema(document, _resolved(document, operation.get("requestBody") or {}))
    parts = list((body or {}).get("properties") or {})
    question = _question(document, places, body, room)
    return [
        "",
        f"# {writing.comment(operation.get('summary') or operation.get('description') or code)}",
        *(_warning(places["path"], places["query"])),
        writing.table("service", code),
        'mode = "asked"',
        f"question = {writing.inline(question)}",
        "",
        writing.table("service", code, "request"),
        f"method = {writing.text(method.upper())}",
        f"path = {writing.text(_plain_path(path))}",
        *_bound("parameters", places["path"], always=True),
        *_bound("query", places["query"]),
        *_bound("headers", places["header"], always=True),
        *([f"body = {writing.inline({name + _mark(name, body): writing.path('question', name) for name in parts})}"]
          if parts else []),
        "",
        "# EDIT: take out what nobody needs.",
        writing.table("service", code, "answer"),
        *(f"{writing.key(name)} = {writing.text(found)}" for name, found in _answer(document, operation).items()),
    ]  # fmt: skip


def _question(document: Tree, places: Mapping[str, list[Tree]], body: Tree | None, room: list[int]) -> Tree:
    everything = [one for some in places.values() for one in some]
    properties = {_name(one["name"]): _kept(document, one.get("schema") or {}, room) for one in everything}
    needed = [_name(one["name"]) for one in everything if one.get("required") or one.get("in") in {"path", "header"}]
    for name, schema in ((body or {}).get("properties") or {}).items():
        properties[name] = _kept(document, schema, room)
    needed += [name for name in (body or {}).get("required") or [] if name in properties]
    return {"type": "object", "required": needed, "additionalProperties": False, "properties": properties}


def _kept(document: Tree, schema: Any, room: list[int], depth: int = 0) -> Tree:
    """A schema of the document, its references followed, its commonest words kept; `room`: how many parts may still come."""
    room[0] -= 1
    if room[0] < 0:
        raise BadInput(f"Expected schemas of at most {MOST_PARTS} parts in all, got more; take out what nobody asks.")
    known = _resolved(document, schema) if isinstance(schema, dict) else {}
    if depth > DEEPEST:
        return {}
    kept = {word: known[word] for word in KEPT if word in known and word not in {"items", "properties"}}
    if isinstance(known.get("items"), dict):
        kept["items"] = _kept(document, known["items"], room, depth + 1)
    if isinstance(known.get("properties"), dict):
        kept["properties"] = {name: _kept(document, one, room, depth + 1) for name, one in known["properties"].items()}
    if known.get("nullable"):
        kept.pop("type", None)
    return kept


def _answer(document: Tree, operation: Tree) -> Tree:
    """The fields of the first good answer; those of an answer that is a list are lists."""
    responses = operation.get("responses") or {}
    good: Tree = next((one for status, one in responses.items() if str(status).startswith("2")), {})
    schema = _json_schema(document, _resolved(document, good)) or {}
    inside, prefix = (
        (_resolved(document, schema.get("items") or {}), "[].") if schema.get("type") == "array" else (schema, "")
    )
    return {_name(name): prefix + writing.path(name) for name in inside.get("properties") or {}} or NO_ANSWER


def _json_schema(document: Tree, part: Tree) -> Tree | None:
    content = part.get("content")
    found = next((one for kind, one in (content or {}).items() if "json" in kind and isinstance(one, dict)), None)
    return _resolved(document, found["schema"]) if found and isinstance(found.get("schema"), dict) else None


def _resolved(document: Tree, part: Any) -> Tree:
    """A part, or what its reference leads to; a reference out of the document is not followed."""
    for _ in range(DEEPEST):
        reference = part.get("$ref") if isinstance(part, dict) else None
        if reference is None:
            return part if isinstance(part, dict) else {}
        found: Any = document if str(reference).startswith("#/") else None
        for piece in str(reference).removeprefix("#/").split("/"):
            found = found.get(piece.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            raise BadInput(
                f"Expected {reference} to stand in the OpenAPI document itself, got nothing there; bundle it."
            )
        part = found
    raise BadInput("Expected references that end, got a circle in the OpenAPI document; correct it.")


def _bound(what: str, parameters: list[Tree], always: bool = False) -> list[str]:
    if not parameters:
        return []
    values = {(_name(one["name"]) if what == "parameters" else str(one["name"])) + ("" if always or one.get("required") else "?"):
              writing.path("question", _name(one["name"])) for one in parameters}  # fmt: skip
    return [f"{what} = {writing.inline(values)}"]


def _warning(*places: list[Tree]) -> list[str]:
    """A person's number in an address stands in other people's logs: whoever edits must say that the owner wants it so."""
    personal = [one["name"] for some in places for one in some if re.search(r"(?i)nik|nip|kk|npwp", str(one["name"]))]
    if not personal:
        return []
    named = writing.comment(", ".join(map(str, personal)))
    return [
        f"# EDIT: {named} would stand in the address; where the owner's interface demands it, add last_hop_personal = true."
    ]


def _mark(name: str, body: Tree | None) -> str:
    return "" if name in ((body or {}).get("required") or []) else "?"


def _plain_path(path: str) -> str:
    return re.sub(r"\{([^}]*)\}", lambda found: "{" + _name(found[1]) + "}", path)


def _name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", str(name))


def _base(document: Tree, source: str) -> str:
    servers = document.get("servers")
    first = servers[0].get("url") if isinstance(servers, list) and servers and isinstance(servers[0], dict) else ""
    if str(first).startswith(("http://", "https://")) and "{" not in str(first):
        return str(first).rstrip("/")
    origin = re.match(r"https?://[^/]+", source)
    return (origin[0] if origin else "https://server.instansi") + (
        str(first).rstrip("/") if str(first).startswith("/") else ""
    )


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)
