"""The account's pages."""

from __future__ import annotations

from django.urls import path

from terpadu.identity import views

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
]
