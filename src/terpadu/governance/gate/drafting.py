"""The draft of a connection, written from a text that somebody brought: nothing is fetched, nobody is asked.

The one way from a room with pages into `connectors`; the contract in pyproject.toml names it.
"""

from __future__ import annotations

from terpadu.connectors.drafts import BY_TEXT

NAMES = {"openapi": "openapi.json", "wsdl": "layanan.wsdl", "csv": "berkas.csv"}
"""Kind -> how the text is called in the draft."""


def draft(kind: str, text: str) -> str:
    """A first connector.toml, as `terpadu connect` writes it. Raises `BadInput` in one sentence."""
    return BY_TEXT[kind](text.encode(), NAMES[kind])
