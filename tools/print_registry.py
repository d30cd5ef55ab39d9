"""Print docs/reference/registry-states.md from the registry's tables; with `--check`, say whether it is stale.

Run from the repository's root: `.venv/bin/python -m tools.print_registry`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terpadu.portal.config")

PLACE = Path("docs/reference/registry-states.md")
NOTE = "<!-- Printed by `python -m tools.print_registry`; change the tables in src/terpadu/registry that it reads. -->"


def page() -> str:
    """The states, drawn and as tables; and who may do what."""
    from terpadu.registry.roles import ACTIONS
    from terpadu.registry.states import TABLES

    lines = ["# The registry: states and roles", "", NOTE, "", "A step that no table holds is refused.", ""]
    for drawn in TABLES:
        labels = {state.value: str(state.label) for state in drawn.labels}  # type: ignore[attr-defined]
        lines += [f"## {drawn.title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {_name(drawn.first)}"]
        for state, following in drawn.table.items():
            lines += [f"    {_name(state)} --> {_name(then)}" for then in sorted(following)]
            lines += [] if following else [f"    {_name(state)} --> [*]"]
        lines += ["```", "", "| state | on pages | what may follow |", "|---|---|---|"]
        lines += [f"| `{s}` | {labels[s]} | {_listed(f)} |" for s, f in drawn.table.items()]
        lines.append("")
    lines += ["## Who may do what", "", "Roles come from mandates (`identity/mandates`); any of those named may.", ""]
    lines += ["| action | roles |", "|---|---|"]
    lines += [f"| `{action}` | {', '.join(sorted(who))} |" for action, who in ACTIONS.items()]
    return "\n".join((*lines, ""))


def _name(state: str) -> str:
    """Mermaid knows no hyphen in a state."""
    return str(state).replace("-", "_")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def stale() -> list[str]:
    """The page, if it is not what would be printed now."""
    same = PLACE.is_file() and PLACE.read_text(encoding="utf-8") == page()
    return [] if same else [PLACE.name]


def main() -> int:
    """Print, or check."""
    import django

    django.setup()
    if "--check" in sys.argv:
        for name in (old := stale()):
            print(f"docs/reference/{name} is stale; run `python -m tools.print_registry`.", file=sys.stderr)
        return 1 if old else 0
    PLACE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
