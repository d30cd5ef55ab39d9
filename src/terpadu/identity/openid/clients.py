"""Relying parties, as their operator registers them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from oauth2_provider.generators import generate_client_secret

from terpadu.errors import BadInput
from terpadu.identity.openid.models import Client


def register(name: str, back: list[str], after: list[str], sector: str, logout_address: str) -> tuple[Client, str]:
    """A confidential client and its secret, told once. Raises `BadInput` for addresses that are not ones."""
    hosts = {urlsplit(address).hostname for address in back}
    if not sector and len(hosts) != 1:
        raise BadInput("Expected --sector where a client comes back to several hosts (OpenID Connect Core 8.1).")
    secret = generate_client_secret()
    client = Client(
        name=name,
        redirect_uris=" ".join(back),
        post_logout_redirect_uris=" ".join(after),
        client_type=Client.CLIENT_CONFIDENTIAL,
        client_secret=secret,
        authorization_grant_type=Client.GRANT_AUTHORIZATION_CODE,
        algorithm=Client.RS256_ALGORITHM,
        sector=sector or str(next(iter(hosts))),
        logout_address=logout_address,
    )
    try:
        client.full_clean()
    except ValidationError as error:
        said = "; ".join(f"{field}: {' '.join(words)}" for field, words in error.message_dict.items())
        raise BadInput(f"Expected a client's name and addresses: {said}") from None
    client.save()
    return client, secret
