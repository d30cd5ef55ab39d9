"""What a feed's description says: where rows come from, which resources a row becomes, through which node they go."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, field

from terpadu.connectors.description import Expression, Part, Template
from terpadu.connectors.expressions import compiled
from terpadu.connectors.question import check_template
from terpadu.errors import BadInput

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class About(Part, frozen=True, kw_only=True):
    """The feed: its name, the organization that it writes for, its memory, and how many rows one Bundle takes.

    Rows that were committed late carry an older time than rows already read: `overlap_seconds` before the watermark are
    read again, and what was sent is recognised.
    """

    name: str
    organization: str
    state: str = "state/feed.db"
    rows_per_bundle: Annotated[int, Meta(ge=1, le=200)] = 20
    overlap_seconds: Annotated[int, Meta(ge=0)] = 900
    zone: Annotated[str, Meta(pattern=r"^[+-]\d\d:\d\d$")] = "+07:00"


class Origin(Part, frozen=True, kw_only=True):
    """The database, as in a description of kind `sql`. It is only read."""

    base: str
    seconds: Annotated[float, Meta(gt=0, le=600)] = 30.0


class Node(Part, frozen=True, kw_only=True):
    """The node that carries the Bundles: its address for own systems, who asks, which service, what for.

    `path` is what stands behind the service's name, raw (`""`, `/v1`).
    """

    address: str
    client: str
    service: str
    purpose: str
    path: Annotated[str, Meta(pattern="^(/[A-Za-z0-9_.~-]+)*/?$")] = ""
    seconds: Annotated[float, Meta(gt=0, le=600)] = 60.0


class Entry(Part, frozen=True, kw_only=True):
    """One resource of a row. Expressions see `row`, `organization` and `urls` (the entries' addresses, for references).

    `if_none_exist` is FHIR's condition of a create (R4, 3.1.0.8.1). An entry without `when`, or whose `when` holds, is
    sent. With `update`, a row that changed replaces the resource that it made.
    """

    name: str
    resource: Template
    if_none_exist: Expression = ""
    when: Expression = ""
    update: bool = True


class Stream(Part, frozen=True, kw_only=True):
    """Rows of one kind. `select` gives them with the columns `id` (unique) and `changed` (moves at each change).

    `times` makes fields of a row in UTC (`YYYY-MM-DDThh:mm:ss+00:00`) from a date column and a time column.
    """

    select: str
    id: str
    changed: str
    entry: tuple[Entry, ...]
    times: dict[str, tuple[str, str]] = field(default_factory=dict)


class FeedDescription(Part, frozen=True, kw_only=True):
    """The whole file."""

    feed: About
    source: Origin
    stream: dict[str, Stream]
    node: Node | None = None
    secrets: dict[str, str] = field(default_factory=dict)


def read(file: Path) -> FeedDescription:
    """The description, checked. Raises BadInput in one sentence."""
    try:
        described = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), FeedDescription)
        _check(described)
    except OSError as error:
        raise BadInput(f"Expected the description of a feed at {file}, got none ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, BadInput) as error:
        raise BadInput(f"{file}: expected the description of a feed, got something else: {error}") from error
    return described


def _check(described: FeedDescription) -> None:
    for code, stream in described.stream.items():
        if not stream.entry:
            raise BadInput(f"stream.{code}: expected at least one [[stream.{code}.entry]], got none.")
        for column in (stream.id, stream.changed):
            if not _COLUMN.fullmatch(column):
                raise BadInput(f"stream.{code}: expected a plain column name, got {column!r}.")
        for entry in stream.entry:
            check_template(entry.resource)
            for expression in filter(None, (entry.if_none_exist, entry.when)):
                compiled(expression)
