"""The demo's processes: each is read with its service; the paths of the test persons end as they should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from terpadu.cases import objections, opening, people
from terpadu.cases.engine.reading import read
from terpadu.cases.models import Case, Objection, Task
from terpadu.cases.states import State
from terpadu.facts import vocabulary
from terpadu.identity.models import Person
from terpadu.services import catalogue, definition
from tests.unit.cases.conftest import NIK, Portal
from tests.unit.cases.little_node import No

pytestmark = pytest.mark.django_db
DEMO = Path("demo/layanan").resolve()
SERVICES = sorted(path.parent.name for path in DEMO.glob("*/process.bpmn"))
SUBJECT = {"nik": NIK, "nama": "SARI WULANDARI", "tanggal_lahir": "1996-04-21"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_is_read_with_its_service(service: str) -> None:
    found = read(DEMO / service, definition.load(DEMO / service, vocabulary.load()))
    assert found.id == service
    assert all(element.title.en != element.title.id for element in found.elements.values())
    acts = {act.name for act in definition.load(DEMO / service, vocabulary.load()).act}
    assert {name for name, element in found.elements.items() if element.kind == "act"} == acts


@pytest.fixture
def demo(portal: Portal, settings: Any) -> Portal:
    import msgspec

    settings.PORTAL = msgspec.structs.replace(settings.PORTAL, services=str(DEMO))
    catalogue.catalogue.cache_clear()
    portal.clock.real()
    portal.node.answers.clear()
    return portal


def _case(
    portal: Portal, person: Person, service: str, facts: dict[str, Any], absent: tuple[str, ...] = (), **typed: Any
) -> Case:
    """A case as the prefilled form leaves it: some facts there, the others known to be nowhere."""
    case = opening.start(service, person, SUBJECT)
    named = catalogue.catalogue().entries[service].service.facts
    case.facts = [
        {
            "name": name,
            "value": value,
            "source": "ID/GOV/KEMENDAGRI/DUKCAPIL/x",
            "fetched": 1_795_000_000_000,
            "number": "uji",
        }
        for name, value in facts.items()
    ]
    case.missing = {name: "not-found" for name in named if name not in facts}
    case.answers = typed
    case.save()
    opening.send(case)
    return portal.work(case)


def _answers(portal: Portal, answers: dict[str, Any]) -> None:
    """Answers of acts, by the acts' names."""
    for entry in catalogue.catalogue().entries.values():
        for act in entry.service.act:
            if act.name in answers:
                portal.node.answers[act.service] = answers[act.name]


def _no(sentence: str) -> Callable[[Any], Any]:
    def say(_: Any) -> Any:
        raise No(422, "business-rule", sentence)

    return say


def _done(portal: Portal, case: Case, result: str = "", **answers: Any) -> Case:
    """The open task is done: by the person, or by an officer with a result."""
    task = case.tasks.get(state=Task.State.OPEN)
    if not task.office:
        people.answer(task, answers)
    else:
        task.state = Task.State.DONE
        task.outcome = {"result": result, "answers": answers, "reasons": []}
        task.taken_by = Person.objects.get_or_create(email="petugas@dinas.example")[0]
        task.save()
        Case.objects.filter(pk=case.pk).update(wake=timezone.now())
    return portal.work(case)


def _told(case: Case) -> list[tuple[str, str]]:
    return [(one.step, one.result) for one in case.decisions.all()]


NOTE = {
    "bayi.tanggal_lahir": (timezone.localdate() - timedelta(days=5)).isoformat(),
    "bayi.jenis_kelamin": "L", "surat_lahir.nomor": "SKL-1", "surat_lahir.tempat": "RS", "ibu.cocok": True, "nikah.nomor": "N-1",
}  # fmt: skip
BIRTH = {"akta": {"nik": "9971012411260001", "nomor_akta": "AL-1"}, "kk": {}, "kia": {}, "jkn": {}}


def test_birth_in_a_hospital_needs_nobody(demo: Portal, person: Person) -> None:
    _answers(demo, BIRTH)
    case = _case(demo, person, "kelahiran", NOTE, nama_bayi="BAYU LOKANANTA")
    assert (case.state, _told(case)) == (State.DECIDED, [("terbit", "granted")])
    assert len(demo.node.effects) == 4
    assert len(case.decisions.get().reasons) == 3
    assert not case.tasks.exists()


