"""Before a dangerous change the person proves again who they are, unless they did within five minutes."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required

from terpadu.pages.guards import View


def proven_again(view: View) -> View:
    """Stands below the guard `signed_on`."""
    wrapped: View = reauthentication_required(view)
    return wrapped
