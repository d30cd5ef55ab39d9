"""The two tokens: one from the gateway (WSO2, client credentials), one from the single sign-on (Keycloak, password)."""

import hmac
from base64 import b64decode
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contoh.alat import Tokens, credential

GATEWAY_SECONDS, SSO_SECONDS = 3600, 43200


class Door:
    """Gives both tokens and checks both headers, as the gateway does: its own first."""

    def __init__(self, gateway: Tokens, sso: Tokens) -> None:
        self._gateway, self._sso = gateway, sso

    async def gateway_token(self, request: Request) -> Response:
        """POST /oauth2/token with Basic and grant_type=client_credentials."""
        form = await _form(request)
        if form.get("grant_type") != "client_credentials":
            return _error(400, "unsupported_grant_type", "Unsupported grant_type value")
        wanted = f"{credential('SIASN_CONSUMER_KEY')}:{credential('SIASN_CONSUMER_SECRET')}"
        if not _same(_basic(request), wanted):
            return _error(401, "invalid_client", "A valid OAuth client could not be found for client_id")
        token = self._gateway.issue()
        scope = "am_application_scope default"
        body = {"access_token": token, "scope": scope, "token_type": "Bearer", "expires_in": GATEWAY_SECONDS}
        return JSONResponse(body)

    async def sso_token(self, request: Request) -> Response:
        """POST to Keycloak's token endpoint with grant_type=password."""
        form = await _form(request)
        if form.get("grant_type") != "password":
            return _error(400, "unsupported_grant_type", "Unsupported grant_type")
        if not _same(form.get("client_id", ""), credential("SIASN_CLIENT_ID")):
            return _error(401, "invalid_client", "Invalid client credentials")
        given = f"{form.get('username', '')}\n{form.get('password', '')}"
        if not _same(given, f"{credential('SIASN_USERNAME')}\n{credential('SIASN_PASSWORD')}"):
            return _error(401, "invalid_grant", "Invalid user credentials")
        return JSONResponse(
            {
                "access_token": self._sso.issue(),
                "expires_in": SSO_SECONDS,
                "refresh_expires_in": 0,
                "token_type": "Bearer",
                "not-before-policy": 0,
                "scope": "email profile",
            }
        )

    def refuse(self, request: Request) -> Response | None:
        """The refusal for a call without two good tokens, else None."""
        if not self._gateway.is_good(_after("Bearer ", request.headers.get("authorization", ""))):
            text = "Make sure you have provided the correct security credentials"
            body = {"code": "900901", "message": "Invalid Credentials", "description": text}
            return JSONResponse(body, status_code=401)
        if not self._sso.is_good(_after("bearer ", request.headers.get("auth", ""))):
            return JSONResponse({"code": 0, "message": "Token SSO tidak valid"}, status_code=401)
        return None


def _after(scheme: str, header: str) -> str:
    return header[len(scheme) :] if header.startswith(scheme) else ""


def _basic(request: Request) -> str:
    encoded = _after("Basic ", request.headers.get("authorization", ""))
    try:
        return b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("latin-1")))


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _error(status: int, error: str, text: str) -> Response:
    return JSONResponse({"error": error, "error_description": text}, status_code=status)
