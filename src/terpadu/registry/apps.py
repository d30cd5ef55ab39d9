from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Members, services, agreements, and the federation that is signed for them."""

    name = "terpadu.registry"
    label = "registry"

    def ready(self) -> None:
        """The way into the registry stands on the first page."""
        from terpadu.pages import home

        home.register(home.Block("below", 90, "registry/home.html", lambda request: {}))
