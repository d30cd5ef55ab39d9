"""What the toolkit leaves to us: pairwise names, how the person proved themselves, and codes and tokens that count once."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from oauth2_provider.models import get_refresh_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import InvalidGrantError

from terpadu.identity.models import Person
from terpadu.identity.openid.models import Client, Given, SignOn

_SIGN_ON = "terpadu_sign_on"


def pairwise(person: Person, client: Client) -> str:
    """A person's name at one sector (OpenID Connect Core 8.1): two sectors can't find out that it is the same person."""
    said = f"openid.sub\n{client.sector}\n{person.pk}".encode()
    return hmac.new(bytes.fromhex(settings.KEYS.index), said, hashlib.sha256).hexdigest()


def digest(secret: str) -> str:
    """A code as it is remembered."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Validator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Code with PKCE alone; every other way is closed in the settings."""

    oidc_claim_scope = {  # noqa: RUF012 - the toolkit reads a class attribute
        **{name: "openid" for name in ("sub", "acr", "amr", "auth_time", "sid")},
        "name": "profile",
        "email": "email",
        "email_verified": "email",
    }

    def validate_silent_login(self, request: Any) -> bool:
        """`prompt=none` reaches the check of a request before the view knows who is there; the view answers it."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        return True

    def _create_authorization_code(self, request: Any, code: Any, expires: Any = None) -> Any:
        request.claims = {**(request.claims or {}), _SIGN_ON: str(request.user.sign_on.sid)}
        return super()._create_authorization_code(request, code, expires)

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        good = super().validate_code(client_id, code, client, request, *args, **kwargs)
        if good:
            request.sign_on = SignOn.objects.filter(pk=request.claims.get(_SIGN_ON), ended=None).first()
        return good and request.sign_on is not None and request.user.is_active

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        good = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        if good:
            family = request.refresh_token_instance.token_family
            given = Given.objects.filter(pk=family, sign_on__ended=None).select_related("sign_on").first()
            request.sign_on = given and given.sign_on
        return good and request.sign_on is not None and request.user.is_active

    def _save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """A refresh token counts once: of many at the same time, the first to hold the row wins."""
        old = getattr(request, "refresh_token_instance", None)
        if old is not None:
            held = get_refresh_token_model().objects.select_for_update().get(pk=old.pk)
            if held.revoked is not None:
                raise InvalidGrantError(request=request)
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_refresh_token(self, request: Any, refresh_token_code: str, access_token: Any, previous: Any) -> Any:
        made = super()._create_refresh_token(request, refresh_token_code, access_token, previous)
        if previous is None:
            code = digest(request.code or str(uuid.uuid4()))
            Given.objects.create(family=made.token_family, sign_on=request.sign_on, code=code)
        return made

    def get_claim_dict(self, request: Any) -> dict[str, Any]:
        sign_on: SignOn | None = getattr(request, "sign_on", None) or _sign_on_of(request)
        person: Person = request.user
        claims: dict[str, Any] = {
            "sub": pairwise(person, _client_of(request)),
            "name": person.get_full_name(),
            "email": person.email,
            "email_verified": True,
            "acr": f"urn:terpadu:assurance:{person.assurance}",
        }
        if sign_on:
            claims |= {"amr": sign_on.methods, "auth_time": int(sign_on.at.timestamp()), "sid": str(sign_on.sid)}
        return claims

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], datetime]:
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        claims["auth_time"] = int(request.sign_on.at.timestamp())
        return claims, expires

    def get_discovery_claims(self, request: Any) -> list[str]:
        return list(self.oidc_claim_scope)


def _client_of(request: Any) -> Client:
    client: Client = request.client or request.access_token.application
    return client


def _sign_on_of(request: Any) -> SignOn | None:
    """The sign-on of an access token, at the userinfo endpoint."""
    refresh = get_refresh_token_model().objects.filter(access_token=request.access_token).first()
    given = Given.objects.filter(pk=refresh.token_family).select_related("sign_on").first() if refresh else None
    return given.sign_on if given else None


@transaction.atomic
def revoke_reused(kind: str, secret: str) -> None:
    """A code or a refresh token came a second time: what came of it counts no longer (RFC 6749 4.1.2, RFC 9700)."""
    tokens = get_refresh_token_model()
    if kind == "authorization_code":
        families = list(Given.objects.filter(code=digest(secret)).values_list("family", flat=True))
    else:
        used = tokens.objects.filter(token_checksum=digest(secret)).exclude(revoked=None)
        families = list(used.values_list("token_family", flat=True))
    for family in set(families):
        tokens.revoke_family(family)
