"""What the registry keeps. Rows are evidence: they end, they are never deleted."""

from terpadu.registry.models.agreement import Agreement, Purpose, Risk, Suspension, Template
from terpadu.registry.models.history import Act, Publication
from terpadu.registry.models.member import Member, Node, Subsystem
from terpadu.registry.models.service import Service, Version

__all__ = (
    "Act",
    "Agreement",
    "Member",
    "Node",
    "Publication",
    "Purpose",
    "Risk",
    "Service",
    "Subsystem",
    "Suspension",
    "Template",
    "Version",
)