def test_birth_at_home_late(demo: Portal, person: Person) -> None:
    _answers(demo, BIRTH)
    born = (timezone.localdate() - timedelta(days=75)).isoformat()
    typed = {
        "nama_bayi": "MELATI",
        "jenis_kelamin_bayi": "P",
        "tanggal_lahir_bayi": born,
        "tempat_lahir_bayi": "rumah",
        "pernyataan": True,
        "nik_saksi_1": "99",
        "nik_saksi_2": "98",
    }
    case = _case(demo, person, "kelahiran", {"ibu.cocok": True}, **typed)
    assert case.tasks.get().step == "pernyataan"
    case = _done(demo, case, "granted")
    assert case.tasks.get(state=Task.State.OPEN).step == "keputusan"
    case = _done(demo, case, "granted", nomor_keputusan="KEP-12")
    assert (case.state, [step for step, _ in _told(case)]) == (State.DECIDED, ["pernyataan", "keputusan", "terbit"])
    sent = next(body for service, _, body in demo.node.effects if service.endswith("daftar-kelahiran"))
    assert (sent["nomor_keputusan"], sent["nomor_sptjm"]) == ("KEP-12", case.reference)


def test_birth_refused_by_an_officer_or_by_the_register(demo: Portal, person: Person) -> None:
    _answers(demo, BIRTH)
    typed = {"nama_bayi": "MELATI", "tanggal_lahir_bayi": "2026-01-01", "pernyataan": True}
    case = _done(demo, _case(demo, person, "kelahiran", {"ibu.cocok": True}, **typed), "refused")
    assert (_told(case), demo.node.effects) == ([("pernyataan", "refused")], [])
    _answers(demo, {"akta": _no("Status Perkawinan Orang Tua Tidak Sesuai")})
    case = _case(demo, person, "kelahiran", NOTE, nama_bayi="BAYU LOKANANTA")
    assert _told(case) == [("akta_tidak", "refused")]
    assert case.decisions.get().reasons[0]["said"] == "Status Perkawinan Orang Tua Tidak Sesuai"


def test_what_cannot_be_asked_for_want_of_a_part_is_a_no_that_goes_its_way(demo: Portal, person: Person) -> None:
    _answers(demo, BIRTH)
    known = {name: value for name, value in NOTE.items() if name != "bayi.jenis_kelamin"}
    case = _case(demo, person, "kelahiran", known, nama_bayi="BAYU LOKANANTA")
    assert (case.state, _told(case), demo.node.effects) == (State.DECIDED, [("akta_tidak", "refused")], [])


def test_birth_with_the_insurance_refusing(demo: Portal, person: Person) -> None:
    _answers(demo, BIRTH | {"jkn": _no("Ibu bukan peserta")})
    case = _case(demo, person, "kelahiran", NOTE, nama_bayi="BAYU LOKANANTA")
    assert sorted(_told(case)) == [("jkn_tidak", "refused"), ("terbit", "granted")]


MOVE = {"pindah": {"nomor_skpwni": "SKPWNI/1"}, "datang": {"kabupaten": "X"}, "ktp": {}, "jkn": {}, "bansos": {}}


def test_moving_asks_a_lodger_for_the_owners_word(demo: Portal, person: Person) -> None:
    _answers(demo, MOVE)
    typed = {
        "status_tinggal": "MENUMPANG",
        "anggota": [NIK],
        "kode_wilayah": "9905012001",
        "alamat": "-",
        "rt": "1",
        "rw": "1",
    }
    case = _case(demo, person, "pindah", {"keluarga.nomor": "1"}, **typed)
    assert (case.state, case.tasks.get().step) == (State.WAITING_PERSON, "setuju")
    case = _done(demo, case, persetujuan_pemilik=False)
    assert case.state == State.WAITING_PERSON, "not refused: asked again"
    case = _done(demo, case, persetujuan_pemilik=True)
    assert _told(case) == [("terbit", "granted")]


