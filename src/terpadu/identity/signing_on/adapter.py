"""Where allauth asks us: our sentences, our addresses, secrets sealed at rest, and the first passkey before anything else."""

from __future__ import annotations

import base64
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from terpadu.identity.models import Person
from terpadu.pages.sealed import seal, unseal

_FACTOR = "identity.factor"
_STAGES = {"allauth.mfa.webauthn.stages.PasskeySignupStage": "terpadu.identity.signing_on.stages.FirstPasskeyStage"}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Akun ini dinonaktifkan. Datangi loket untuk bertanya."),
        "cannot_remove_primary_email": _("Alamat surel utama tidak dapat dihapus. Pilih dulu alamat utama yang lain."),
        "duplicate_email": _("Alamat surel ini sudah ada di akun Anda."),
        "email_taken": _("Alamat surel ini tidak dapat dipakai. Pakai alamat lain."),
        "incorrect_code": _("Kode tidak cocok. Periksa angkanya, atau minta kode baru."),
        "invalid_login": _("Tulis alamat surel, misalnya nama@contoh.id."),
        "max_email_addresses": _("Paling banyak %d alamat surel. Hapus satu dulu."),
        "too_many_login_attempts": _("Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi."),
        "unverified_primary_email": _("Alamat surel utama harus dibuktikan dulu dengan kode."),
        "same_as_current": _("Alamat baru harus berbeda dari yang sekarang."),
        "rate_limited": _("Terlalu banyak permintaan. Tunggu beberapa menit, lalu coba lagi."),
    }

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """A new person reads the language in which they registered."""
        user.language = get_language() or "id"
        saved: Person = super().save_user(request, user, form, commit)
        return saved

    def get_login_stages(self) -> list[str]:
        """An account without any key gets one before it is used, whenever its registration broke off."""
        return [_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("pages:home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A second way to sign on comes first: a lost phone must not lock anybody out."""
        return reverse("identity:start")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("pages:home")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_email")

    def send_account_already_exists_mail(self, email: str) -> None:
        """Without the library's way back, which is a password's."""
        self.send_mail("account/email/account_already_exists", email, {})

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The passkey first."""
        titles = {
            "mfa_reauthenticate": _("Pakai kode dari aplikasi autentikator atau kode pemulihan"),
            "mfa_reauthenticate:webauthn": _("Pakai kunci sandi"),
        }
        methods = [one | {"description": titles[one["id"]]} for one in super().get_reauthentication_methods(user)]
        return sorted(methods, key=lambda one: one["id"] != "mfa_reauthenticate:webauthn")


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keys and codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "Ini cara masuk Anda yang terakhir. Tambah cara lain dulu, lalu hapus yang ini."
        ),
        "cannot_generate_recovery_codes": _("Buat kunci sandi dulu, lalu kode pemulihan."),
        "incorrect_code": _("Tidak cocok. Coba sekali lagi, atau pakai cara lain."),
        "unverified_email": _("Buktikan dulu alamat surel Anda dengan kode."),
    }

    def encrypt(self, text: str) -> str:
        """Sealed like all personal data: a copied database opens no account."""
        return base64.b64encode(seal(text, _FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises `BadInput`."""
        return str(unseal(base64.b64decode(encrypted_text), _FACTOR))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Never the last one that signs on: then a code by e-mail alone would."""
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Kunci sandi %(number)d") % {"number": number}

    def build_totp_svg(self, url: str) -> str:
        return str(segno.make(url, error="m").svg_inline(scale=5, border=2, svgclass=None, lineclass=None))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party is the portal's own address, whatever the request says."""
        return {"id": settings.ALLOWED_HOSTS[0], "name": "Terpadu"}
