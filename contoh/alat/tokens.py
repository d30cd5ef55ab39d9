"""Tokens that a log-in gives and time takes away."""

import secrets
import time
from collections.abc import Callable


class Tokens:
    """Issues random tokens; one is good for `life` seconds."""

    def __init__(self, life: float, now: Callable[[], float] = time.monotonic) -> None:
        self._life, self._now = life, now
        self._until: dict[str, float] = {}

    def issue(self) -> str:
        token = secrets.token_urlsafe(32)
        self._until[token] = self._now() + self._life
        return token

    def is_good(self, token: object) -> bool:
        return isinstance(token, str) and self._until.get(token, 0.0) > self._now()
