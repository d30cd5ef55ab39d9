"""Is it the portal's own node that calls? It bears the token that both keep (keys/payments)."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest


def is_own_node(request: HttpRequest) -> bool:
    """Everybody else is told to go."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), settings.KEYS.payments.encode())
