"""Errors on the command line: one sentence on stderr and exit status 1, never a trace."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from terpadu.errors import TerpaduError


class Told(TyperGroup):
    """A group of commands whose errors are told as their sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; tell what it raises."""
        try:
            return super().invoke(ctx)
        except TerpaduError as error:
            typer.echo(error.sentence, err=True)
            raise typer.Exit(1) from None
