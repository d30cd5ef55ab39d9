"""Print docs/reference/case-states.md from the one table of states; with `--check`, say whether it is stale.

Run from the repository's root: `.venv/bin/python -m tools.print_states`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terpadu.portal.config")

PAGE = Path("docs/reference/case-states.md")
NOTE = "<!-- Printed by `python -m tools.print_states` from src/terpadu/cases/states.py; change that. -->"


def page() -> str:
    """The states of a case, drawn and as a table."""
    from terpadu.cases.states import STATES

    arrows = [f"    {state.value} --> {then.value}" for state, row in STATES.items() for then in sorted(row.following)]
    rows = [
        f"| `{state.value}` | {state.label} | {row.turn} | {_listed(row.following)} |" for state, row in STATES.items()
    ]
    return "\n".join(
        (
            "# States of a case",
            "",
            NOTE,
            "",
            "A case is a matter of one person with one or more agencies. Its state says whose turn it is. A step that this table",
            "does not hold is refused.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft",
            *arrows,
            *(f"    {state.value} --> [*]" for state, row in STATES.items() if not row.following),
            "```",
            "",
            "| state | on pages | whose turn | what may follow |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )


def _listed(states: Iterable[str]) -> str:
    return ", ".join(f"`{state}`" for state in sorted(states)) or "none"


def main() -> int:
    """Print, or check."""
    import django

    django.setup()
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE} is stale; run `python -m tools.print_states`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
