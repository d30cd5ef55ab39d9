"""What rooms above ask: is there an approved entry of the inventory? Without one an agency gets no subsystem and no client."""

from __future__ import annotations

from uuid import UUID

from terpadu.errors import Refused
from terpadu.governance.models import Application
from terpadu.governance.stages import APPROVED


def approved(application: str | UUID, member: str) -> bool:
    """Does this member own such an application, and did the inventory accept it? Unknown and malformed ids: no."""
    try:
        number = UUID(str(application))
    except ValueError:
        return False
    return Application.objects.filter(pk=number, member=member, stage__in=APPROVED).exists()


def check_approved(application: str | UUID, member: str) -> Application:
    """The entry itself, read again. Raises `Refused` (`business-rule`) where there is none that counts."""
    if not approved(application, member):
        raise Refused(
            "business-rule",
            f"Expected an approved application of {member} in the inventory, got {str(application)[:40]!r}; "
            "report it at /inventaris/, or propose it at /gerbang/.",
        )
    return Application.objects.get(pk=UUID(str(application)))
