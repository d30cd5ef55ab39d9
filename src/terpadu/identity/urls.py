"""The account's pages."""

from __future__ import annotations

from django.urls import path

from terpadu.identity import views
from terpadu.identity.counter import views as counter
from terpadu.identity.mandates import views as mandates
from terpadu.identity.proving import views as proving
from terpadu.identity.recovery import views as recovery

app_name = "identity"
urlpatterns = [
    path("akun/", views.account, name="account"),
    path("akun/mulai/", views.start, name="start"),
    path("akun/sesi/", views.list_sessions, name="sessions"),
    path("akun/sesi/<int:number>/akhiri/", views.end_session, name="end-session"),
    path("akun/sesi/akhiri/", views.end_other_sessions, name="end-other-sessions"),
    path("akun/kode-pemulihan/unduh/", views.download_codes, name="download-codes"),
    path("masuk/hilang/", views.lost, name="lost"),
    path("surat-contoh/", views.show_letters, name="letters"),
    path("akun/nik/", proving.prove, name="prove"),
    path("akun/tunjuk/", proving.show, name="show"),
    path("akun/kuasa/", mandates.overview, name="mandates"),
    path("akun/kuasa/beri/", mandates.give, name="give"),
    path("akun/kuasa/instansi/", mandates.give_office, name="give-office"),
    path("akun/kuasa/terima/", mandates.accept, name="accept"),
    path("akun/kuasa/kk/", mandates.ask_card, name="ask-card"),
    path("akun/kuasa/orang/<uuid:number>/cabut/", mandates.revoke, {"kind": "orang"}, name="revoke-person"),
    path("akun/kuasa/instansi/<uuid:number>/cabut/", mandates.revoke, {"kind": "instansi"}, name="revoke-office"),
    path("akun/loket/", counter.counter, name="counter"),
    path("akun/loket/orang/", counter.see, name="see"),
    path("akun/loket/pemulihan/", counter.begin, name="begin-recovery"),
    path("akun/loket/pemulihan/<uuid:number>/", counter.confirm, name="confirm-recovery"),
    path("akun/loket/wali/", counter.guardian, name="guardian"),
    path("pemulihan/", recovery.enter, name="recovery"),
    path("pemulihan/kunci/", recovery.new_key, name="recovery-key"),
    path("pemulihan/batal/", recovery.cancel, name="cancel-recovery"),
    path("akun/pemulihan/batal/", recovery.cancel_own, name="cancel-own-recovery"),
]
