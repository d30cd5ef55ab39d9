"""CALL_NIKAH: a marriage comes into the register, and the couple gets a card of its own."""

from contoh.dukcapil.answers import INVALID, Refusal, Refused, Row
from contoh.dukcapil.register import Register, age, day_of, need

STILL_MARRIED = Refusal("Status Masih Kawin, Catat Perceraian atau Kematian Dahulu", "41")
TOO_YOUNG = Refusal("Usia di Bawah 19 Tahun, Perlu Dispensasi Pengadilan", "42")
OTHER_REGION = Refusal("Suami dan Istri Beda Kabupaten/Kota, Pindah Dahulu", "43")
NO_RECORD = Refusal("Nomor Akta Nikah Belum Ada", "44")
KINDS = {"TERCATAT": "KAWIN TERCATAT", "BELUM TERCATAT": "KAWIN BELUM TERCATAT"}
AGE = 19
"""UU 16/2019."""


def enter(register: Register, asked: Row) -> Row:
    """Both spouses' status, and one card; `KEPALA` is SUAMI or ISTRI. Raises Refused; then nothing was changed."""
    need(asked, "NIK_SUAMI", "NIK_ISTRI", "TGL_NIKAH", "JENIS", "KEPALA")
    day = day_of(asked["TGL_NIKAH"])
    if asked["JENIS"] not in KINDS or asked["KEPALA"] not in ("SUAMI", "ISTRI"):
        raise Refused(INVALID)
    if asked["JENIS"] == "TERCATAT" and not asked.get("NO_AKTA_NIKAH"):
        raise Refused(NO_RECORD)
    couple = [register.person(asked["NIK_SUAMI"]), register.person(asked["NIK_ISTRI"])]
    if any(one.status_kawin.startswith("KAWIN") for one in couple):
        raise Refused(STILL_MARRIED)
    if any(age(one, day) < AGE for one in couple) and not asked.get("NO_DISPENSASI"):
        raise Refused(TOO_YOUNG)
    if len({one.address.area.regency_code for one in couple}) > 1:
        raise Refused(OTHER_REGION)
    head, other = couple if asked["KEPALA"] == "SUAMI" else couple[::-1]
    card = register.new_card((head.nik, other.nik), head.address, register.families[head.no_kk].desil)
    for one in couple:
        register.change(one.nik, status_kawin=KINDS[asked["JENIS"]])
    register.change(other.nik, hubungan="ISTRI" if other.jenis_kelamin == "P" else "SUAMI")
    return {"NO_KK": card.no_kk, "STATUS_KAWIN": KINDS[asked["JENIS"]], "TGL_TERBIT": f"{card.tanggal_terbit:%d-%m-%Y}"}
