"""The token act: OAuth2 client credentials, with every value of the reply a string."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from starlette.datastructures import Headers

from contoh.satusehat.faskes import NAMA, Klien, klien_contoh

BERLAKU = 3599
"""Seconds for which a token is good."""


class Loket:
    """Gives tokens and knows them again. `jam` gives seconds since the epoch."""

    def __init__(self, jam: Callable[[], float], berlaku: int = BERLAKU) -> None:
        self.jam, self.berlaku = jam, berlaku
        self._klien = klien_contoh()
        self._token: dict[str, tuple[Klien | None, float]] = {}

    def beri(self, formulir: dict[str, str]) -> dict[str, str] | None:
        """The token reply; None when the pair of credentials is not known."""
        klien = self._klien.get(str(formulir.get("client_id")))
        if not klien or not secrets.compare_digest(klien.client_secret, str(formulir.get("client_secret"))):
            return None
        token, sekarang = secrets.token_urlsafe(21), self.jam()
        self._token[token] = (klien, sekarang + self.berlaku)
        return {
            "refresh_token_expires_in": "0",
            "api_product_list": "[api-sandbox]",
            "organization_name": NAMA[klien.organisasi],
            "developer.email": "tidak-ada@contoh.invalid",
            "token_type": "BearerToken",
            "issued_at": str(int(sekarang * 1000)),
            "client_id": klien.client_id,
            "access_token": token,
            "application_name": "contoh",
            "scope": "",
            "expires_in": str(self.berlaku),
            "refresh_count": "0",
            "status": "approved",
        }

    def kenal(self, kepala: Headers) -> Klien | None:
        """Whose token came with the request; None for none, an unknown or an expired one."""
        skema, _, token = kepala.get("authorization", "").partition(" ")
        klien, sampai = self._token.get(token, (None, 0.0))
        return klien if skema.casefold() == "bearer" and self.jam() < sampai else None
