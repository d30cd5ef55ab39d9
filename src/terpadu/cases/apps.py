from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Applications on their way."""

    name = "terpadu.cases"
    label = "cases"
