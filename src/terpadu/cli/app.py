"""`terpadu`: all commands under one name."""

from __future__ import annotations

import typer

from terpadu.cli import (
    check,
    connect,
    doctor,
    explain,
    federation,
    journal,
    node,
    node_keys,
    portal,
    service,
    spbe,
    verify,
)
from terpadu.cli.told import Told

app = typer.Typer(
    cls=Told,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a trace with local variables would show what nobody may see
    help="Terpadu: keterpaduan layanan pemerintah.",
)
app.add_typer(federation.app, name="federation")
app.add_typer(node_keys.app, name="node")
app.add_typer(journal.app, name="journal")
app.add_typer(connect.app, name="connect")
app.add_typer(portal.app, name="portal")
app.add_typer(service.app, name="service")
app.add_typer(spbe.app, name="spbe")
node_keys.app.command("run")(node.run)
app.command("verify")(verify.verify)
app.command("explain")(explain.explain)
app.command("doctor")(doctor.doctor)
app.command("check")(check.check)
