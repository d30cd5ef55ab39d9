from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who someone is, and for whom they may act."""

    name = "terpadu.identity"
    label = "identity"
