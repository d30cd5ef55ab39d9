"""The endpoints: the toolkit's, with what a strict provider adds around them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from csp.decorators import csp_update
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from oauth2_provider import views

from terpadu.identity.openid.models import Client
from terpadu.identity.openid.signing_on import must_again, remember
from terpadu.identity.openid.validator import revoke_reused

_MAY_REPEAT = frozenset(("resource",))


def twice(query: QueryDict) -> str:
    """A parameter that was given twice (RFC 6749 section 3.1 forbids it), or nothing."""
    return next((name for name, values in query.lists() if len(values) > 1 and name not in _MAY_REPEAT), "")


def _refuse(name: str) -> JsonResponse:
    return JsonResponse({"error": "invalid_request", "error_description": f"{name[:40]} was given twice"}, status=400)


class Authorize(views.AuthorizationView):  # type: ignore[misc]  # the toolkit has no types
    """Asks the person once per request; a fresh proof where the client wants one."""

    template_name = "openid/authorize.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        repeated = twice(request.GET) or twice(request.POST)
        if repeated:
            return _refuse(repeated)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.copy()
        if must_again(request, wanted):
            if "none" in wanted.get("prompt", "").split():
                return self.handle_no_permission()  # type: ignore[no-any-return]
            return self._again(request, wanted)
        wanted.pop("prompt", None) if wanted.get("prompt") == "login" else None
        request.GET = wanted  # type: ignore[assignment]
        return self._with_sign_on(request, super().get, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._with_sign_on(request, super().post, *args, **kwargs)

    def _with_sign_on(self, request: HttpRequest, answer: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        client = Client.objects.filter(client_id=request.GET.get("client_id") or request.POST.get("client_id")).first()
        if client is not None:
            request.user.sign_on = remember(request, client)  # type: ignore[union-attr]
        response: HttpResponseBase = answer(request, *args, **kwargs)
        return self._may_return_to(response, client)

    def _may_return_to(self, response: HttpResponseBase, client: Client | None) -> HttpResponseBase:
        """Browsers apply form-action to where the answer to a form leads: to the client's own addresses and no other."""
        parts = [urlsplit(uri) for uri in client.redirect_uris.split()] if client else []
        origins = sorted({f"{part.scheme}://{part.netloc}" for part in parts})
        return csp_update({"form-action": origins})(lambda request: response)(self.request) if origins else response

    def _again(self, request: HttpRequest, wanted: QueryDict) -> HttpResponseBase:
        wanted.pop("prompt", None)
        following = f"{request.path}?{wanted.urlencode()}"
        flows = get_reauthentication_flows(request.user)
        if not flows:
            logout(request)
            return redirect_to_login(following)
        address = reverse("account_reauthenticate" if flows[0]["id"] == "reauthenticate" else flows[0]["id"])
        return HttpResponseRedirect(f"{address}?{QueryDict.fromkeys(['next'], following).urlencode()}")


@method_decorator(never_cache, name="dispatch")
class Token(views.TokenView):  # type: ignore[misc]
    """A code that fails half-way leaves nothing behind; a second use revokes what the first one gave."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        repeated = twice(request.GET) or twice(request.POST)
        if repeated:
            return _refuse(repeated)
        with transaction.atomic():
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            if response.status_code != 200:
                transaction.set_rollback(True)
        if response.status_code != 200:
            self._look_for_reuse(request)
        return response

    def _look_for_reuse(self, request: HttpRequest) -> None:
        kind = request.POST.get("grant_type", "")
        secret = {"authorization_code": "code", "refresh_token": "refresh_token"}.get(kind)
        if secret and request.POST.get(secret):
            revoke_reused(kind, request.POST[secret])


class Logout(views.RPInitiatedLogoutView):  # type: ignore[misc]
    """A client asks to end the session here; the person is asked."""

    template_name = "openid/logout.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        repeated = twice(request.GET) or twice(request.POST)
        if repeated:
            return _refuse(repeated)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
