"""The library's forms in our words."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.account import forms as account
from allauth.mfa.base import forms as second
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code"}


class Words(NamedTuple):
    """Label, hint and attributes of an input."""

    label: Any
    hint: Any
    attributes: dict[str, str]


EMAIL = Words(_("Alamat surel"), _("Misalnya nama@contoh.id"), {"autocomplete": "email", "spellcheck": "false"})
MAILED = Words(_("Kode dari surel"), _("Kode berlaku sepuluh menit."), {"autocomplete": "one-time-code"})
APP = Words(_("Kode dari aplikasi"), _("Enam angka yang berganti tiap 30 detik"), _DIGITS)
EITHER = Words(_("Kode"), _("Enam angka dari aplikasi, atau satu kode pemulihan Anda"), _DIGITS)


class _InOurWords(forms.Form):
    words: dict[str, Words]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = words.label, words.hint
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs |= words.attributes


class Login(_InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    words = {"login": EMAIL}  # noqa: RUF012


class SignUp(_InOurWords, account.SignupForm):  # type: ignore[misc]
    words = {"email": EMAIL}  # noqa: RUF012


class AskForCode(_InOurWords, account.RequestLoginCodeForm):  # type: ignore[misc]
    words = {"email": EMAIL}  # noqa: RUF012


class SignOnCode(_InOurWords, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    words = {"code": MAILED}  # noqa: RUF012


class AddressCode(_InOurWords, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    words = {"code": MAILED}  # noqa: RUF012


class AddAddress(_InOurWords, account.AddEmailForm):  # type: ignore[misc]
    words = {"email": EMAIL}  # noqa: RUF012


class SecondCode(_InOurWords, second.AuthenticateForm):  # type: ignore[misc]
    words = {"code": EITHER}  # noqa: RUF012


class CodeAgain(_InOurWords, second.ReauthenticateForm):  # type: ignore[misc]
    words = {"code": EITHER}  # noqa: RUF012


class StartApp(_InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": APP}  # noqa: RUF012
