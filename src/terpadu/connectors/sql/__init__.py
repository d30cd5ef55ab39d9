"""Databases: SQLite and PostgreSQL, asked by declared statements with bound values, read-only (attack A25).

`DESCRIPTION` is the form of a `connector.toml` of kind `sql`; the expressions of its answers see
`{"rows": [...], "row": the first or null, "count": n, "done": true}`.
"""

from terpadu.connectors.sql.connector import DESCRIPTION, SqlConnector, make

__all__ = ["DESCRIPTION", "SqlConnector", "make"]
