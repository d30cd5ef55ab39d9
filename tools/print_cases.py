"""Print docs/reference/case-states.md and process-bpmn.md from the tables of the program; with `--check`, say what is stale.

Run from the repository's root: `.venv/bin/python -m tools.print_cases`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terpadu.portal.config")

PLACE = Path("docs/reference")
NOTE = (
    "<!-- Printed by `python -m tools.print_cases`; change that, or the tables in src/terpadu/cases that it reads. -->"
)

OWN = {
    "text": "the step's name where it is not the element's `name`; `en` is its English",
    "detail": "a second sentence about the step",
    "shows": "what who acts sees: a `fact` that service.toml asks, or CEL in `path`; an officer sees no more of the case",
    "asks": "an input of the person or officer; `kind` text, long, date, number, flag or choice; `needed` false: may stay empty",
    "option": "one of a choice, inside `<t:asks>`",
    "decides": "the step decides; `rule` is cited; `result` granted or refused (by rule only); an objection goes to `examiner`, "
    "an appeal to `superior`; its term in working `days` or in `months`, else the service's",
    "reason": "of a decision by rule, inside `<t:decides>`: from a `fact` or an `act`, where `when` (CEL) holds; `each`: CEL for "
    "sentences that a system gave itself",
    "term": "the office's working `days` for this step",
    "eyes": "how many officers must agree",
    "office": "of a lane: the office's name; of a task: `by` (CEL) names the office where it depends on the case",
}
"""What each of our own elements is for; a difference to the program's table is an error."""

VARIABLES = {
    "subjek": "who the case is about, and what was typed; `nomor_perkara` is the case's reference",
    "jawaban": "what was typed alone",
    "fakta": "facts, as a tree: `fakta.keluarga.nomor`",
    "tidak_ada": "names of facts that their authority does not have; a silent authority's are not among them",
    "hasil": "by step: the answer of an act, or what an officer wrote",
    "ditolak": "by act: what its system said when it refused",
    "putusan": "by step: 'setuju' or 'tolak'",
    "hari_ini": "the day at the office's place, as text: 2026-11-24",
}


def states_page() -> str:
    """The states of a case, drawn and as a table."""
    from terpadu.cases.states import STATES

    arrows = [f"    {state.value} --> {then.value}" for state, row in STATES.items() for then in sorted(row.following)]
    ends = [f"    {state.value} --> [*]" for state, row in STATES.items() if not row.following]
    rows = [
        f"| `{state.value}` | {state.label} | {row.turn} | {_listed(row.following)} |" for state, row in STATES.items()
    ]
    return "\n".join(
        (
            *("# States of a case", "", NOTE, ""),
            "A case is a matter of one person with one or more agencies. Its state says whose turn it is. A step that this table",
            *("does not hold is refused.", "", "```mermaid", "stateDiagram-v2", "    [*] --> draft"),
            *(*arrows, *ends, "```", ""),
            *("| state | on pages | whose turn | what may follow |", "|---|---|---|---|", *rows, ""),
        )
    )


def process_page() -> str:
    """What a process file may hold."""
    from terpadu.cases.engine.cel import DEADLINE
    from terpadu.cases.engine.cel import VARIABLES as KNOWN
    from terpadu.cases.engine.extensions import ALLOWED
    from terpadu.cases.engine.notation import ELEMENTS
    from terpadu.cases.engine.notation import OWN as SPACE
    from terpadu.services.conditions import FUNCTIONS

    _same("elements", set(OWN), set(ALLOWED))
    _same("variables", set(VARIABLES), set(KNOWN))
    own = (f"| `<t:{name}>` | {_listed(ALLOWED[name])} | {words} |" for name, words in OWN.items())
    return "\n".join(
        (
            *("# process.bpmn", "", NOTE, ""),
            "The process of a service, in its folder: BPMN 2.0 as drawing tools write it. Conditions and moments are CEL; no",
            "program from a file ever runs. An element that is not in the table is refused; the sentence names file and line.",
            *("", "## Elements", "", "| element | what it is for |", "|---|---|"),
            *(f"| `<{name}>` | {words} |" for name, words in ELEMENTS.items()),
            *(
                "",
                "## Our own elements",
                "",
                f"Inside `<extensionElements>`, in the namespace `{SPACE}` (here `t`).",
                "",
            ),
            *("| element | attributes | what it is for |", "|---|---|---|", *own),
            *("", "## What conditions know", "", "| name | what it is |", "|---|---|"),
            *(f"| `{name}` | {words} |" for name, words in VARIABLES.items()),
            *("", f"Functions beside CEL's own: {_listed(FUNCTIONS)}."),
            f"In timers `{DEADLINE}(3)` is the end of the third working day. A condition over something that is not known is",
            *("neither true nor false: the case waits, and its authority is asked again.", ""),
        )
    )


PAGES: dict[str, Callable[[], str]] = {"case-states.md": states_page, "process-bpmn.md": process_page}


def _same(what: str, told: set[str], there: set[str]) -> None:
    if told != there:
        raise SystemExit(
            f"Expected a sentence in tools/print_cases.py for each of the {what}; see {sorted(told ^ there)}."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def stale() -> list[str]:
    """The pages that are not what would be printed now."""
    return [
        name
        for name, page in PAGES.items()
        if not (PLACE / name).is_file() or (PLACE / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    """Print, or check."""
    import django

    django.setup()
    if "--check" in sys.argv:
        for name in (old := stale()):
            print(f"docs/reference/{name} is stale; run `python -m tools.print_cases`.", file=sys.stderr)
        return 1 if old else 0
    for name, page in PAGES.items():
        (PLACE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
