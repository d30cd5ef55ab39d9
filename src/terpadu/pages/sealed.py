"""Personal data at rest: sealed with AES-256-GCM under the portal's key, so that a copied database tells nothing.

The field's name is bound as associated data: a value moved to another column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from terpadu.errors import BadInput

_NONCE = 12


def seal(value: object, place: str) -> bytes:
    """JSON value -> nonce and ciphertext."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, msgspec.json.encode(value), place.encode())


def unseal(sealed: bytes, place: str) -> Any:
    """The value again. Raises `BadInput`."""
    try:
        plain = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise BadInput(
            f"Expected {place} to open with this portal's key; it does not. Is `keys` the right folder?"
        ) from None
    return msgspec.json.decode(plain)


def index(text: str) -> str:
    """Keyed hash (HMAC-SHA-256, hex) under which a person is found without the number standing anywhere."""
    return hmac.new(bytes.fromhex(settings.KEYS.index), text.encode(), hashlib.sha256).hexdigest()


def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.KEYS.seal))


if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class SealedField(_Binary):
    """Any JSON value, sealed. Can't be searched, on purpose."""

    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return None if value is None else unseal(bytes(value), self._place())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else seal(value, self._place())
        return super().get_db_prep_value(sealed, connection, prepared)

    def get_default(self) -> Any:
        if not self.has_default():
            return None
        return self.default() if callable(self.default) else self.default

    def value_to_string(self, obj: Any) -> str:
        raise TypeError("Sealed values are not dumped; back up the database and the keys, apart.")
