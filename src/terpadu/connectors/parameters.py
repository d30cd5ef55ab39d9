"""Parameters of an operation as its OpenAPI document declares them: in the query, the path, and the headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from terpadu.connectors.schema import Schema
from terpadu.model.message import Headers

NOT_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
"""Headers whose declaration as a parameter is to be ignored (OpenAPI 3.0.3 and 3.1.0, "Parameter Object")."""
_LISTS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class Parameter(NamedTuple):
    """One parameter. `kind` is the type of a value, or of a list's items; `between` what parts a list in one text."""

    name: str
    required: bool
    form: Schema | None
    kind: Any
    is_list: bool
    between: str

    def fits(self, texts: list[str]) -> bool:
        """Do the given texts make a value of the declared form? A form that can't be told from text is not checked."""
        if self.form is None:
            return True
        if self.is_list:
            parts = [part for text in texts for part in (text.split(self.between) if self.between else [text])]
            return not self.form.fault([_typed(part, self.kind) for part in parts])
        return all(not self.form.fault(_typed(text, self.kind)) for text in texts)


class Parameters:
    """All of one operation. `schema` makes the whole schema of a part of the document, and finds what it refers to."""

    def __init__(
        self, declared: Iterable[dict[str, Any]], resolved: Callable[[Any], Any], schema: Callable[[Any], Any]
    ):
        self._places: dict[str, dict[str, Parameter]] = {"query": {}, "path": {}, "header": {}}
        for one in declared:
            name = str(one["name"]).lower() if one["in"] == "header" else str(one["name"])
            if one["in"] in self._places and not (one["in"] == "header" and name in NOT_PARAMETERS):
                self._places[one["in"]][name] = _parameter(name, one, resolved, schema)

    def fault(self, query: str, path: Mapping[str, str], headers: Headers) -> str:
        """What does not fit, in one clause without any value; empty where all does."""
        given: dict[str, list[str]] = {}
        for name, text in parse_qsl(query, keep_blank_values=True):
            given.setdefault(name, []).append(text)
        if given.keys() - self._places["query"].keys():
            return "its query has a name not known there"
        sent: dict[str, list[str]] = {}
        for key, value in headers:
            sent.setdefault(key.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        inside = {name: [unquote(text)] for name, text in path.items()}
        return self._fault("query", given) or self._fault("path", inside) or self._fault("header", sent)

    def _fault(self, place: str, given: Mapping[str, list[str]]) -> str:
        for name, parameter in self._places[place].items():
            texts = given.get(name)
            if texts is None and parameter.required:
                return f"its {place} lacks {name}"
            if texts is not None and not parameter.fits(texts):
                return f"the {place}'s {name} does not fit"
        return ""


def _parameter(
    name: str, one: dict[str, Any], resolved: Callable[[Any], Any], schema: Callable[[Any], Any]
) -> Parameter:
    plain = resolved(one.get("schema", {}))
    is_list = plain.get("type") == "array"
    kind = _kind(resolved(plain.get("items", {})) if is_list else plain)
    style = str(one.get("style", "form" if one["in"] == "query" else "simple"))
    repeated = one["in"] == "query" and style == "form" and one.get("explode", True)
    told = "schema" in one and kind != "object" and style in _LISTS
    return Parameter(
        name=name,
        required=bool(one.get("required")),
        form=schema(one["schema"]) if told else None,
        kind=kind,
        is_list=is_list,
        between="" if repeated else _LISTS.get(style, ""),
    )


def _kind(plain: dict[str, Any]) -> Any:
    """The type, also where 3.1 lists it beside null."""
    kinds = plain.get("type")
    return next((kind for kind in kinds if kind != "null"), None) if isinstance(kinds, list) else kinds


def _typed(text: str, kind: Any) -> Any:
    try:
        return json.loads(text) if kind in ("integer", "number", "boolean") else text
    except ValueError:
        return text
