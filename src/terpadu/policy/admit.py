"""The gate: a yes becomes the one thing that a connector can be asked with.

Nothing else makes an `Admitted` (a test reads the source for it), so what was not decided can't reach an old system.
"""

from __future__ import annotations

from terpadu.errors import Refused
from terpadu.model.message import Admitted, Decision, Headers, Large


def admit(
    decision: Decision,
    *,
    verb: str,
    path: str,
    headers: Headers,
    body: bytes,
    number: str,
    until: int,
    key: str | None = None,
    large: Large | None = None,
) -> Admitted:
    """The admitted request, carrying the agreement's fields. Raises `Refused` with the decision's code on a no.

    `path` is the raw service path with its query, `until` Unix ms; other values as in `Admitted`.
    """
    check_yes(decision)
    if decision.service is None or decision.agreement is None:
        raise Refused("internal", "Expected a decision under an agreement; a metaservice is answered by the node.")
    return Admitted(
        service=decision.service,
        verb=verb,
        path=path,
        headers=headers,
        body=body,
        fields=decision.agreement.fields,
        number=number,
        until=until,
        key=key,
        large=large,
    )


def check_yes(decision: Decision) -> None:
    """Raises `Refused` with the decision's code and sentence on a no."""
    if decision.code is not None:
        raise Refused(decision.code, decision.missing)
