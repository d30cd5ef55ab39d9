from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """What persons agreed to."""

    name = "terpadu.identity.consent"
    label = "consent"
