"""Who may act for whom and for which office: the one source of roles for every room.

from terpadu.identity import mandates

mandates.offices_of(person)                              the offices for which this person handles cases
mandates.check_office(person, office)                    raises `Refused`
mandates.people_of(person)                               the people for whom this person may act
mandates.check_may_act_for(person, nik, service)         raises `Refused`; one's own NIK always passes
"""

from terpadu.identity.mandates.asking import (
    can_act_for,
    check_may_act_for,
    check_office,
    history_of,
    offices_of,
    people_of,
)
from terpadu.identity.models import OfficeMandate, PersonMandate, Role

__all__ = (
    "OfficeMandate",
    "PersonMandate",
    "Role",
    "can_act_for",
    "check_may_act_for",
    "check_office",
    "history_of",
    "offices_of",
    "people_of",
)
