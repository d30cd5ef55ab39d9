"""A Table Schema (Frictionless Data, v1) in JSON: the columns of a file that is given out as CSV."""

from __future__ import annotations

from typing import Any

import msgspec

from terpadu.errors import BadInput
from terpadu.registry.contracts.form import Contract, Field


def read(raw: bytes) -> Contract:
    """Its columns. Raises `BadInput`."""
    try:
        tree: Any = msgspec.json.decode(raw)
        columns = {str(one["name"]): Field(str(one.get("type", "string"))) for one in tree["fields"]}
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        raise BadInput('Expected a Table Schema in JSON: {"fields": [{"name": "…", "type": "string"}]}.') from None
    return Contract(fields=columns, inputs={}, endpoints=(("GET", "/"),))
