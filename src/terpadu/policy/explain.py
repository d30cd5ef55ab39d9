"""What a rule's answer means and what to do about it, for people at a terminal: `terpadu explain RECEIPT`.

Indonesian, since officials read it. It rests on the head that was signed and on the rights known now, and says no more
than these hold: no path, no person, no case.
"""

from __future__ import annotations

from typing import NamedTuple

from terpadu.errors import CODES
from terpadu.model.federation import Agreement
from terpadu.model.heads import RequestHead
from terpadu.model.rights import Rights
from terpadu.policy.moments import tanggal


class Advice(NamedTuple):
    """What a no of one rule means, and what the asking office can do."""

    lack: str
    step: str


ADVICE: dict[str, Advice] = {
    "trust": Advice("Daftar federasi di simpul itu sudah lewat masa berlakunya.",
                    "Pastikan simpul dapat mengambil federasi terbaru; periksa dengan `terpadu doctor`."),
    "asker": Advice("Simpul yang bertanya bukan simpul instansi pemilik subsistem peminta.",
                    "Tanyakan lewat simpul instansi sendiri, atau daftarkan simpul itu."),
    "consumer": Advice("Subsistem peminta tidak terdaftar dalam federasi.", "Periksa namanya, atau daftarkan."),
    "provider": Advice("Subsistem penyedia tidak terdaftar dalam federasi.", "Periksa nama layanan yang diminta."),
    "service": Advice("Layanan itu tidak terdaftar dalam federasi.", "Lihat layanan yang ada dengan listMethods."),
    "served": Advice("Tidak ada simpul terdaftar yang melayani layanan itu.", "Hubungi instansi penyedia."),
    "suspended": Advice("Instansi, simpul, subsistem, atau layanan dalam pertukaran ini sedang ditangguhkan.",
                        "Hubungi pihak yang menangguhkan; hanya dia yang dapat mencabutnya."),
    "halted": Advice("Peluncuran layanan itu sedang dihentikan.", "Tunggu pengumuman instansi penyedia."),
    "agreement": Advice("Tidak ada kesepakatan yang mengizinkan subsistem ini memakai layanan itu.",
                        "Ajukan kesepakatan kepada instansi penyedia."),
    "agreement-suspended": Advice("Kesepakatan ini sedang ditangguhkan.",
                                  "Hubungi pihak yang menangguhkan; hanya dia yang dapat mencabutnya."),
    "begun": Advice("Kesepakatan ini belum mulai berlaku.", "Tunggu sampai saat mulai berlakunya."),
    "ended": Advice("Kesepakatan ini sudah berakhir.", "Ajukan versi baru kepada instansi penyedia."),
    "endpoint": Advice("Metode dan jalur yang diminta tidak disebut oleh kesepakatan dan layanan.",
                       "Lihat yang diizinkan dengan allowedMethods; jalur tidak boleh memuat `..`, `//`, atau `;`."),
    "fields": Advice("Kesepakatan ini tidak menyebut satu pun data yang boleh keluar.",
                     "Mintalah versi baru yang menyebut datanya satu per satu."),
    "purpose": Advice("Tujuan tidak disebut, di luar kesepakatan, atau tanpa dasar hukum (UU 27/2022 pasal 20).",
                      "Kirim salah satu tujuan kesepakatan dalam Terpadu-Purpose."),
    "case": Advice("Kesepakatan ini mensyaratkan acuan urusan.", "Kirim acuan itu dalam Terpadu-Case."),
    "abroad": Advice("Simpul peminta atau instansinya berada di luar negeri (UU 27/2022 pasal 56).",
                     "Kesepakatan harus mengizinkan transfer ke luar negeri dengan tegas."),
    "key": Advice("Layanan ini berakibat, dan permintaan datang tanpa kunci idempotensi.",
                  "Kirim Idempotency-Key; pakai kunci yang sama bila mengulang."),
    "cohort": Advice("Tahap peluncuran layanan ini belum mencakup orang yang ditanyakan.",
                     "Pakai jalur lama untuk orang ini sampai tahap berikutnya."),
    "quota": Advice("Kuota harian kesepakatan ini sudah habis.",
                    "Coba lagi setelah pukul 00.00 WIB, atau minta kuota yang lebih besar."),
    "persons": Advice("Jumlah orang berbeda yang boleh ditanyakan hari ini sudah tercapai.",
                      "Coba lagi setelah pukul 00.00 WIB; lonjakan seperti ini layak diperiksa."),
    "consent": Advice("Persetujuan orang itu tidak ada, tidak sah, atau tidak mencakup permintaan ini.",
                      "Minta persetujuan untuk tujuan, penerima, dan data ini; kirim dalam Terpadu-Consent."),
    "withdrawn": Advice("Orang itu sudah menarik persetujuannya (UU 27/2022 pasal 40).",
                        "Berhenti meminta, atau tanyakan lagi kepada orangnya."),
}  # fmt: skip


def explain(rule: str, code: str | None, rights: Rights, head: RequestHead) -> list[str]:
    """Sentences on one answer: `rule` and `code` as the reply's head or the refused record has them."""
    asked = f"{head.source} meminta {head.to} untuk tujuan {head.purpose!r}."
    agreement = rights.agreements.get(head.agreement)
    return [asked, *_verdict(rule, code), *_words(agreement, head)]


def _verdict(rule: str, code: str | None) -> list[str]:
    if code is None:
        return [f"Diizinkan; yang memutuskan: {rule}."]
    advice = ADVICE.get(rule)
    if advice is None:
        meaning = CODES[code].meaning if code in CODES else "kode yang tidak dikenal di sini"
        return [f"Tidak dilayani (kode {code}: {meaning}); ini bukan putusan kebijakan, melainkan {rule}."]
    verdict = f"Tidak disetujui karena kaidah {rule} (kode {code})."
    return [verdict, f"Yang kurang: {advice.lack}", f"Langkah: {advice.step}"]


def _words(agreement: Agreement | None, head: RequestHead) -> list[str]:
    if agreement is None:
        return [f"Kesepakatan {head.agreement} tidak ada dalam federasi yang dikenal sekarang."]
    needs = [word for word, needed in _needs(agreement) if needed]
    return [
        f"Kesepakatan {agreement.name}: {agreement.consumer} memakai {agreement.service}, "
        f"berlaku {tanggal(agreement.since)} sampai sebelum {tanggal(agreement.until)}.",
        f"Tujuan: {_list(agreement.purposes)}. Data: {_list(agreement.fields)}.",
        f"Titik akhir: {_list(tuple(f'{e.method} {e.path}' for e in agreement.endpoints))}.",
        f"Sehari: {agreement.quota} panggilan, {agreement.persons} orang. Syarat: {_list(tuple(needs))}.",
    ]


def _needs(agreement: Agreement) -> tuple[tuple[str, bool], ...]:
    return (
        ("acuan urusan", agreement.needs_case),
        ("persetujuan orangnya", agreement.needs_consent),
        ("peminta di dalam negeri", not agreement.abroad),
        (f"{agreement.share} dari 1000 orang", agreement.share < 1000),
    )


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "tidak ada"
