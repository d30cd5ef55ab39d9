"""Numbers in the form of the real ones that can belong to nobody.

NIK and KK begin with 99 (no such province); a NISN begins with 555 (a birth year that no pupil has); NPSN,
university and hospital codes begin with 99; a NIP ends with serial 000, which is never given out; a JKN
number begins with 9999.
"""

from collections import Counter
from datetime import date

from contoh.orang.values import Sex


class Numbers:
    """Hands out each number once. The serial counts up within its head, so no two are the same."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def _next(self, head: str, digits: int) -> str:
        self._used[head] += 1
        return f"{head}{self._used[head]:0{digits}d}"

    def nik(self, district_code: str, born: date, sex: Sex) -> str:
        return self._next(nik_head(district_code, born, sex), 4)

    def kk(self, district_code: str, issued: date) -> str:
        return self._next(f"{district_code}{issued:%d%m%y}", 4)

    def nisn(self) -> str:
        return self._next("555", 7)

    def jkn(self) -> str:
        return self._next("9999", 9)

    def serial(self, head: str, digits: int) -> str:
        return self._next(head, digits)


def nik_head(district_code: str, born: date, sex: Sex) -> str:
    """The first 12 digits of a NIK: 6 area + DDMMYY, the day plus 40 for women (PP 37/2007 article 37)."""
    day = born.day + (40 if sex == "P" else 0)
    return f"{district_code}{day:02d}{born:%m%y}"


def nip(born: date, tmt_cpns: date, sex: Sex) -> str:
    """18 digits: birth YYYYMMDD + YYYYMM of appointment + sex 1/2 + serial 000 (Perka BKN 22/2007)."""
    return f"{born:%Y%m%d}{tmt_cpns:%Y%m}{'1' if sex == 'L' else '2'}000"
