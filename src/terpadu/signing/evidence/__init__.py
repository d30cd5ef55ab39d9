"""Evidence files: one text that proves one exchange offline (protocol section 7).

build(sides, entries, registry, contents)  -> bytes     gather the parts into one file
verify(text, root)                         -> Finding   nine checks, then what is proven and what is not
"""

from terpadu.signing.evidence.build import Registry, build
from terpadu.signing.evidence.finding import Finding
from terpadu.signing.evidence.form import Entry, Evidence, Side, parse, parse_entries, render, render_entries
from terpadu.signing.evidence.trust import Trust, read_root
from terpadu.signing.evidence.verify import verify

__all__ = [
    "Entry",
    "Evidence",
    "Finding",
    "Registry",
    "Side",
    "Trust",
    "build",
    "parse",
    "parse_entries",
    "read_root",
    "render",
    "render_entries",
    "verify",
]
