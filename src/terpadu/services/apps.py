from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The catalogue."""

    name = "terpadu.services"
    label = "services"
