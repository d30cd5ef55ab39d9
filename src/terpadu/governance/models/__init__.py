"""The inventory, the gate, and what happened to both."""

from terpadu.governance.models.application import Application, Hosting, Interface, Kind, Personal
from terpadu.governance.models.batch import Batch, Verdict
from terpadu.governance.models.paper import Description, Paper
from terpadu.governance.models.proposal import Exemption, Proposal, Review
from terpadu.governance.models.record import Record

__all__ = (
    "Application", "Batch", "Description", "Exemption", "Hosting", "Interface", "Kind", "Paper", "Personal", "Proposal",
    "Record", "Review", "Verdict",
)  # fmt: skip
