"""Run a module that ends when the demo ends, however that goes: the kernel sends SIGKILL once the parent is gone.

    python -m demo.bound PARENT MODULE ARGUMENT...

Nothing that a node holds suffers: whatever it has promised is on disk before it promises.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""prctl(2); Linux only, elsewhere a demo that was killed leaves its processes behind."""


def main() -> None:
    """Bind to the parent, then become the module."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we were bound
        sys.exit(1)
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
