"""A withdrawal on its way to the federation's publishing machine."""

from __future__ import annotations

import urllib.request
from urllib.error import HTTPError

from django.conf import settings

from terpadu.signing.keys import Signer
from terpadu.trust.withdrawing import make

_SECONDS = 5.0


def send(receipt: str, signer: Signer) -> None:
    """Tell every registry named in the settings. Raises `OSError` where none took it."""
    request_body = make(receipt, signer)
    told = [_told(registry, request_body) for registry in settings.PORTAL.registries]
    if not any(told):
        raise OSError("no registry took the withdrawal")


def _told(registry: str, body: bytes) -> bool:
    request = urllib.request.Request(f"{registry}/withdrawals", body, method="POST")  # noqa: S310 - from the settings
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
