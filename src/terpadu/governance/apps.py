from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The inventory of applications, and its gate."""

    name = "terpadu.governance"
    label = "governance"

    def ready(self) -> None:
        """The worker brings in files of the inventory."""
        from terpadu.cases import beside
        from terpadu.governance.inventory import importing

        beside.register(importing.work_once)
