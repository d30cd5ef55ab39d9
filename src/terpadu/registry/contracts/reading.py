"""Which form an uploaded description has, and what it says."""

from __future__ import annotations

from collections.abc import Callable

from terpadu.errors import BadInput
from terpadu.registry.contracts import openapi, table, wsdl
from terpadu.registry.contracts.form import LARGEST, Contract, checked

READERS: dict[str, Callable[[bytes], Contract]] = {"openapi": openapi.read, "wsdl": wsdl.read, "tabel": table.read}
WORDS = {"openapi": "an OpenAPI document", "wsdl": "a WSDL file", "tabel": "a Table Schema"}


def read(form: str, raw: bytes) -> Contract:
    """The contract in an uploaded file. Raises `BadInput` with one sentence."""
    if form not in READERS:
        raise BadInput(f"Expected a form out of {', '.join(READERS)}, got {form[:20]!r}.")
    if len(raw) > LARGEST:
        raise BadInput(f"Expected at most {LARGEST // 1024} kB, got {len(raw) // 1024}; describe one service a file.")
    try:
        return checked(READERS[form](raw), WORDS[form])
    except RecursionError:
        raise BadInput("Expected a description that ends, this one holds itself; break the circle.") from None
