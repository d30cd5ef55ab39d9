"""The library's pages at our addresses. Their names are the library's, which finds its own pages by them."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from terpadu.identity.signing_on import views
from terpadu.identity.signing_on.even import evenly
from terpadu.pages.guards import public, signed_on

_register = public(evenly(account.signup_by_passkey))

urlpatterns = [
    path("masuk/", public(evenly(account.login)), name="account_login"),
    path("masuk/kunci/", public(views.SignOn.as_view()), name="mfa_login_webauthn"),
    path("masuk/kode/", public(evenly(account.RequestLoginCodeView.as_view())), name="account_request_login_code"),
    path("masuk/kode/surel/", public(account.confirm_login_code), name="account_confirm_login_code"),
    path("masuk/faktor-kedua/", public(factors.authenticate), name="mfa_authenticate"),
    path("masuk/nonaktif/", public(account.account_inactive), name="account_inactive"),
    path("masuk/lagi/", signed_on(factors.reauthenticate), name="mfa_reauthenticate"),
    path("masuk/lagi/kunci/", signed_on(views.PasskeyAgain.as_view()), name="mfa_reauthenticate_webauthn"),
    path("daftar/", _register, name="account_signup"),
    path("daftar/", _register, name="account_signup_by_passkey"),
    path("daftar/kode/", public(account.email_verification_sent), name="account_email_verification_sent"),
    path("daftar/kunci/", public(views.FirstPasskey.as_view()), name="mfa_signup_webauthn"),
    path("keluar/", public(account.logout), name="account_logout"),
    path("akun/surel/", signed_on(account.email), name="account_email"),
    path("akun/keamanan/", signed_on(factors.index), name="mfa_index"),
    path("akun/kunci/tambah/", signed_on(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("akun/kunci/<int:pk>/hapus/", signed_on(views.RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("akun/kunci/<int:pk>/nama/", signed_on(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("akun/aplikasi/", signed_on(totp.activate_totp), name="mfa_activate_totp"),
    path("akun/aplikasi/hapus/", signed_on(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("akun/kode-pemulihan/", signed_on(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("akun/kode-pemulihan/baru/", signed_on(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
