"""The nine checks of an evidence file, in order (protocol section 7). Pure: a text and a trust anchor, nothing else."""

from __future__ import annotations

from terpadu.signing.evidence.binding import check_binding
from terpadu.signing.evidence.checks import (
    check_contents,
    check_keys,
    check_records,
    check_registry,
    check_revocations,
    check_seals,
    check_signers_shown,
    check_witnesses,
)
from terpadu.signing.evidence.finding import Finding, finding
from terpadu.signing.evidence.form import parse
from terpadu.signing.evidence.trust import read_root


def verify(text: bytes, root: bytes) -> Finding:
    """What this file proves under this anchor. Raises `Broken` with the number of the check that fails, `BadInput`."""
    trust = read_root(root)
    file = parse(text)  # 1
    check_signers_shown(file, trust)  # 1
    registry = check_registry(file, trust)  # 2
    keys = check_keys(file, registry, trust)  # 3
    proven = check_seals(file, keys)  # 4
    check_binding(proven)  # 5
    records = check_records(file, proven, keys)  # 6
    witnessed = check_witnesses(records, keys, trust)  # 7
    check_revocations(proven, records, witnessed, trust)  # 8
    contents = check_contents(file, proven)  # 9
    return finding(proven, records, witnessed, contents, trust)
