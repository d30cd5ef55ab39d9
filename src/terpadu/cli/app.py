"""`terpadu`: all commands under one name."""

from __future__ import annotations

import typer

from terpadu.cli import federation, node, node_keys
from terpadu.cli.told import Told

app = typer.Typer(cls=Told, no_args_is_help=True, add_completion=False, help="Terpadu: keterpaduan layanan pemerintah.")
app.add_typer(federation.app, name="federation")
app.add_typer(node_keys.app, name="node")
node_keys.app.command("run")(node.run)
