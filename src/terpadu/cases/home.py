"""My cases on the first page: at most three, one's own turn first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from terpadu.pages.home import Block

_MOST = 3


def _mine(request: HttpRequest) -> dict[str, Any] | None:
    """Nothing for strangers and for who has no case that goes on."""
    from terpadu.cases.people import cases_of
    from terpadu.cases.showing import lines
    from terpadu.cases.states import OPEN
    from terpadu.identity.models import Person

    if not isinstance(request.user, Person):
        return None
    going = list(cases_of(request.user).filter(state__in=OPEN))
    if not going:
        return None
    more = {"more": _("Semua urusan saya"), "more_address": reverse("cases:index")}
    return {"title": _("Urusan saya"), "cases": lines(going)[:_MOST], **more}


block = Block("main", 10, "cases/home.html", _mine)
