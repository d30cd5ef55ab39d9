"""JSON Schema, checked without ever repeating a value: a sentence may name the place and the rule, not the person."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from terpadu.errors import BadInput


class Schema:
    """A compiled schema. Remote references are never fetched. Raises BadInput for one that does not compile."""

    def __init__(self, schema: dict[str, Any]) -> None:
        try:
            self._validator = jsonschema_rs.validator_for(schema, retriever=_nowhere, validate_formats=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            why = " ".join(str(error).split())[:200]
            raise BadInput(f"Expected a JSON Schema without outside references, but {why}.") from error

    def fault(self, value: Any) -> str:
        """Where and by which rule the value does not fit; empty when it does."""
        if self._validator.is_valid(value):
            return ""
        error = next(iter(self._validator.iter_errors(value)))
        place = "/".join(map(str, error.instance_path)) or "the top"
        rule = str(error.schema_path[-1]) if error.schema_path else "schema"
        return f"{place} breaks the rule {rule!r}"


def _nowhere(uri: str) -> Any:
    raise ValueError(f"outside reference {uri}")
