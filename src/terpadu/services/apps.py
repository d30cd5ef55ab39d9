"""The catalogue: services put together from what agencies already know."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The catalogue."""

    name = "terpadu.services"
    label = "services"

    def ready(self) -> None:
        """Life events and words that are often sought stand on the first page; mandates know services by their titles."""
        from terpadu.identity.mandates import naming
        from terpadu.pages import home
        from terpadu.services import first_page, saying

        home.register(home.Block("often", 10, "pages/home/often.html", first_page.often))
        naming.register(saying.titles)
        home.register(home.Block("below", 10, "pages/home/tiles.html", first_page.life_events))
