"""Letters about an account, to every address that is known of it, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from terpadu.identity.models import Person


def tell(person: Person, letter: str, also: Iterable[str] = (), **words: Any) -> None:
    """Send `identity/letters/<letter>` to all proven addresses, and to `also`."""
    known = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    for address in {person.email, *known, *also}:
        send(address, person.language, letter, **words)


def send(address: str, language: str, letter: str, **words: Any) -> None:
    """One letter to one address."""
    with translation.override(language):
        subject = render_to_string(f"identity/letters/{letter}_subject.txt", words).strip()
        body = render_to_string(f"identity/letters/{letter}_message.txt", words)
        send_mail(subject, body, None, [address])
