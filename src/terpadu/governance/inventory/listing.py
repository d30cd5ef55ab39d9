"""The list: what an address asks for, the filters as links, the counts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from terpadu.governance.models import Application, Kind, Personal
from terpadu.governance.stages import Stage

if TYPE_CHECKING:
    from terpadu.pages.navigation import Words

FILTERS: dict[str, tuple[str, Any, Words]] = {
    "status": ("stage", Stage, _("Status")),
    "jenis": ("kind", Kind, _("Jenis")),
    "data_pribadi": ("personal", Personal, _("Data pribadi")),
}
"""Key of the address -> field, its choices, its name on pages."""
_WORDS = 6
_SOUGHT = ("name", "function", "agency", "code", "service_code")


class Choice(NamedTuple):
    """A filter as a link."""

    label: str
    address: str
    current: bool


class Asked(NamedTuple):
    """What the address asks for; what is not known is left out."""

    words: str
    chosen: dict[str, str]
    member: str

    def address(self, **other: str) -> str:
        """The same with something else chosen; an empty value takes it away."""
        everything = {"cari": self.words, "instansi": self.member, **self.chosen} | other
        return "?" + urlencode({key: value for key, value in everything.items() if value})


def asked(query: Mapping[str, str]) -> Asked:
    """Read an address."""
    chosen = {key: query[key] for key, (_field, choices, _name) in FILTERS.items() if query.get(key) in choices.values}
    return Asked(query.get("cari", "").strip()[:200], chosen, query.get("instansi", "")[:200])


def found(one: Asked) -> QuerySet[Application]:
    """The applications that fit, by name."""
    entries = Application.objects.filter(**{FILTERS[key][0]: value for key, value in one.chosen.items()})
    if one.member:
        entries = entries.filter(member=one.member)
    for word in one.words.split()[:_WORDS]:
        somewhere = Q()
        for field in _SOUGHT:
            somewhere |= Q(**{f"{field}__icontains": word})
        entries = entries.filter(somewhere)
    return entries.order_by("name", "pk")


def filters(one: Asked) -> list[tuple[Words, list[Choice]]]:
    """The filters as rows of links, the one that is chosen marked."""
    return [
        (
            name,
            [
                Choice(str(_("Semua")), one.address(**{key: ""}), key not in one.chosen),
                *(
                    Choice(str(choice.label), one.address(**{key: choice.value}), one.chosen.get(key) == choice.value)
                    for choice in choices
                ),
            ],
        )
        for key, (_field, choices, name) in FILTERS.items()
    ]
