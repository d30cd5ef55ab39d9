"""From a WSDL: a question for each of its operations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from terpadu.connectors.drafts import sources, writing
from terpadu.connectors.soap.contract import Contract
from terpadu.errors import BadInput

NOWHERE = "https://server.instansi/layanan"
"""The address of a WSDL that came as a file, until somebody edits it."""


def draft(source: str) -> str:
    """A service for each operation. Raises BadInput for what is no WSDL 1.1 with a SOAP 1.1 port."""
    return _written(
        sources.read(source, "a WSDL"), source, "" if source.startswith("http") else str(Path(source).absolute())
    )


def written(body: bytes, source: str) -> str:
    """The same from its bytes, whoever brought them; the file `source` will lie beside the description."""
    return _written(body, source, source)


def _written(body: bytes, source: str, file: str) -> str:
    try:
        contract = Contract(body, source if source.startswith("http") else NOWHERE, {})
    except BadInput as error:
        raise BadInput(f"{source}: {error.sentence}") from None
    base, wsdl = _where(source, contract.address, file)
    lines = [
        *writing.system(_name(source), "soap", base, source),
        "",
        "# EDIT: user and password, where the service wants HTTP Basic; the values stand elsewhere, under these names.",
        '# [secrets]\n# user = "SOAP_USER"\n# password = "SOAP_PASSWORD"',
        "",
        "[soap]",
        f"wsdl = {writing.text(wsdl)}",
        '# basic = ["user", "password"]',
        'fault_code = "code"  # EDIT: where the system\'s own code stands in a fault, for example detail.Kesalahan.Kode',
        "",
        "[soap.faults]",
        '# TIDAK_DITEMUKAN = "not-found"  # EDIT: each code of the system, and what it means here',
    ]
    taken: list[str] = []
    for operation in contract.operations:
        taken.append(writing.code(operation, taken))
        lines += _service(taken[-1], operation, contract)
    return writing.whole(lines)


def _service(code: str, operation: str, contract: Contract) -> list[str]:
    inputs = {_field(name): (name, element) for name, element in contract.elements(operation)}
    needed = [field for field, (_, element) in inputs.items() if not _optional(element)]
    question = {"type": "object", "required": needed, "additionalProperties": False,
                "properties": {field: {} for field in inputs}}  # fmt: skip
    values = {name + ("" if field in needed else "?"): f"question.{field}" for field, (name, _) in inputs.items()}
    answers = {_field(name): writing.path(name) for name, _ in contract.answers(operation)} or {"value": "value"}
    return [
        "",
        "# EDIT: say in `question` what each value looks like; take out of `answer` what nobody needs.",
        writing.table("service", code),
        'mode = "asked"',
        f"operation = {writing.text(operation)}",
        f"values = {writing.inline(values)}",
        f"question = {writing.inline(question)}",
        "",
        writing.table("service", code, "answer"),
        *(f"{writing.key(name)} = {writing.text(found)}" for name, found in answers.items()),
    ]


def _optional(element: Any) -> bool:
    return getattr(element, "min_occurs", 1) == 0


def _field(name: str) -> str:
    """NomorPermohonan -> nomor_permohonan."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()


def _where(source: str, inside: str, file: str) -> tuple[str, str]:
    """The base address and where the WSDL is: behind it, or in a file beside the description."""
    parts = urlsplit(source)
    if parts.scheme in {"http", "https"}:
        base = urlunsplit(parts._replace(query="", fragment=""))
        return (base, f"?{parts.query}") if parts.query else (inside or base, source)
    return inside or NOWHERE, file


def _name(source: str) -> str:
    return Path(urlsplit(source).path).stem or "layanan-soap"
