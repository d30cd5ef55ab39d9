"""A first `connector.toml` from what a system already publishes: connecting is editing, not programming.

`KINDS` is the table of what can be read: `terpadu connect openapi|wsdl|sql|csv SOURCE`.
"""

from __future__ import annotations

from collections.abc import Callable

from terpadu.connectors.drafts import openapi, table, tabular, wsdl

KINDS: dict[str, Callable[[str], str]] = {
    "openapi": openapi.draft,
    "wsdl": wsdl.draft,
    "sql": table.draft,
    "csv": tabular.draft,
}
"""What a source is -> how its draft is written; raises BadInput in one sentence."""
BY_TEXT: dict[str, Callable[[bytes, str], str]] = {
    "openapi": openapi.written,
    "wsdl": wsdl.written,
    "csv": tabular.written,
}
"""The same from bytes that somebody brought: nothing is fetched and nothing is opened."""