def test_moving_within_a_town_needs_no_letter(demo: Portal, person: Person) -> None:
    _answers(demo, MOVE | {"pindah": _no("Satu Kabupaten/Kota, SKPWNI Tidak Diperlukan")})
    typed = {
        "status_tinggal": "PEMILIK",
        "anggota": [NIK],
        "kode_wilayah": "9905012001",
        "alamat": "-",
        "rt": "1",
        "rw": "1",
    }
    assert _told(_case(demo, person, "pindah", {"keluarga.nomor": "1"}, **typed)) == [("terbit", "granted")]
    _answers(demo, {"pindah": _no("Tidak Ada Orang Dewasa yang Tinggal")})
    assert _told(_case(demo, person, "pindah", {"keluarga.nomor": "1"}, **typed)) == [("pindah_tidak", "refused")]


def test_marriage_needs_both(demo: Portal, person: Person) -> None:
    _answers(demo, {"catat": {}, "ktp": {}, "ktp_pasangan": {}, "jkn": {}})
    facts = {
        "perkawinan.nomor": "N-1",
        "perkawinan.nik_suami": NIK,
        "perkawinan.nik_istri": "99",
        "perkawinan.tanggal": "2026-01-02",
    }
    case = _case(demo, person, "perkawinan", facts, nik_pasangan="99", kepala="SUAMI")
    assert case.tasks.get().step == "konfirmasi"
    assert _told(_done(demo, case, pasangan_setuju=True)) == [("terbit", "granted")]


DEATH = {
    "akta": {"nik_pasangan": NIK, "nomor_akta": "AM-1"},
    "ktp_pasangan": {},
    "jkn": {},
    "bansos": {},
    "pensiun": {},
}


def test_death_of_a_pensioner(demo: Portal, person: Person) -> None:
    _answers(demo, DEATH)
    facts = {"surat_mati.nomor": "SKM-1", "surat_mati.tanggal": "2026-11-21", "surat_mati.tempat": "RS",
             "surat_mati.sebab": "sakit", "almarhum.nama": "X", "almarhum.tanggal_lahir": "1950-01-01", "pensiun.nomor": "P-1",
             "jkn_almarhum.status": "AKTIF"}  # fmt: skip
    case = _case(demo, person, "kematian", facts, nik_meninggal="9971010101500001", mau_klaim=True)
    assert _told(case) == [("terbit", "granted")]
    assert {act.name for act in case.acts.all()} == {"akta", "ktp_pasangan", "jkn", "bansos", "pensiun"}


def test_death_without_a_number_or_body(demo: Portal, person: Person) -> None:
    _answers(demo, DEATH | {"akta": {"nik_pasangan": "", "nomor_akta": "AM-2"}})
    typed = {"nama_meninggal": "X", "tanggal_lahir_meninggal": "1950-01-01", "tanggal_meninggal": "2026-11-01",
             "tempat_meninggal": "laut", "sebab": "kecelakaan", "tanpa_jenazah": True}  # fmt: skip
    case = _case(demo, person, "kematian", {}, **typed)
    assert (case.state, case.tasks.get().step) == (State.WAITING_PERSON, "penetapan")
    case = _done(demo, case, nomor_penetapan="12/Pdt.P/2026")
    assert _told(case) == [("terbit", "granted")]
    assert {act.name for act in case.acts.all()} == {"akta"}


NO_AID = {"putusan": "DITOLAK", "alasan": [{"kode": "A1", "sumber": "DTSEN", "kalimat": "Desil 7"}]}


