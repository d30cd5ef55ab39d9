"""What an application may learn of a person, in the words that the person reads before saying yes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "openid": _("sebuah nama sandi untuk Anda, dan cara Anda masuk"),
    "profile": _("nama lengkap Anda"),
    "email": _("alamat surel Anda"),
}
"""Scope -> its words (OpenID Connect Core 5.4)."""
