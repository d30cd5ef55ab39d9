"""Print the tables of policy and of errors into docs/reference; `--check` says whether they are stale (exit 1).

    python -m tests.spec.print_policy [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from terpadu.errors import CODES
from terpadu.policy.agreement_rules import AGREEMENT_RULES
from terpadu.policy.federation_rules import FEDERATION_RULES
from terpadu.policy.metaservices import OPEN, RESERVED
from tests.spec.path_table import NAMES, READ
from tests.spec.policy_table import SECTIONS

REFERENCE = Path(__file__).parents[2] / "docs/reference"
GENERATED = "<!-- Printed by `python -m tests.spec.print_policy` from tables that run as tests; change those. -->"
COMMAND = "python -m tests.spec.print_policy"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str | None) -> str:
    """Text set as code; nothing for None."""
    return "" if text is None else f"`{text}`" if text else "(empty)"


def policy_page() -> str:
    """docs/reference/policy.md"""
    rules = [*FEDERATION_RULES, *[("agreement", "no-agreement", None)], *AGREEMENT_RULES]
    parts = [
        "# Policy: the truth table",
        GENERATED,
        "A request is a no by the first rule that says no; a yes names its agreement. Both nodes decide, the answering "
        "one for good. Nothing named means nothing allowed. How the base case looks: `tests/spec/policy_world.py`.",
        "## The rules in their order",
        table(
            ("rule", "code", "status", "meaning"),
            [(rule[0], code(rule[1]), CODES[rule[1]].status, CODES[rule[1]].meaning) for rule in rules],
        ),
    ]
    for section, rows in SECTIONS.items():
        parts += [f"## {section}", table(("what is changed", "answer", "code", "why"), [
            (row.words, row.rule if row.code else f"yes: {row.rule}", code(row.code), row.why) for row in rows
        ])]  # fmt: skip
    return "\n\n".join([*parts, *_paths(), *_metaservices(), *_days()]) + "\n"


def _paths() -> list[str]:
    read = [(code(raw), code(text) or "refused", why) for raw, text, why in READ]
    names = [(code(pattern), code(path), "yes" if named else "no") for pattern, path, named in NAMES]
    return [
        "## How a path is read",
        "A path that two systems could read differently is refused with the code `endpoint`.",
        table(("as it travels", "read as", "why"), read),
        "## What a pattern names",
        table(("pattern", "path", "named"), names),
    ]


def _metaservices() -> list[str]:
    rows = [(code(name), "no" if name in OPEN else "yes") for name in sorted(RESERVED)]
    return ["## Reserved service codes", table(("code", "needs an agreement"), rows)]


def _days() -> list[str]:
    return ["## Days", "Quota and ceiling are counted per day in Jakarta (UTC+7), whatever zone the node is in."]


def errors_page() -> str:
    """docs/reference/errors.md"""
    return "\n\n".join([
        "# Errors: every code that may leave a node",
        GENERATED,
        "Programs decide by the code, which never changes; people read the sentence beside it, which may.",
        table(("code", "status", "meaning"), [(code(name), item.status, item.meaning) for name, item in CODES.items()]),
    ]) + "\n"  # fmt: skip


PAGES = {"policy.md": policy_page, "errors.md": errors_page}


def stale() -> list[str]:
    """Names of the pages that differ from their tables."""
    return [name for name, page in PAGES.items() if _held(REFERENCE / name) != page()]


def _held(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` only compare them."""
    if "--check" in arguments:
        for name in stale():
            print(f"docs/reference/{name} is stale; run `{COMMAND}`.", file=sys.stderr)
        return 1 if stale() else 0
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
