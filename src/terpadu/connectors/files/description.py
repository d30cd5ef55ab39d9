"""What a `connector.toml` of kind `files` says."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta

from terpadu.connectors.description import Asked, Description, Expression, Failures, Part, Template
from terpadu.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9_.-]*\{id\}[A-Za-z0-9_.-]*")


class Column(Part, frozen=True, kw_only=True):
    """A column that a batch must have: the regular expression of its values, and what that is in words."""

    pattern: str = ".+"
    expected: str = "an entry"


class Exchange(Part, frozen=True, kw_only=True):
    """The two file names of a batch. `{id}` becomes 32 hexadecimal digits that are the batch's own.

    `receive` are the names under which the answer may come, each there only when it is whole.
    """

    send: str
    receive: tuple[str, ...]


class Batch(Part, frozen=True, tag_field="mode", tag="batch", kw_only=True):
    """A CSV body. `verdict` gives the fields of each row's verdict; its expressions see a row of the answer.

    `row` is the column of the answer that counts our rows from 1. `wait` is how many seconds the verdicts are
    waited for before the caller gets a ticket.
    """

    names: Exchange
    columns: dict[str, Column]
    row: str
    verdict: dict[str, Expression]
    failures: Failures = Failures()
    wait: Annotated[float, Meta(ge=0, le=60)] = 2.0


class Ticket(Part, frozen=True, tag_field="mode", tag="ticket", kw_only=True):
    """The verdicts of a batch, asked for with `{"tiket": "…"}`; `of` is the code of the batch's service."""

    of: str
    wait: Annotated[float, Meta(ge=0, le=60)] = 2.0


class OneRow(Asked, frozen=True, tag_field="mode", tag="asked", kw_only=True):
    """A declared question: `values` are the row's columns. The answer's expressions see `{rows, row}` (the first)."""

    names: Exchange
    values: Template


class Files(Part, frozen=True, kw_only=True):
    """The SFTP side. `host_key` is the server's public key, as its owner gave it, or `host_key_file` a file beside the
    description that holds it: it is never learnt from the line.

    `outbox` and `inbox` are folders there. `state` is a folder beside the description, for what is under way.
    """

    host_key: str = ""
    host_key_file: str = ""
    outbox: str
    inbox: str
    delimiter: str = ";"
    state: str = "state"
    poll: Annotated[float, Meta(gt=0, le=60)] = 0.2
    keep_days: Annotated[int, Meta(ge=1)] = 30


class FilesDescription(Description, frozen=True, kw_only=True):
    """A `connector.toml` of kind `files`; its secrets are `user`, and `password` or `private_key`."""

    service: dict[str, Batch | Ticket | OneRow]
    files: Files


DESCRIPTION = FilesDescription


def check_names(names: Exchange, where: str) -> None:
    """Plain names with {id} in them; a name can lead nowhere else. Raises BadInput."""
    for name in (names.send, *names.receive):
        if not _NAME.fullmatch(name):
            raise BadInput(f"{where}.names: expected a file name with {{id}} in it and without a folder, got {name!r}.")
    if not names.receive:
        raise BadInput(f"{where}.names: expected at least one name under which an answer comes, got none.")
