"""What the registry says no to, one table: the exact sentence for programs and logs, and the one that a page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from terpadu.errors import Refused

if TYPE_CHECKING:
    from terpadu.pages.navigation import Words

NO: dict[str, tuple[str, Words]] = {
    "another": ("another person than the one who acted before; let a colleague decide",
                _("Anda sudah bertindak sebelumnya. Mintalah rekan lain memutuskan (empat mata).")),
    "step": ("a step that the state allows; reload the page",
             _("Keadaannya sudah berubah. Muat ulang halaman, lalu periksa lagi.")),
    "reason": ("a reason; the others must know why", _("Tulis alasannya: pihak lain harus tahu apa yang perlu diubah.")),
    "taken": ("a name that nobody has, {name} is taken; ask its head for a mandate",
              _("Nama %(name)s sudah dipakai. Bila itu instansi Anda, mintalah kuasa kepada pimpinannya.")),
    "instance": ("a name of instance {name}", _("Nama instansi di sini diawali %(name)s/.")),
    "no-member": ("a member of the federation, {name} is none yet; let it join first",
                  _("%(name)s belum menjadi anggota. Gabungkan dahulu instansinya.")),
    "no-subsystem": ("a subsystem that was let in, {name} is none yet",
                     _("Sistem %(name)s belum disetujui. Daftarkan dahulu sistemnya.")),
    "no-registry": ("a portal that keeps the registry; name its directory in `registry`",
                    _("Portal ini tidak menyimpan registri federasi.")),
    "own-nodes": ("nodes of {name} itself that were let in; choose among its own",
                  _("Pilih simpul milik %(name)s sendiri yang sudah disetujui.")),
    "one-node": ("one node for a service with effects, got several; choose one",
                 _("Layanan yang mengubah data dilayani tepat satu simpul. Pilih satu.")),
    "no-such-fields": ("fields that the service has, {names} are none", _("Data ini tidak ada pada layanan: %(names)s.")),
    "fields-gone": ("fields that the service still has, {names} are gone",
                    _("Data ini sudah tidak ada pada layanan: %(names)s. Minta versi baru kesepakatannya.")),
    "retire-day": ("the day on which the version will be retired, after today",
                   _("Tulis hari berakhirnya, sesudah hari ini.")),
    "trial-first": ("a first version to be tried before it is published; begin the trial",
                    _("Versi pertama diuji coba dahulu, baru diterbitkan.")),
    "stays-published": ("a published service to stay so; publish the new version at once",
                        _("Layanan yang sudah terbit tidak kembali ke uji coba. Terbitkan langsung versi barunya.")),
    "breaks": ("a version that breaks nobody, {what} breaks {names}; offer it under a new name, or agree with them first",
               _("Perubahan %(what)s merusak pemakai: %(names)s. Terbitkan dengan kode layanan baru, atau sepakati dahulu.")),
    "relied-on": ("a version that nobody relies on, {names} still do; end those agreements first",
                  _("Masih dipakai oleh %(names)s. Akhiri dahulu kesepakatannya.")),
    "not-offered": ("a service that is offered, {service} is not; choose another",
                    _("Layanan %(service)s tidak sedang ditawarkan.")),
    "itself": ("a service of another system; a system needs no agreement with itself",
               _("Sistem tidak perlu kesepakatan dengan dirinya sendiri.")),
    "waits-already": ("one request at a time, another waits already; end it first",
                      _("Sudah ada permintaan yang menunggu untuk layanan ini. Akhiri itu dahulu.")),
    "has-one": ("a system without an agreement on this service; it has one", _("Sistem ini sudah punya kesepakatan.")),
    "purposes": ("purposes of the register, each with its legal basis; choose among them",
                 _("Pilih tujuan yang ada dalam daftar tujuan.")),
    "empty": ("fields, each by its name, and a daily quota; emptiness lets nothing through",
              _("Pilih sedikitnya satu data dan isi kuota per hari: yang kosong tidak meloloskan apa pun.")),
    "persons": ("a daily ceiling of distinct persons, since the service names a person",
                _("Isi batas orang berbeda per hari, sebab layanan ini tentang orang.")),
    "too-long": ("an end within {days} days from now", _("Tanggal akhir paling lama %(days)s hari dari sekarang.")),
    "other-class": ("a member of the class {name}; ask for an own agreement",
                    _("Templat ini hanya untuk instansi kelas %(name)s. Minta kesepakatan sendiri.")),
    "no-risk": ("the risk form (UU 27/2022 pasal 34); fill it in first",
                _("Formulir risiko (UU 27/2022 pasal 34) belum diisi.")),
    "risk-lacks": ("the risk form to name {names}; fill it in again",
                   _("Formulir risiko harus menyebut: %(names)s (UU 27/2022 pasal 34). Isi versi barunya.")),
    "unanswered": ("an answer to each question of the assessment; fill it in again",
                   _("Jawab setiap pertanyaan penilaian dampak.")),
    "not-in-force": ("an agreement that is in force; there is nothing to suspend", _("Kesepakatan ini tidak sedang berlaku.")),
    "own-house": ("the own house or the centre; a consumer suspends its agreement",
                  _("Peminta menangguhkan kesepakatannya, bukan pihak lain.")),
    "suspended-already": ("something that this side has not suspended yet; it has", _("Pihak ini sudah menangguhkannya.")),
    "not-suspended": ("a suspension of this side that stands; there is none", _("Pihak ini tidak sedang menangguhkannya.")),
    "not-prepared": ("a prepared proposal with enough signatures; prepare one first",
                     _("Belum ada usulan dengan cukup tanda tangan. Siapkan usulan dahulu.")),
}  # fmt: skip
"""Key -> what was expected and what to do; the same for people."""


class No(Refused):
    """A no of the registry: `said` is the sentence of the page."""

    def __init__(self, key: str, values: dict[str, object]) -> None:
        short = {name: str(value)[:300] for name, value in values.items()}
        exact, words = NO[key]
        super().__init__("business-rule", f"Expected {exact.format(**short)}.")
        self.key, self._words, self._values = key, words, short

    @property
    def said(self) -> str:
        """In the language of the page."""
        return str(self._words) % self._values


def no(key: str, **values: object) -> No:
    """The refusal of this key: `raise no("taken", name=code)`."""
    return No(key, values)
