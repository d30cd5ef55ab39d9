"""A compiled build of the modules that every message passes: the same source through mypyc, into build/compiled.

    make compiled                                   makes it
    PYTHONPATH=build/compiled terpadu node run …    uses it

Pure Python stays the default install; both pass the same tests. Modules with struct classes or async walks stay as they
are: mypyc knows neither class options of a metaclass nor async generators, and a generator that is dropped half-way does not
close its file there. Needs a C compiler and the Python headers.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "compiled"
MODULES = {
    "signing": "canonical checkpoint hashes note part seal tree turn wire writing",
    "policy": "agreement_rules decide federation_rules metaservices standing usage",
    "connectors": "circuit mapping rest_reply rest_request",
    "exchange": "deciding frames numbers reading repetition replies turns",
    "journal": "records",
    "model": "paths",
}


def main() -> None:
    """Copy the sources, compile the modules beside them."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(ROOT / "src" / "terpadu", BUILD / "terpadu", ignore=shutil.ignore_patterns("__pycache__"))
    os.chdir(BUILD)
    from mypyc.build import mypycify
    from setuptools import setup

    files = [f"terpadu/{room}/{name}.py" for room, names in MODULES.items() for name in names.split()]
    extensions = mypycify(["--ignore-missing-imports", *files], opt_level="3")
    setup(name="terpadu-compiled", ext_modules=extensions, script_args=["--quiet", "build_ext", "--inplace"])
    shutil.rmtree(BUILD / "build", ignore_errors=True)
    print(f"{len(files)} modules compiled in {BUILD.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