def test_aid_refused_objected_visited_granted(demo: Portal, person: Person) -> None:
    yes = {"putusan": "LAYAK", "alasan": [], "desil": 3}
    _answers(demo, {"ajukan": NO_AID, "sanggah": {"status": "MENUNGGU"}, "periksa_ulang": yes})
    facts = {"keluarga.nomor": "1", "keluarga.desil": 7, "keluarga.anggota": [], **dict.fromkeys(
        ("silang.asn", "silang.polri", "silang.pensiunan", "silang.upah", "silang.usaha"), False)}  # fmt: skip
    case = _case(demo, person, "bansos", facts, program="PKH")
    decision = case.decisions.get()
    assert [reason["text"]["id"] for reason in decision.reasons] == [
        "Desil 7 (A1, DTSEN)",
        "Desil keluarga Anda menurut DTSEN.",
    ]
    objections.file(decision, Objection.Kind.OBJECTION, "Penghasilan kami turun.")
    case = demo.work(case)
    task = case.tasks.get(kind=Task.Kind.OBJECTION)
    task.taken_by, task.outcome, task.state = person, {"result": "granted", "reasons": []}, Task.State.TAKEN
    task.save()
    from terpadu.cases.officers import Verdict, finish

    finish(task, person, Verdict("granted"))
    case = demo.work(case)
    assert _told(case) == [("tolak", "refused"), ("tolak", "granted"), ("setuju_ulang", "granted")]
    sent = {key.rpartition(".")[2]: body for _, key, body in demo.node.effects}
    assert sent["sanggah"] == {"nomor_permohonan": f"{case.reference}.ajukan", "alasan": "Penghasilan kami turun."}


def test_police_record_pays_only_with_active_insurance(demo: Portal, person: Person) -> None:
    _answers(
        demo,
        {
            "billing": {"kode_billing": "820261124000001"},
            "skck": {"nomor_permohonan": "S"},
            "terbit": {"nomor": "SKCK/1"},
        },
    )
    case = _case(demo, person, "skck", {"penduduk.nama": "SARI", "jkn.aktif": False}, keperluan="Berkas CPNS")
    assert (case.state, demo.node.effects) == (State.WAITING_PERSON, [])


def test_licence_is_checked_before_anything_is_paid(demo: Portal, person: Person) -> None:
    _answers(demo, {"cek": _no("SIM Sudah Lewat Masa Berlaku")})
    facts = {"penduduk.nama": "SARI", "sim.berlaku_sampai": "2026-11-23", "tes.sehat": True, "tes.psikologi": True}
    case = _case(demo, person, "sim", facts, golongan="A")
    assert (_told(case), demo.node.effects) == ([("cek_tidak", "refused")], [])
    _answers(demo, {"cek": {"boleh": True}})
    case = _case(
        demo, person, "sim", {"penduduk.nama": "SARI", "tes.sehat": False, "tes.psikologi": True}, golongan="C"
    )
    assert _told(case) == [("tes_tidak", "refused")]
    assert [reason["text"]["id"] for reason in case.decisions.get().reasons] == [
        "Tes kesehatan tidak ada atau tidak lulus."
    ]


@pytest.mark.parametrize(("group", "rupiah"), [("A", 80_000), ("C", 75_000)])
def test_a_licence_waits_for_the_person_to_pay_its_own_sum(
    demo: Portal, person: Person, group: str, rupiah: int
) -> None:
    bill = {"kode_billing": "822611240000009", "berlaku_sampai": "2026-12-01 14:43:52"}
    _answers(demo, {"cek": {"boleh": True}, "billing": bill, "pembayaran": {"lunas": False}})
    facts = {"penduduk.nama": "SARI", "sim.berlaku_sampai": "2026-12-23", "tes.sehat": True, "tes.psikologi": True}
    case = _case(demo, person, "sim", facts, golongan=group)
    assert (case.state, case.bill.amount) == (State.WAITING_PERSON, rupiah)
    assert [one.kind for one in case.notices.filter(kind="your_turn")] == ["your_turn"]


def test_school_offers_another_place(demo: Portal, person: Person) -> None:
    _answers(
        demo,
        {
            "daftar": {"nomor_pendaftaran": "1"},
            "hasil": {"status": "CADANGAN", "sekolah_penyaluran": "9"},
            "daftar_ulang": {},
        },
    )
    facts = {
        "anak.tanggal_lahir": "2014-01-01",
        "keluarga.tinggal_sejak": "2020-01-01",
        "keluarga.desil": 2,
        "sekolah.terdekat": "8",
    }
    typed = {"jenjang": "SMP", "jalur": "DOMISILI", "nik_anak": "99"}
    case = _case(demo, person, "sekolah", facts, **typed)
    assert case.tasks.get().step == "penyaluran"
    assert _told(_done(demo, case, terima_penyaluran=True)) == [("diterima", "granted")]
    case = _done(demo, _case(demo, person, "sekolah", facts, **typed), terima_penyaluran=False)
    assert _told(case) == [("cadangan", "refused")]
