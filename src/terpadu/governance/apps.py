from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The inventory of applications, and its gate."""

    name = "terpadu.governance"
    label = "governance"
