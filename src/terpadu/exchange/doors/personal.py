"""No person's number where everybody reads: heads stand in clear in two journals and in every evidence file."""

from __future__ import annotations

import re

from terpadu.errors import Refused

_NIK = re.compile(
    r"""(?<!\d) [1-9]\d{5}                  # the district of first registration
        (?: [04][1-9] | [1256]\d | [37][01] )   # day of birth, 40 more for women
        (?: 0[1-9] | 1[0-2] ) \d{2}             # month and year
        \d{4} (?!\d)                            # serial number""",
    re.VERBOSE,
)
"""A NIK, or a family card's number, which is built alike."""


def check_impersonal(**named: str | None) -> None:
    """Names of a head (service, purpose, case) hold no NIK. Raises `Refused`, which does not repeat it."""
    for name, text in named.items():
        if text is not None and _NIK.search(text):
            sentence = (
                f"Expected no person's number in the {name}, which stands in clear in evidence; put it into the body."
            )
            raise Refused("personal", sentence)
