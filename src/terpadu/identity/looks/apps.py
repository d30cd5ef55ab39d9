from django.apps import AppConfig


class LooksConfig(AppConfig):
    """The list of looks."""

    name = "terpadu.identity.looks"
    label = "looks"

    def ready(self) -> None:
        """The newest look stands on the first page."""
        from terpadu.identity.looks.first_page import latest
        from terpadu.pages import home

        home.register(home.Block("side", 10, "pages/home/watch.html", latest))
