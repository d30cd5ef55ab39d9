"""How the portal signs people on for others: django-oauth-toolkit's settings (OpenID Connect Core, RFC 9700)."""

from __future__ import annotations

from typing import Any

from terpadu.identity.openid.scopes import SCOPES

_STRICT = (
    *("IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS"),
    *("TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED"),
)
"""What RFC 9700 asks for beyond RFC 6749; each is off unless it is named."""


def provider(address: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """`OAUTH2_PROVIDER`: of the portal at `address`, that signs with the first of `keys` (PEM) and still shows the others."""
    return {
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": f"{address}/o",
        "OIDC_RSA_PRIVATE_KEY": keys[0],
        "OIDC_RSA_PRIVATE_KEYS_INACTIVE": list(keys[1:]),
        "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
        "OIDC_SUBJECT_TYPES_SUPPORTED": ["pairwise"],
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": True,
        "OAUTH2_VALIDATOR_CLASS": "terpadu.identity.openid.validator.Validator",
        "CLIENT_SECRET_HASHER": "sha256_random_secret",
        "SCOPES": SCOPES,
        "DEFAULT_SCOPES": ["openid"],
        "PKCE_REQUIRED": True,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
        "ID_TOKEN_EXPIRE_SECONDS": 600,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 8 * 3600,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "ROTATE_REFRESH_TOKEN": True,
        "REQUEST_APPROVAL_PROMPT": "auto",
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https"] if address.startswith("https:") else ["http", "https"],
        **{f"COMPLIANT_BCP_RFC9700_{name}": True for name in _STRICT},
    }
