from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Applications on their way."""

    name = "terpadu.cases"
    label = "cases"

    def ready(self) -> None:
        """My cases stand on the first page."""
        from terpadu.cases.home import block
        from terpadu.pages import home

        home.register(block)
