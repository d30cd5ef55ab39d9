"""Who may ask, and how often: agency, user, password and IP stand in the body; the quota is a day's."""

import hmac
import os
from collections.abc import Callable
from datetime import date

from contoh.alat import credential
from contoh.dukcapil import answers
from contoh.dukcapil.answers import Refused, Row

INACTIVE_USER = "PENGGUNA-LAMA"


class Quota:
    """Questions left today; a new day fills it again. An empty one refuses."""

    def __init__(self, daily: int, today: Callable[[], date] = date.today) -> None:
        self._daily, self._today = daily, today
        self._day, self.left = today(), daily

    def take(self) -> None:
        if self._today() != self._day:
            self._day, self.left = self._today(), self._daily
        if self.left == 0:
            raise Refused(answers.QUOTA_EMPTY)
        self.left -= 1


def daily_quota() -> int:
    """CONTOH_DUKCAPIL_KUOTA from the environment, else 20,000 questions a day."""
    return int(os.environ.get("CONTOH_DUKCAPIL_KUOTA", "20000"))


def check_caller(agency: str, asked: Row, peer: str) -> None:
    """Raises Refused as Dukcapil does; the order is agency, parameters, user, address."""
    if agency != credential("DUKCAPIL_INSTANSI"):
        raise Refused(answers.AGENCY_INACTIVE)
    if any(not asked.get(name) for name in ("USER_ID", "PASSWORD", "IP_USER")):
        raise Refused(answers.INCOMPLETE)
    if asked["USER_ID"] == INACTIVE_USER:
        raise Refused(answers.USER_INACTIVE)
    if not (_same(asked["USER_ID"], "USER_ID") and _same(asked["PASSWORD"], "PASSWORD")):
        raise Refused(answers.LOGIN_FAILED)
    if asked["IP_USER"] != credential("DUKCAPIL_IP_USER"):
        raise Refused(answers.IP_UNKNOWN)
    if asked["IP_USER"] != peer:
        raise Refused(answers.IP_OTHER)


def _same(given: str, name: str) -> bool:
    return hmac.compare_digest(given.encode(), credential(f"DUKCAPIL_{name}").encode())
