"""Six services of the demo to their end, each with a case that does not go its way; birth and police record: test_whole.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.lib import demo_run
from tests.lib.country import FIGURES, figure
from tests.lib.demo_run import LAST_LINE
from tests.lib.walks import Demo, Walker

pytestmark = [pytest.mark.timeout(400), pytest.mark.deep]
DONE = "Selesai diproses"
PAPER = "Unduh PDF"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo itself, moved, for all of them."""
    moved_by = demo_run.MOVED_BY
    with demo_run.demo(environment={"TERPADU_DEMO_PORTS": str(moved_by)}) as terminal:
        terminal.until(LAST_LINE, 150)
        yield Demo(moved_by)


def _licence(one: Walker, group: str) -> str:
    """The form of a renewal, sent."""
    one.find("Berkendara", "Perpanjang SIM")
    one.begin()
    one.page.get_by_label(group, exact=True).check()
    one.photograph("Pasfoto berlatar biru")
    return one.send()


def test_a_licence_is_paid_renewed_and_posted(browser: Browser, demo: Demo) -> None:
    hendra = demo.person(browser, "hendra")
    hendra.find("Berkendara", "Perpanjang SIM")
    hendra.good()
    hendra.begin()
    assert "SIM, Polri" in hendra.facts()["Tes kesehatan (e-Rikkes)"]
    hendra.page.get_by_label("SIM C", exact=True).check()
    hendra.page.get_by_label("Alamat pengiriman").fill("Jl. Buah Batu No. 71, Bandung")
    hendra.photograph("Pasfoto berlatar biru")
    hendra.page.get_by_role("button", name="Kirim pengajuan").click()
    assert "3 Januari 2027" in hendra.facts()["SIM berlaku sampai"], "asked once the class is known"
    hendra.good()
    reference = hendra.send()
    hendra.until("Giliran siapa Anda", "Kode billing")
    hendra.good()
    hendra.pay("Rp75.000")
    hendra.until(DONE, PAPER, "Perpanjangan SIM Disetujui")
    hendra.good()
    hendra.papers(1)
    hendra.looked(reference, "SIM berlaku sampai")


def test_a_licence_that_ran_out_yesterday_costs_nothing(browser: Browser, demo: Demo) -> None:
    yohana = demo.person(browser, "yohana")
    _licence(yohana, "SIM A")
    yohana.until(DONE, "Perpanjangan SIM Tidak disetujui", "SIM sudah lewat masa berlaku; ajukan SIM baru dengan ujian")
    assert "refused" not in yohana.text(), "the exchange's own English is for operators"
    assert yohana.page.locator(".bill").count() == 0
    expect(yohana.page.get_by_role("link", name="Ajukan sanggah")).to_be_visible()
    yohana.good()


MAKASSAR = "Karya Bersama, Tamalate, Kota Makassar"
SLEMAN = "Mekar Sentosa, Depok, Kabupaten Sleman"


def _moves(one: Walker, village: str, street: str, why: str, home: str, *who: str) -> None:
    """The form of a removal, filled."""
    page = one.page
    for name in who:
        page.get_by_label(name, exact=True).check()
    page.get_by_label("Desa atau kelurahan tujuan").select_option(label=village)
    page.get_by_label("Jalan dan nomor rumah").fill(street)
    page.get_by_label("RT", exact=True).fill("003")
    page.get_by_label("RW", exact=True).fill("005")
    page.get_by_label("Alasan pindah").select_option(label=why)
    page.get_by_label(home, exact=True).check()


def test_a_family_moves_and_four_registers_know(browser: Browser, demo: Demo) -> None:
    rahmat = demo.person(browser, "rahmat")
    rahmat.find("Rumah", "Pindah rumah")
    rahmat.good()
    rahmat.begin()
    assert "KOTA BANDUNG" in rahmat.facts()["Kabupaten/kota"]
    rahmat.good()
    family = [figure(word).nama for word in ("rahmat", "nurjanah", "rahmat_anak1", "rahmat_anak2")]
    _moves(rahmat, MAKASSAR, "Jl. Pettarani No. 5", "Pekerjaan", "Pemilik rumah", *family)
    reference = rahmat.send()
    rahmat.until(DONE, PAPER, "5 dari 5 hasil", "Alamat baru di KK dan KTP Disetujui")
    rahmat.good()
    rahmat.papers(2)
    rahmat.looked(reference, "Dukcapil", "Kepesertaan JKN", "Perlinsos")
    rahmat.good()


