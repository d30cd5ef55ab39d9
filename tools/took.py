"""How long the environment took, in seconds; nothing where it stood already."""

from __future__ import annotations

import sys
import time
from pathlib import Path

began = Path(sys.argv[1], "began")
if began.exists():
    print(f"{time.time() - float(began.read_text()):.1f}")
    began.unlink()
