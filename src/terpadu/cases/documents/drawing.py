"""A paper drawn by Typst as PDF/A-2b (ISO 19005-2). All that comes from agencies is data, never markup."""

from __future__ import annotations

import io
from datetime import datetime
from importlib.resources import files

import msgspec
import segno
import typst
from msgspec import Struct

_TEMPLATE = "paper.typ"


class Line(Struct, frozen=True):
    """A line of the paper: what it is, and the value."""

    label: str
    value: str


class Paper(Struct, frozen=True, kw_only=True):
    """What stands on a paper. `address` is what the QR opens; `notice` is a last line in small print."""

    title: str
    office: str
    number: str
    lines: tuple[Line, ...]
    issued: str
    code: str
    address: str
    signed_by: str
    notice: str
    labels: dict[str, str]
    language: str = "id"


def draw(paper: Paper, at: datetime) -> bytes:
    """The PDF, unsigned; the same paper at the same time gives the same bytes."""
    data = {**msgspec.to_builtins(paper), "qr": _code(paper.address)}
    made: bytes = typst.compile(
        files("terpadu.cases.documents").joinpath(_TEMPLATE).read_bytes(),
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        pdf_standards=["a-2b"],
        timestamp=at,
        format="pdf",
    )
    return made


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, dark="#1f1f1f")
    return drawn.getvalue().decode()
