"""What a sign-on passes through."""

from __future__ import annotations

from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.stages import PasskeySignupStage
from django.http import HttpResponse


class FirstPasskeyStage(PasskeySignupStage):  # type: ignore[misc]
    """Registration ends with a passkey. Who left before it makes it at the next sign-on: a code by e-mail opens nothing."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        factors = Authenticator.objects.filter(user=self.login.user)
        if factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            return None, True
        return headed_redirect_response(self.urlname), True
