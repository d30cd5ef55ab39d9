"""Bills and payments: a 15-digit code that begins with 82 and lives seven days; paid once, with NTB and NTPN."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from contoh.alat import Counters

Values = dict[str, object]
LIFE = timedelta(days=7)
STAMP = "%Y-%m-%d %H:%M:%S"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_HEADER = ("TrxId", "KodeKL", "KodeEselon1", "KodeSatker", "JenisPNBP", "KodeMataUang", "NamaWajibBayar")
_DETAIL = ("KodeTarifSimponi", "KodePPSimponi", "KodeAkun", "TarifPNBP", "Volume", "Satuan")


class Refused(Exception):
    """A request that makes no bill or no payment; `code` is what SIMPONI answers instead of "00"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Bill:
    user: str
    trx_id: str
    code: str
    payer: str
    total: int
    made: datetime
    expires: datetime
    asked: str


@dataclass(frozen=True)
class Payment:
    bill: Bill
    ntb: str
    ntpn: str
    paid: datetime
    bank: str
    channel: str


class Ledger:
    """All bills by their code. `now` is the time, so that a test can let seven days pass."""

    def __init__(self, counters: Counters, now: Callable[[], datetime]) -> None:
        self._counters, self._now = counters, now
        self._bills: dict[str, Bill] = {}

    def make(self, user: str, header: Values, details: list[Values]) -> Bill:
        """The bill for this TrxId: a new one, or the one that was made before. Raises Refused."""
        total, asked = _check(header, details), repr((sorted(header.items()), details))
        trx_id = str(header["TrxId"])
        bill, _ = self._counters.once("billing", (user, trx_id), lambda: self._issue(user, header, total, asked))
        if bill.asked != asked:
            raise Refused("05", "TrxId sudah digunakan")
        return bill

    def _issue(self, user: str, header: Values, total: int, asked: str) -> Bill:
        now = self._now()
        code = f"82{now:%y%m%d}{len(self._bills) + 1:07d}"
        payer = str(header["NamaWajibBayar"])
        bill = Bill(user, str(header["TrxId"]), code, payer, total, now, _expiry(header, now), asked)
        self._bills[code] = bill
        return bill

    def bill(self, code: object, user: str | None = None) -> Bill:
        bill = self._bills.get(str(code))
        if bill is None or user not in (None, bill.user):
            raise Refused("14", "Kode Billing tidak ditemukan")
        return bill

    def pay(self, code: object, bank: str, channel: str) -> tuple[Payment, bool]:
        """(payment, True) when the money moved now, (the first payment, False) when it had moved before."""
        bill = self.bill(code)
        if self.payment(bill) is None and self._now() > bill.expires:
            raise Refused("15", "Kode Billing sudah kedaluwarsa")
        return self._counters.once("pembayaran", bill.code, lambda: self._receipt(bill, bank, channel))

    def _receipt(self, bill: Bill, bank: str, channel: str) -> Payment:
        digest = sha256(f"contoh:{bill.code}".encode()).digest()
        ntpn = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:16])
        ntb = f"{int.from_bytes(digest[16:24]) % 10**12:012d}"
        return Payment(bill, ntb, ntpn, self._now(), bank, channel)

    def payment(self, bill: Bill) -> Payment | None:
        return self._counters.done("pembayaran", bill.code)

    def state(self, bill: Bill) -> str:
        if self.payment(bill) is not None:
            return "SUDAH DIBAYAR"
        return "KEDALUWARSA" if self._now() > bill.expires else "BELUM DIBAYAR"


def _check(header: Values, details: list[Values]) -> int:
    """The total, when everything is there and adds up."""
    if any(not header.get(name) for name in _HEADER) or not details:
        raise Refused("30", "Format pesan tidak lengkap")
    if any(not detail.get(name) for detail in details for name in _DETAIL):
        raise Refused("30", "Format pesan tidak lengkap")
    try:
        lines = [int(str(detail["TarifPNBP"])) * int(str(detail["Volume"])) for detail in details]
        total = int(str(header.get("TotalNominalBilling")))
    except ValueError:
        raise Refused("30", "Nominal harus angka") from None
    if sum(lines) != total or total <= 0:
        raise Refused("13", "Total nominal tidak sesuai")
    return total


def _expiry(header: Values, now: datetime) -> datetime:
    """What was asked, but never later than seven days from now."""
    latest = now + LIFE
    try:
        return min(datetime.strptime(str(header.get("ExpiredDate") or latest.strftime(STAMP)), STAMP), latest)
    except ValueError:
        raise Refused("30", "ExpiredDate harus YYYY-MM-DD HH:MM:SS") from None
