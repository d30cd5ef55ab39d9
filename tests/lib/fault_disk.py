"""A node whose journal's disk obeys a file: `python -m tests.lib.fault_disk node run SETTINGS`.

The file named by `UJI_DISK` holds one word, read before each act of the disk; absent or empty: the disk is sound.

full   a write is refused as on a full disk (ENOSPC)
eio    a sync fails (EIO): nobody knows what the disk holds
slow   a sync takes half a second
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terpadu.__main__ import main
from terpadu.journal.disk import RealDisk, RealFile
from tests.lib.fault_nodes import NodeProcess

SLOW = 0.5
_CONTROL = "UJI_DISK"


def ill_disk(node: NodeProcess) -> Path:
    """From its next launch on the node's disk obeys a file: this one."""
    control = node.home / "disk"
    node.module, node.environment[_CONTROL] = "tests.lib.fault_disk", str(control)
    return control


def word() -> str:
    """What the disk is to do now."""
    path = Path(os.environ.get(_CONTROL, ""))
    return path.read_text() if path.is_file() else ""


def refuse(wanted: str, number: int) -> None:
    """Fail as the operating system would, where the control file says so."""
    if word() == wanted:
        raise OSError(number, os.strerror(number))


def ill(act: Callable[..., Any], before: Callable[[], None]) -> Callable[..., Any]:
    """The act, after what the control file orders."""

    def acting(*args: Any) -> Any:
        before()
        return act(*args)

    return acting


def write_fault() -> None:
    """Before a write."""
    refuse("full", errno.ENOSPC)


def sync_fault() -> None:
    """Before a sync."""
    refuse("eio", errno.EIO)
    if word() == "slow":
        time.sleep(SLOW)


def install() -> None:
    """Let the journal's disk obey."""
    RealFile.write = ill(RealFile.write, write_fault)  # type: ignore[method-assign]
    RealFile.sync = ill(RealFile.sync, sync_fault)  # type: ignore[method-assign]
    RealDisk.make = ill(RealDisk.make, write_fault)  # type: ignore[method-assign]
    RealDisk.put = ill(RealDisk.put, write_fault)  # type: ignore[method-assign]


if __name__ == "__main__":
    install()
    main()
