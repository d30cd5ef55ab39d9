from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Bills of cases."""

    name = "terpadu.cases.payments"
    label = "payments"
