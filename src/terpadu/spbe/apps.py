from django.apps import AppConfig


class SpbeConfig(AppConfig):
    """The SPBE index: what decrees published, as open data."""

    name = "terpadu.spbe"
    label = "spbe"
