from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Members, services, agreements, and the federation that is signed for them."""

    name = "terpadu.registry"
    label = "registry"