def test_a_lodger_without_the_owners_word_is_incomplete_not_refused(browser: Browser, demo: Demo) -> None:
    intan = demo.person(browser, "intan")
    intan.find("Rumah", "Pindah rumah")
    intan.begin()
    facts = intan.facts()
    assert "INTAN PERMATASARI" in facts["Nama lengkap"], "the insurance writes the name otherwise, and both are shown"
    assert "Dua instansi mencatat isi yang berbeda." in facts["Nama lengkap"]
    _moves(intan, SLEMAN, "Jl. Kos Melati No. 3", "Pendidikan", "Menumpang", figure("intan").nama)
    intan.send()
    intan.until("Giliran siapa Anda", "Persetujuan pemilik rumah")
    intan.good()
    intan.page.get_by_role("link", name="Kerjakan sekarang").click()
    assert "Jl. Kos Melati No. 3" in intan.text()
    intan.good()
    intan.answer("Ya")
    intan.until(DONE, "Alamat baru di KK dan KTP Disetujui")


def _school(word: str) -> str:
    """The number of the school of a pupil."""
    return next(pupil.npsn for pupil in FIGURES.enrolments if pupil.nik == figure(word).nik)


def test_a_pupil_on_the_reserve_list_is_offered_a_school_by_name(browser: Browser, demo: Demo) -> None:
    mother = demo.person(browser, "galang_ibu")
    mother.find("Sekolah", "Masuk sekolah")
    mother.good()
    mother.begin("GALANG")
    mother.page.get_by_label("SMA", exact=True).check()
    mother.page.get_by_label("Domisili", exact=True).check()
    mother.page.get_by_label(re.compile("^NPSN sekolah sekarang")).fill(_school("galang"))
    mother.page.get_by_label(re.compile("^Nilai rata-rata")).fill("85")
    mother.page.get_by_role("button", name="Kirim pengajuan").click()
    facts = mother.facts()
    assert "GALANG RAMADAN" in facts["Nama anak"], "Dapodik writes it otherwise"
    assert "SMA NEGERI CONTOH" in facts["Sekolah dan daya tampungnya"]
    assert "orang" not in facts["Sekolah dan daya tampungnya"], "schools are not people"
    mother.good()
    reference = mother.send()
    mother.until("Giliran siapa Anda", "Tawaran sekolah lain")
    mother.page.get_by_role("link", name="Kerjakan sekarang").click()
    assert "Sekolah yang ditawarkan SMA MANDIRI CONTOH DEPOK" in mother.text()
    mother.good()
    mother.answer("Ya")
    mother.until(DONE, PAPER, "Tempat di sekolah Disetujui", "tempat di sekolah yang ditawarkan Anda terima")
    mother.good()
    mother.papers(2)
    mother.looked(reference, "Penerimaan murid baru", "DTSEN")


def test_who_moved_eight_months_ago_is_told_which_routes_are_left(browser: Browser, demo: Demo) -> None:
    mother = demo.person(browser, "nabila_ibu")
    mother.find("Sekolah", "Masuk sekolah")
    mother.begin("NABILA")
    mother.page.get_by_label("SMP", exact=True).check()
    mother.page.get_by_label("Domisili", exact=True).check()
    mother.page.get_by_role("button", name="Kirim pengajuan").click()
    expect(mother.page.get_by_text("Pilih jalur afirmasi, prestasi, atau mutasi.").first).to_be_visible()
    mother.page.get_by_label("Prestasi", exact=True).check()
    mother.page.get_by_label(re.compile("^NPSN sekolah sekarang")).fill(_school("nabila"))
    mother.page.get_by_label(re.compile("^Nilai rata-rata")).fill("91,5")
    mother.send()
    mother.until(DONE, "Tempat di sekolah Disetujui")


