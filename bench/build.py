"""What runs the nodes: an interpreter, and the source or its compiled build (`make compiled`)."""

from __future__ import annotations

import json
import site
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bench.machine import Unfit

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ROOT / "build" / "compiled"
_ABOUT = (
    "import json, sys, sysconfig; flags = sysconfig.get_config_var('CONFIG_ARGS') or '';"
    "print(json.dumps([sys.version.split()[0], '--enable-optimizations' in flags, '--with-lto' in flags]))"
)


class Build(NamedTuple):
    """An interpreter of this environment's version, and the folder that holds the package `terpadu`."""

    python: str = sys.executable
    package: Path = ROOT / "src"

    @property
    def command(self) -> list[str]:
        """The command `terpadu` under it, with the libraries of this environment."""
        libraries = [str(self.package), *site.getsitepackages()]
        return ["/usr/bin/env", f"PYTHONPATH={':'.join(libraries)}", self.python, "-m", "terpadu"]

    def check(self) -> None:
        """Raises `Unfit` where it can't run here."""
        if not (self.package / "terpadu").is_dir():
            raise Unfit(f"Expected a compiled build in {self.package}; run `make compiled` and try again.")
        said = subprocess.run([*self.command, "--help"], capture_output=True, text=True, check=False, cwd="/")
        if said.returncode:
            raise Unfit(f"Expected {self.python} to run the node: {said.stderr.strip()[-200:]}")

    def described(self) -> dict[str, object]:
        """For the report: how the interpreter was built counts for a tenth of what an exchange costs."""
        told = subprocess.run([self.python, "-c", _ABOUT], capture_output=True, text=True, check=True).stdout
        version, profiled, linked = json.loads(told)
        return {
            "python": version,
            "interpreter": self.python,
            "profile_guided": profiled,
            "link_time_optimised": linked,
            "compiled": self.package == COMPILED,
        }
