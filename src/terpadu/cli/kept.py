"""What a node keeps, opened for looking: its last good federation and its journal, beside the running node or at rest."""

from __future__ import annotations

from terpadu.errors import BadInput
from terpadu.exchange.plan import Plan
from terpadu.journal.reading import Reading
from terpadu.journal.secrets import Secrets
from terpadu.model.rights import Rights, rights_of
from terpadu.signing.keys import Check, check_of
from terpadu.trust import keys as node_keys
from terpadu.trust.store import Store
from terpadu.trust.verify import Taken


def taken(plan: Plan) -> Taken:
    """The last good federation. Raises `BadInput` before the first."""
    found = Store(plan.trust, plan.root.read_bytes()).load()
    if found is None:
        raise BadInput(
            f"Expected a verified federation in {plan.trust}; start the node once with its registry in reach."
        )
    return found


def rights(found: Taken) -> Rights:
    """Its rights, made quick to ask."""
    return rights_of(found.federation, found.narrowing, found.revocations)


def reading(plan: Plan, listed: Rights) -> Reading:
    """The journal, with the listed keys to check its signatures by."""

    def key_of(name: str, key_id: bytes) -> Check | None:
        found = listed.key(name, key_id)
        return check_of(found.entry.alg, found.entry.key) if found else None

    return Reading(plan.journal, node_keys.load(plan.keys).node, Secrets(plan.keys / "journal").store, key_of)
