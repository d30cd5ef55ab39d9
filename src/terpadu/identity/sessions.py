"""Sessions of a person: a new id at each proof, a list, and an end that counts at once, here and at other applications."""

from __future__ import annotations

from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authenticator_used
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from terpadu.identity import events
from terpadu.identity.models import Person
from terpadu.identity.openid.logout import end as end_sign_ons
from terpadu.identity.openid.logout import end_of_person
from terpadu.identity.openid.models import SignOn
from terpadu.identity.openid.signing_on import session_name


def listen() -> None:
    """Proofs renew the session; sign-ons are written down."""
    authenticator_used.connect(_proven, dispatch_uid="terpadu.sessions")
    user_logged_in.connect(_signed_on, dispatch_uid="terpadu.sessions")


def _signed_on(sender: object, request: HttpRequest, user: Person, **more: object) -> None:
    events.record("signed-on", user)


def _proven(sender: object, request: HttpRequest, user: Person, **more: object) -> None:
    if more.get("reauthenticated") and request.user.is_authenticated:
        renew(request)


def renew(request: HttpRequest) -> None:
    """A new id for the same session: what somebody else may have learned of the old one is worth nothing."""
    before = request.session.session_key
    request.session.cycle_key()
    after = request.session.session_key
    UserSession.objects.filter(session_key=before).update(session_key=after)
    SignOn.objects.filter(session=session_name(before)).update(session=session_name(after))


def of(person: Person) -> list[UserSession]:
    """Sessions that still count, the newest first."""
    living: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(living, key=lambda one: one.created_at, reverse=True)


def end(session: UserSession) -> None:
    """At once: the next request of that browser is nobody's."""
    end_sign_ons(SignOn.objects.filter(session=session_name(session.session_key), ended=None))
    events.record("session-ended", session.user, agent=session.user_agent[:80])
    session.end()


def end_others(person: Person, keep: str | None) -> None:
    """All but the session with this key."""
    for session in of(person):
        if session.session_key != keep:
            end(session)


def end_all(person: Person) -> None:
    """Everywhere, also what no list knows of."""
    end_others(person, None)
    end_of_person(person)


def disable(person: Person, by: Person | None) -> None:
    """The account is over: no session of it counts from the next request on."""
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    end_all(person)
    events.record("disabled", person, by)
