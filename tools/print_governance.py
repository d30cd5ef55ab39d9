"""Print docs/reference/application-stages.md from the tables of src/terpadu/governance; with `--check`, say whether it is stale.

Run from the repository's root: `.venv/bin/python -m tools.print_governance`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terpadu.portal.config")

FILE = Path("docs/reference/application-stages.md")
NOTE = (
    "<!-- Printed by `python -m tools.print_governance`; change the tables in src/terpadu/governance that it reads. -->"
)


def page() -> str:
    """The whole page."""
    return "\n".join((*_head(), *_stages(), *_gate(), *_roles(), *_columns()))


def _head() -> tuple[str, ...]:
    return (
        *("# Applications: stages, gate, roles, columns", "", NOTE, ""),
        *(
            "A step that no table holds is refused. Every step is written down with who took it, for which member, and why.",
            "",
        ),
    )


def _stages() -> tuple[str, ...]:
    from terpadu.governance.stages import APPROVED, STEPS, Stage

    arrows = [
        f"    {before} --> {step.after}: {step.name}" for step in STEPS.values() for before in sorted(step.before)
    ]
    rows = [f"| `{stage}` | {stage.label} | {'yes' if stage in APPROVED else 'no'} |" for stage in Stage]
    steps = [
        f"| `{step.name}` | {_listed(step.before)} | `{step.after}` | {step.actor} | {_listed(step.papers)} |"
        for step in STEPS.values()
    ]
    return (
        *(
            "## The life of an application",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> dilaporkan: reported by file",
        ),
        *(
            "    [*] --> direncanakan: exempted at the gate",
            *arrows,
            "    batal --> [*]",
            "    diakhiri --> [*]",
            "```",
            "",
        ),
        *("| stage | on pages | may get a subsystem or a client |", "|---|---|---|", *rows, ""),
        *("| step | from | to | by | papers |", "|---|---|---|---|---|", *steps, ""),
    )


def _gate() -> tuple[str, ...]:
    from terpadu.governance.gate_states import STATES

    arrows = [
        f"    {_drawn(state)} --> {_drawn(then)}" for state, following in STATES.items() for then in sorted(following)
    ]
    ends = [f"    {_drawn(state)} --> [*]" for state, following in STATES.items() if not following]
    rows = [f"| `{state}` | {state.label} | {_listed(following)} |" for state, following in STATES.items()]
    return (
        *(
            "## A proposal at the gate",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> ditahan",
            *arrows,
            *ends,
            "```",
            "",
        ),
        *("| state | on pages | what may follow |", "|---|---|---|", *rows, ""),
    )


def _roles() -> tuple[str, ...]:
    from terpadu.governance.roles import ACTIONS, Who

    head = f"| action | {' | '.join(Who)} |"
    rows = [
        f"| `{name}` | {' | '.join('yes' if who in allowed else '' for who in Who)} |"
        for name, allowed in ACTIONS.items()
    ]
    return (
        *(
            "## Who may do what",
            "",
            "What each role is stands in `src/terpadu/governance/roles.py`. A reviewer judges nothing of the own",
        ),
        *("member, and nobody judges twice or what they proposed.", "", head, "|---|" + "---|" * len(Who), *rows, ""),
    )


def _columns() -> tuple[str, ...]:
    from terpadu.governance.inventory.columns import COLUMNS

    rows = [f"| `{one.name}` | {one.label} | {one.expected} | {'yes' if one.needed else ''} |" for one in COLUMNS]
    return (
        "## Columns of an inventory file",
        "",
        "| column | on pages | what is expected | needed |",
        "|---|---|---|---|",
        *rows,
        "",
    )


def _drawn(state: str) -> str:
    return state.replace("-", "_")


def _listed(names: object) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"  # type: ignore[call-overload]


def stale() -> bool:
    """Is the page not what would be printed now?"""
    return not FILE.is_file() or FILE.read_text(encoding="utf-8") != page()


def main() -> int:
    """Print, or check."""
    import django

    django.setup()
    if "--check" in sys.argv:
        if stale():
            print(f"{FILE} is stale; run `python -m tools.print_governance`.", file=sys.stderr)
        return int(stale())
    FILE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
