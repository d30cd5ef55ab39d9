"""How Dukcapil answers: always HTTP 200, one page of `content`, and errors as its first row."""

from collections.abc import Sequence
from dataclasses import dataclass

Row = dict[str, str]

BY_STATUS = {
    "MENINGGAL": ("11", "Meninggal Dunia"),
    "GANDA": ("12", "Data Ganda"),
    "NONAKTIF": ("14", "Status Non Aktif"),
}


@dataclass(frozen=True)
class Refusal:
    """Why nothing is answered. `code` is empty for the refusals that Dukcapil writes as a bare string."""

    respon: str
    code: str = ""

    def row(self) -> Row:
        return {"RESPONSE_CODE": self.code, "RESPON": self.respon} if self.code else {"RESPON": self.respon}


class Refused(Exception):
    """Raised where a question ends without an answer."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.respon)
        self.why = why


NOT_FOUND = Refusal("Data Tidak Ditemukan", "13")
BAD_FORM = Refusal("NIK tidak sesuai format", "15")
LOGIN_FAILED = Refusal("Login Gagal")
USER_INACTIVE = Refusal("User ID Tidak Aktif")
AGENCY_INACTIVE = Refusal("Instansi Tidak Aktif")
IP_UNKNOWN = Refusal("IP Client  Tidak terdaftar")  # two blanks: so it is
IP_OTHER = Refusal("IP Address Tidak Sesuai")
QUOTA_EMPTY = Refusal("Kuota Akses Hari ini telah Habis")
INCOMPLETE = Refusal("Parameter Tidak Lengkap")
INVALID = Refusal("Parameter Tidak Valid")


def page(rows: Sequence[Row], quota: int) -> dict[str, object]:
    """The envelope. `quotaLimiter` is how many questions are left today."""
    return {
        "content": list(rows),
        "lastPage": True,
        "numberOfElements": len(rows),
        "sort": None,
        "totalElements": len(rows),
        "firstPage": True,
        "number": 0,
        "size": len(rows),
        "quotaLimiter": quota,
    }
