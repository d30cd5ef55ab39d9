"""The connector of kind `sql`: a declared question, one statement, a mapped answer; or, of class `tx`, one effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from msgspec import Meta, field
from sqlalchemy import Connection

from terpadu.connectors.asker import act
from terpadu.connectors.description import Asked, Description, Expression, Part, Source
from terpadu.connectors.errors import failed
from terpadu.connectors.question import Question, bind_fully, check_template, context
from terpadu.connectors.sql import inbox
from terpadu.connectors.sql.database import Database
from terpadu.connectors.sql.engines import Bounds, database_url
from terpadu.connectors.sql.templates import Row, Template, Value, bindable, check_names, reading, writing
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted, Answer


class Care(Part, frozen=True, kw_only=True):
    """What a question may cost the database: rows of an answer, statements at one time."""

    rows: Annotated[int, Meta(gt=0, le=10_000)] = 100
    together: Annotated[int, Meta(gt=0, le=32)] = 4


class SqlService(Asked, frozen=True, kw_only=True):
    """A declared statement. `bind` gives the value of each `:name` as an expression over `question`, `key`, `number`;
    a name written with a question mark (`nik?`) may find nothing and is then bound to NULL.

    Writes are declared under a key that nobody types by accident; they run only for services of class `tx`.
    """

    mode: Literal["asked"]
    select: str = ""
    bind: dict[str, Expression] = field(default_factory=dict)
    empty_is_an_answer: bool = False
    writes: tuple[str, ...] = field(name="DANGEROUS_these_statements_change_the_database", default=())


class SqlDescription(Description, frozen=True, kw_only=True):
    """A `connector.toml` of kind `sql`. `[secrets] password` names the entry that holds the role's password."""

    service: dict[str, SqlService]
    sql: Care = Care()


DESCRIPTION = SqlDescription


class _Prepared:
    """One service, its statements and expressions checked when the file was read."""

    def __init__(self, code: str, service: SqlService, system: str, heard: Callable[[Any], None]) -> None:
        where = f"service.{code}"
        if not service.select and not service.writes:
            raise BadInput(f"{where}: expected a select, got none; write the statement that answers the question.")
        self.code = code
        self.form = service
        self.question = Question(service, system, where, heard)
        self.select = reading(service.select, f"{where}.select") if service.select else None
        self.writes = tuple(writing(statement, where) for statement in service.writes)
        self.names = [name.removesuffix("?") for name in service.bind]
        check_names(self.names, self._templates(), where)
        check_template(service.bind)

    def _templates(self) -> tuple[Template, ...]:
        return (*self.writes, *((self.select,) if self.select else ()))

    def values(self, admitted: Admitted) -> dict[str, Value]:
        """The bound values."""
        found = bind_fully(dict(self.form.bind), context(self.question.read(admitted), admitted))
        return bindable({name: found.get(name) for name in self.names})


class SqlConnector:
    """One database."""

    def __init__(self, name: str, database: Database, bounds: Bounds, services: dict[str, _Prepared]) -> None:
        self._name = name
        self._database = database
        self._bounds = bounds
        self._services = services

    async def ask(self, admitted: Admitted) -> Answer:
        """Run the service's statement. No row is `not-found`, unless the file says that nothing is an answer too."""
        service = self._services[admitted.service.id.rpartition("/")[2]]
        values = service.values(admitted)
        if service.writes:
            return _answer(service, await self._once(service, admitted, values))
        assert service.select is not None  # noqa: S101 `_Prepared` refuses a service without statements
        rows = await self._database.read(service.select, values)
        if not rows and not service.form.empty_is_an_answer:
            service.question.judge(_reply(rows))
            raise failed("not-found", self._name)
        return _answer(service, rows)

    async def look(self, admitted: Admitted) -> Answer | None:
        """After a doubt: the answer kept under this request's key, or None when nothing was done. Has no effect."""
        service = self._services[admitted.service.id.rpartition("/")[2]]
        values, key = service.values(admitted), _key(admitted)
        rows = await self._database.transact(lambda connection: inbox.find(connection, service.code, key, values))
        return None if rows is None else _answer(service, rows)

    async def check(self) -> str:
        """Reach the database, and its inbox where an effect is declared."""
        await self._database.read(reading("SELECT 1 AS one", "check"), {})
        if any(service.writes for service in self._services.values()):
            await self._check_inbox()
        return f"{self._name} answers."

    async def close(self) -> None:
        """Give the connections back."""
        await self._database.close()

    async def _once(self, service: _Prepared, admitted: Admitted, values: dict[str, Value]) -> list[Row]:
        key = _key(admitted)

        def work(connection: Connection) -> list[Row]:
            return inbox.once(connection, service.code, key, service.writes, service.select, values, self._bounds)

        return await self._database.transact(work)

    async def _check_inbox(self) -> None:
        try:
            await self._database.read(reading("SELECT service FROM terpadu_inbox WHERE 1 = 0", "check"), {})
        except Refused as refusal:
            raise Refused(
                refusal.code, f"Expected the table terpadu_inbox in {self._name}; let its owner run: {inbox.TABLE};"
            ) from refusal


def make(source: Source) -> SqlConnector:
    """Prepare a database from its description. Raises BadInput; nothing is reached yet."""
    described: SqlDescription = source.description
    system = described.system
    bounds = Bounds(
        seconds=system.limits.seconds,
        rows=described.sql.rows,
        bytes=system.limits.bytes,
        together=described.sql.together,
    )
    heard = source.budget.heard
    services = {code: _Prepared(code, service, system.name, heard) for code, service in described.service.items()}
    url = database_url(system.base, source.folder, source.secrets.get("password"))
    writes = any(service.writes for service in services.values())
    return SqlConnector(system.name, Database(system.name, url, bounds, writes=writes), bounds, services)


def _key(admitted: Admitted) -> str:
    if admitted.service.effect != "tx":
        raise Refused("key-needed", "Expected a service of class tx for a declared write; let the federation say so.")
    return act(admitted)


def _answer(service: _Prepared, rows: list[Row]) -> Answer:
    """What the database gave is its columns, each once, however many rows there are."""
    return service.question.answer(_reply(rows), given=rows)


def _reply(rows: list[Row]) -> dict[str, Any]:
    """What the expressions of an answer see."""
    return {"rows": rows, "row": rows[0] if rows else None, "count": len(rows), "done": True}
