"""The room of accounts: who someone is, and for whom they may act."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who someone is, and for whom they may act."""

    name = "terpadu.identity"
    label = "identity"

    def ready(self) -> None:
        from terpadu.identity import sessions
        from terpadu.identity.signing_on import recording

        sessions.listen()
        recording.listen()
