from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The furniture of all rooms."""

    name = "terpadu.pages"
    label = "pages"
