from django.apps import AppConfig


class OpenIdConfig(AppConfig):
    """Sign-on for other applications."""

    name = "terpadu.identity.openid"
    label = "openid"

    def ready(self) -> None:
        from terpadu.identity.openid import logout

        logout.listen()