def test_a_marriage_comes_onto_the_card_without_an_upload(browser: Browser, demo: Demo) -> None:
    fajar = demo.person(browser, "fajar")
    fajar.find("Perkawinan", "Pembaruan data perkawinan")
    fajar.good()
    fajar.begin()
    facts = fajar.facts()
    assert "SIMKAH, Kemenag" in facts["Tanggal nikah"]
    assert "AISYAH RAHMA" in facts["Nama pasangan"], "the record names her; nobody is asked"
    fajar.good()
    fajar.page.get_by_label("Suami", exact=True).check()
    fajar.page.get_by_label(re.compile("^Pasangan saya tahu")).check()
    reference = fajar.send()
    fajar.until(DONE, PAPER, "4 dari 4 hasil", "Perkawinan Anda tercatat di KUA.")
    fajar.good()
    fajar.papers(1)
    fajar.looked(reference, "SIMKAH", "Dukcapil")


def test_a_marriage_that_no_kua_recorded_waits(browser: Browser, demo: Demo) -> None:
    maria = demo.person(browser, "maria")
    maria.find("Perkawinan", "Pembaruan data perkawinan")
    maria.begin()
    assert "Tidak tercatat di" in maria.facts()["Nomor akta nikah"]
    maria.page.get_by_label("Suami", exact=True).check()
    maria.page.get_by_label(re.compile("^Pasangan saya tahu")).check()
    maria.page.get_by_role("button", name="Kirim pengajuan").click()
    expect(maria.page.get_by_text("KUA belum mengirim catatan nikah Anda.").first).to_be_visible()
    maria.good()


def test_one_report_of_a_death_reaches_pension_and_aid(browser: Browser, demo: Demo) -> None:
    suminah = demo.person(browser, "suminah")
    suminah.find("Kematian", "Kematian")
    suminah.good()
    suminah.begin()
    page = suminah.page
    page.get_by_label("SUMINAH", exact=True).check()
    page.get_by_role("button", name="Kirim pengajuan").click()
    expect(page.get_by_text("Anda melaporkan kematian orang lain.").first).to_be_visible()
    suminah.good()
    page.get_by_label("SUKARDI", exact=True).check()
    page.get_by_role("button", name="Kirim pengajuan").click()
    facts = suminah.facts()
    assert "21 November 2026" in facts["Tanggal meninggal"], "the hospital's note"
    assert "Pensiun, Taspen" in facts["Nomor pensiun"]
    assert page.get_by_label("Kabupaten atau kota tempat meninggal").count() == 0, "what is known is not asked"
    suminah.good()
    page.get_by_label(re.compile("^Siapkan klaim pensiun")).check()
    reference = suminah.send()
    suminah.until(DONE, PAPER, "5 dari 5 hasil", "Taspen menyiapkan klaim ahli waris", "pengurus bantuan yang baru")
    suminah.good()
    suminah.papers(1)
    suminah.looked(reference, "Dukcapil")


def test_without_a_body_the_case_stays_open_for_the_court(browser: Browser, demo: Demo) -> None:
    wife = demo.person(browser, "rangga_istri")
    wife.find("Kematian", "Kematian")
    wife.begin()
    page = wife.page
    page.get_by_label(figure("rangga").nama, exact=True).check()
    page.get_by_role("button", name="Kirim pengajuan").click()
    wife.good()
    died = page.get_by_role("group", name="Tanggal meninggal")
    for box, number in zip(("Tanggal", "Bulan", "Tahun"), ("30", "10", "2026"), strict=True):
        died.get_by_label(box, exact=True).fill(number)
    page.get_by_label("Kabupaten atau kota tempat meninggal").fill("Laut Banda")
    page.get_by_label("Kecelakaan", exact=True).check()
    page.get_by_label("Jenazah tidak ditemukan").check()
    wife.send()
    wife.until("Giliran siapa Anda", "Penetapan pengadilan")
    page.get_by_role("link", name="Kerjakan sekarang").click()
    wife.good()
    page.get_by_label("Nomor penetapan pengadilan").fill("112/Pdt.P/2026/PN Bau")
    page.get_by_role("button", name="Kirim").click()
    wife.until(DONE, "Akta kematian Disetujui")


PERLINSOS = "ID/GOV/KEMENSOS/PERLINSOS"
AID = "Bantuan sosial"


def _asks_for_aid(one: Walker) -> None:
    """The draft, after the family agreed that five registers are asked."""
    one.find("Bantuan", AID)
    one.good()
    one.page.get_by_role("button", name="Mulai").click()
    one.page.wait_for_url(re.compile("/persetujuan/"))
    one.good()
    one.page.get_by_label(re.compile("^Saya mengizinkan")).check()
    one.page.get_by_role("button", name="Beri izin").click()
    one.page.wait_for_url(re.compile(r"/periksa/BN-"))
    one.until("Ada pemilik atau pengurus badan usaha Tidak")
    one.page.get_by_label("PKH", exact=True).check()


