"""From a database's own catalogue: for each table and view with a key, the statement that finds a row by it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from terpadu.connectors.drafts import writing
from terpadu.connectors.sql.engines import Bounds, database_url, open_engine
from terpadu.errors import BadInput

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
BOUNDS = Bounds(seconds=20.0, rows=100, bytes=1 << 20, together=1)


class Found(Struct, frozen=True):
    """A table or view: its columns with their kinds, the columns that find one row."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]


def draft(source: str) -> str:
    """A service for each table with a key, for each view by its first column. The database is only read."""
    found = _reflected(source)
    if not found:
        raise BadInput(
            f"Expected tables or views at {_shown(source)}, got an empty database; check its name and rights."
        )
    name = Path(source.rpartition("/")[2]).stem or "basis-data"
    lines = [*writing.system(name, "sql", _base(source), "the catalogue of the database"), "", "[sql]",
             "rows = 20  # the most rows of an answer; more is a refusal"]  # fmt: skip
    if not source.startswith("sqlite"):
        lines += [
            "",
            "[secrets]",
            '# password = "BASIS_DATA_PASSWORD"  # EDIT: the entry that holds the password of a role that can only SELECT',
        ]
    taken: list[str] = []
    for one in found:
        taken.append(writing.code(one.name, taken))
        lines += _service(taken[-1], one)
    return writing.whole(lines)


def _service(code: str, found: Found) -> list[str]:
    columns = ", ".join(map(_quoted, found.columns))
    names = {_bound(column): column for column in found.key}
    select = f"SELECT {columns} FROM {_quoted(found.name)} WHERE "  # noqa: S608 the catalogue's own names, quoted
    condition = " AND ".join(f"{_quoted(column)} = :{bound}" for bound, column in names.items())
    question = {"type": "object", "required": list(names), "additionalProperties": False,
                "properties": {bound: {"type": found.columns[column]} for bound, column in names.items()}}  # fmt: skip
    return [
        "",
        f"# {writing.comment(found.name)}. EDIT: name the columns that may be asked for, remove the others.",
        writing.table("service", code),
        'mode = "asked"',
        f"select = {writing.text(select + condition)}",
        f"bind = {writing.inline({bound: f'question.{bound}' for bound in names})}",
        f"question = {writing.inline(question)}",
        "",
        writing.table("service", code, "answer"),
        *(f"{writing.key(_bound(column))} = {writing.text(writing.path('row', column))}" for column in found.columns),
    ]


def _reflected(source: str) -> list[Found]:
    engine = _engine(source)
    try:
        looked = inspect(engine)
        views = set(looked.get_view_names())
        return [
            found
            for name in sorted({*looked.get_table_names(), *views})
            if (found := _one(looked, name, name in views)) is not None
        ]
    except SQLAlchemyError as error:
        raise BadInput(
            f"Expected a database at {_shown(source)}, got none that can be read ({type(error).__name__}); "
            "check the address, that it runs, and the role's rights."
        ) from None
    finally:
        engine.dispose()


def _engine(source: str) -> Engine:
    url = database_url(source, Path.cwd())
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise BadInput(f"Expected a SQLite database at {_shown(source)}, got no file; check the name.")
    return open_engine(url, BOUNDS, catalogue=True)


def _one(looked: Any, name: str, view: bool) -> Found | None:
    columns = {str(column["name"]): _kind(column["type"]) for column in looked.get_columns(name)}
    key = tuple(looked.get_pk_constraint(name)["constrained_columns"]) if not view else ()
    unique = [tuple(one["column_names"]) for one in looked.get_unique_constraints(name)] if not view else []
    chosen = key or next(iter(unique), ()) or (tuple(columns)[:1] if view else ())
    return Found(name, columns, chosen) if chosen else None


def _kind(type_: Any) -> str:
    """The JSON Schema type of a column."""
    try:
        python = type_.python_type
    except NotImplementedError:
        return "string"
    return {int: "integer", float: "number", bool: "boolean"}.get(python, "string")


def _quoted(name: str) -> str:
    """An identifier of the catalogue as SQL writes it; a colon would be taken for a bound name."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""').replace(":", "\\:") + '"'


def _bound(column: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", column)


def _base(source: str) -> str:
    if not source.startswith("sqlite:///"):
        return source
    return "sqlite:///" + str(Path(source.removeprefix("sqlite:///")).absolute())


def _shown(source: str) -> str:
    """The address without what might be a password."""
    return re.sub(r"//[^/@]*@", "//…@", source)
