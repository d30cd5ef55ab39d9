from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Applications on their way."""

    name = "terpadu.cases"
    label = "cases"

    def ready(self) -> None:
        """My cases stand on the first page; a person's consent lets them go on."""
        from terpadu.cases.consenting import go_on
        from terpadu.cases.home import block
        from terpadu.identity.consent import signals
        from terpadu.pages import home

        home.register(block)
        signals.given.connect(go_on)
