"""Reading questions about several people: the person asked about, and who else lives on the card."""

from contoh.alat.keyed import Refused, Values, needed


def niks_of(body: Values) -> tuple[str, ...]:
    """`nik`, and the NIKs of `anggota` where it is there. Raises Refused for anything but text."""
    members = body.get("anggota") or []
    if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
        raise Refused(400, "TIDAK_LENGKAP", "anggota harus daftar NIK")
    return (needed(body, "nik"), *members)
