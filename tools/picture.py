"""Draw docs/reference/demo.svg from a real run of the demo: what the terminal shows, line for line.

Run from the repository's root, with the demo's ports free: `.venv/bin/python -m tools.picture`
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from demo import __main__ as demo
from demo import screen

TARGET = Path("docs/reference/demo.svg")
WIDTH = 146
THEME = TerminalTheme(
    (23, 27, 33),
    (229, 229, 229),
    [(82, 82, 82), (255, 107, 107), (126, 214, 145), (255, 204, 102), (110, 168, 254), (190, 150, 240), (120, 200, 210),
     (229, 229, 229)],
    [(140, 147, 158), (255, 107, 107), (126, 214, 145), (255, 204, 102), (110, 168, 254), (190, 150, 240), (120, 200, 210),
     (255, 255, 255)],
)  # fmt: skip
PAGE = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="make demo">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="{width}" height="{height}" rx="8" fill="#171b21"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own page names a font on a server; this one uses the reader's, and no ornaments."""


class Page(Console):
    """A console as wide as the picture: a long line goes on in the next one, since a picture can't be scrolled."""

    def print(self, *objects: Any, **more: Any) -> None:
        """Print without soft wrapping."""
        super().print(*objects, **{**more, "soft_wrap": False})


def main() -> int:
    """Run the demo once, keep what it says, write the picture where all of it was served."""
    screen.console = Page(record=True, width=WIDTH, file=io.StringIO(), force_terminal=False, highlight=False)
    sys.argv = ["demo", "--once"]
    status = demo.main()
    print(screen.console.export_text(clear=False))
    if status == 0:
        svg = screen.console.export_svg(theme=THEME, code_format=PAGE, unique_id="demo")
        TARGET.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
