"""The prefilled form as a Django app."""

from django.apps import AppConfig


class ApplyingConfig(AppConfig):
    """The prefilled form."""

    name = "terpadu.cases.applying"
    label = "applying"