def test_a_wrong_decile_is_objected_to_visited_and_granted(browser: Browser, demo: Demo) -> None:
    darto = demo.person(browser, "darto")
    _asks_for_aid(darto)
    assert "DTSEN, Kemensos" in darto.facts()["Desil kesejahteraan keluarga"]
    reference = darto.send()
    case = darto.page.url
    darto.until(DONE, PAPER, f"{AID} Tidak disetujui", "Desil keluarga 7, PKH untuk desil 1 sampai 4 (A1, DTSEN)")
    assert "lansia" not in darto.text(), "that they are old is known from the card"
    darto.good()
    darto.page.get_by_role("link", name="Ajukan sanggah").click()
    darto.good()
    words = "Desil 7 keliru: kami berdua sudah tua dan rumah kami dari bambu."
    darto.page.get_by_label("Apa yang tidak benar, dan mengapa?").fill(words)
    darto.page.get_by_role("button", name="Kirim").click()
    darto.until("Giliran siapa Kementerian Sosial", "Sedang diperiksa ulang")
    _officer_grants(demo.person(browser, "bagus", offices=[(PERLINSOS, "petugas")]), reference, words)
    darto.page.goto(case)
    darto.until(f"{AID} sesudah pemeriksaan ulang Disetujui", f"Sanggah atas {AID} Disetujui")
    darto.until("Kunjungan ulang memperbaiki data keluarga Anda.")
    darto.good()
    darto.papers(2)
    darto.looked(reference, "Ada pensiunan di KK")


def _officer_grants(officer: Walker, reference: str, words: str) -> None:
    """The officer of the ministry finds the objection in the queue, reads both sides, and decides."""
    officer.go("/petugas/")
    assert reference in officer.text()
    officer.good()
    officer.page.get_by_role("link", name=re.compile("^Periksa ulang")).click()
    officer.until(words, "Desil keluarga 7")
    officer.page.get_by_role("button", name="Ambil tugas ini").click()
    officer.good()
    officer.page.get_by_label("Setujui", exact=True).check()
    officer.page.get_by_label(re.compile("^Alasan")).fill("Sanggah diterima; BPS mengunjungi lagi.")
    officer.page.get_by_role("button", name="Simpan").click()
    officer.until("Tersimpan.", "Tidak ada tugas yang menunggu.")


def test_a_son_in_the_police_is_a_reason_that_names_its_source(browser: Browser, demo: Demo) -> None:
    lestari = demo.person(browser, "lestari")
    _asks_for_aid(lestari)
    lestari.page.get_by_label(re.compile("^Anggota dengan disabilitas")).fill("1")
    lestari.send()
    lestari.until(DONE, f"{AID} Tidak disetujui", "Ada anggota Polri di kartu keluarga ini (A3, Polri)")


def _fills_certificate(one: Walker) -> None:
    """The form of a police record certificate."""
    one.find("Bekerja", "SKCK untuk melamar kerja")
    one.begin()
    one.page.get_by_label("Melamar sebagai ASN").check()
    one.photograph("Pasfoto berlatar merah")


def test_arrears_stop_a_police_record_before_anything_is_paid(browser: Browser, demo: Demo) -> None:
    ratna = demo.person(browser, "ratna")
    _fills_certificate(ratna)
    assert "210.000" in ratna.facts()["Tunggakan iuran (rupiah)"]
    ratna.page.get_by_role("button", name="Kirim pengajuan").click()
    expect(ratna.page.get_by_text("Bayar atau cicil tunggakannya dahulu; draf ini tersimpan").first).to_be_visible()
    ratna.go("/urusan/")
    assert "Belum dikirim" in ratna.text(), "she comes back to it when she has paid"


def test_a_conviction_is_stated_and_no_refusal(browser: Browser, demo: Demo) -> None:
    agung = demo.person(browser, "agung")
    _fills_certificate(agung)
    agung.send()
    agung.until("Kode billing")
    agung.pay("Rp30.000")
    agung.until(DONE, PAPER, "SKCK Disetujui", "catatan itu tertulis di dalamnya dan dibaca pemberi kerja")
