"""Where things lie: `<directory>/<generation>/{segment,keys,tile}/…`, beside them the lock and the index that can be
rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from terpadu.errors import BadInput
from terpadu.model.identifiers import NodeId


class Generation(NamedTuple):
    """One generation of a node's journal: its own origin, key, tree and files."""

    directory: Path
    node: NodeId
    number: int

    @property
    def origin(self) -> str:
        """`<node>/journal/<generation>`, the checkpoint's first line and the name of its key entry."""
        return f"{self.node}/journal/{self.number}"

    @property
    def home(self) -> Path:
        """The generation's own directory."""
        return self.directory / str(self.number)

    @property
    def segment(self) -> Path:
        """Directory of the segments."""
        return self.home / "segment"

    @property
    def keys(self) -> Path:
        """Directory of the key slots, a file per segment."""
        return self.home / "keys"

    @property
    def tile(self) -> Path:
        """Directory of the tiles."""
        return self.home / "tile"

    @property
    def checkpoint(self) -> Path:
        """The newest own checkpoint, a signed note."""
        return self.home / "checkpoint"

    @property
    def cosigned(self) -> Path:
        """The newest checkpoint that witnesses cosigned."""
        return self.home / "cosigned"

    @property
    def recovering(self) -> Path:
        """Why this generation may sign no more, once it may not: a sentence that survives restarts."""
        return self.home / "recovering"

    @property
    def opening(self) -> Path:
        """How a generation that follows a loss was opened."""
        return self.home / "opening"

    @property
    def caught_up(self) -> Path:
        """The nodes whose records of before the opening are in this generation, a line each."""
        return self.home / "caught-up"

    def segments(self) -> list[Path]:
        """The segments in order; a prepared one is not yet among them."""
        return sorted(path for path in self.segment.glob("*") if path.name.isdigit())

    def names(self, first: int) -> tuple[Path, Path]:
        """Segment and key slots that begin with record `first`."""
        return self.segment / f"{first:020}", self.keys / f"{first:020}"


def generation_of(directory: Path, node: NodeId, origin: str) -> Generation:
    """The generation that a journal key is listed for. Raises `BadInput` where the key is not for this node's
    journal."""
    prefix, _, number = origin.rpartition("/")
    if prefix != f"{node}/journal" or not number.isdigit() or number != str(int(number)):
        raise BadInput(
            f"Expected a journal key listed for {node}/journal/<generation>; it is for {origin}. List the right one."
        )
    return Generation(directory, node, int(number))


def generations(directory: Path) -> list[int]:
    """The generations that have files here, in order."""
    return sorted(int(path.name) for path in directory.glob("*") if path.name.isdigit() and path.is_dir())


def newest_generation(directory: Path) -> int:
    """The generation that is in use: the newest one that has files, the first where there is none."""
    return max(generations(directory), default=1)
