"""The codes and small reckonings of SIASN: ranks, kinds of post, dates as dd-mm-yyyy, numbers as strings."""

from datetime import date
from uuid import NAMESPACE_OID, uuid5

Row = dict[str, object]
RANKS: dict[str, tuple[str, str]] = {
    "III/a": ("31", "Penata Muda"),
    "III/b": ("32", "Penata Muda Tingkat I"),
    "III/c": ("33", "Penata"),
    "III/d": ("34", "Penata Tingkat I"),
    "IV/a": ("41", "Pembina"),
    "IV/b": ("42", "Pembina Tingkat I"),
}
POSTS: dict[str, tuple[str, str]] = {
    "STRUKTURAL": ("1", "Jabatan Struktural"),
    "FUNGSIONAL": ("2", "Jabatan Fungsional Tertentu"),
    "PELAKSANA": ("4", "Jabatan Fungsional Umum"),
}
FAITHS = {"ISLAM": "1", "KRISTEN": "2", "KATHOLIK": "3", "HINDU": "4", "BUDHA": "5", "KHONGHUCU": "6"}
MARRIAGES = {"KAWIN": ("1", "Menikah"), "CERAI MATI": ("3", "Janda/Duda"), "BELUM KAWIN": ("4", "Belum Kawin")}


def day(value: date) -> str:
    return f"{value:%d-%m-%Y}"


def uid(*parts: object) -> str:
    """The same id for the same thing in every run."""
    return str(uuid5(NAMESPACE_OID, "contoh-siasn:" + ":".join(map(str, parts))))


def retirement(born: date, age: int) -> date:
    """The first of the month after the birthday at which the service ends (BUP)."""
    year, month = born.year + age, born.month + 1
    return date(year + 1, 1, 1) if month > 12 else date(year, month, 1)


def whole_years(start: date, end: date) -> tuple[str, str]:
    """Years and months of service, as strings."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return str(months // 12), str(months % 12)
