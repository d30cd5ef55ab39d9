"""Errors on the command line: what it means in Indonesian, then the exact sentence; a status; never a trace.

Status 0: done. 1: the answer is no, or it could not be done. 2: wrong use: an argument, a file or a setting is not what was
expected. Programs decide by the status; the code in brackets never changes.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from terpadu.cli.sentences import SENTENCES
from terpadu.errors import TerpaduError

WRONG_USE = ("bad-input", "bad-request")


class Told(TyperGroup):
    """A group of commands whose errors are told."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; tell what it raises."""
        try:
            return super().invoke(ctx)
        except TerpaduError as error:
            typer.echo(told(error), err=True)
            raise typer.Exit(2 if error.code in WRONG_USE else 1) from None


def told(error: TerpaduError) -> str:
    """Two lines: the meaning of the code, and the sentence as the log and other nodes have it."""
    return f"{SENTENCES.get(error.code, SENTENCES['internal'])} [{error.code}]\n  {error.sentence}"
