"""Put the project itself into its environment, as it stands in this folder: a path file, no build, no network."""

from __future__ import annotations

import shlex
import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = '#!/bin/sh\nexec {python} -m terpadu "$@"\n'


def main() -> None:
    """Write the path file and the command."""
    Path(site.getsitepackages()[0], "terpadu-here.pth").write_text(f"{ROOT / 'src'}\n")
    command = Path(sys.prefix, "bin", "terpadu")
    command.write_text(COMMAND.format(python=shlex.quote(sys.executable)))
    command.chmod(0o755)


if __name__ == "__main__":
    main()
