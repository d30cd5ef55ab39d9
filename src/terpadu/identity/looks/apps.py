from django.apps import AppConfig


class LooksConfig(AppConfig):
    """The list of looks."""

    name = "terpadu.identity.looks"
    label = "looks"
