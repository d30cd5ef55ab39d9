"""The one box of a consent: never ticked beforehand, and needed for a yes only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Decision(forms.Form):
    """Yes needs the tick and the button; no needs the button alone."""

    agree = forms.BooleanField(
        required=True,
        initial=False,
        error_messages={"required": _("Beri tanda pada kotak bila Anda mengizinkan; atau pilih Jangan bagikan.")},
    )
