from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents of cases."""

    name = "terpadu.cases.documents"
    label = "documents"
