"""The endpoints: the toolkit's, with what a strict provider adds around them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider import views
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.models import get_grant_model
from oauthlib.openid.connect.core.exceptions import ConsentRequired

from terpadu.identity.openid.models import Client
from terpadu.identity.openid.signing_on import must_again, remember
from terpadu.identity.openid.validator import revoke_reused

_MAY_REPEAT = frozenset(("resource",))
_NEEDED = ("client_id", "redirect_uri", "response_type", "scope")
_GRANTS = {"authorization_code": "code", "refresh_token": "refresh_token"}
"""Kinds of grant that are open -> the parameter that holds the secret."""


def twice(query: QueryDict) -> str:
    """A parameter that was given twice (RFC 6749 section 3.1 forbids it), or nothing."""
    return next((name for name, values in query.lists() if len(values) > 1 and name not in _MAY_REPEAT), "")


def _refuse(what: str, error: str = "invalid_request") -> JsonResponse:
    return JsonResponse({"error": error, "error_description": what}, status=400)


def unfit(request: HttpRequest) -> str:
    """What is wrong with an authorization request before anybody is asked or sent anywhere; empty: nothing."""
    repeated = twice(request.GET) or twice(request.POST)
    if repeated:
        return f"{repeated[:40]} was given twice"
    given = request.POST if request.method == "POST" else request.GET
    return next((f"{name} is needed" for name in _NEEDED if not given.get(name)), "")


class Authorize(views.AuthorizationView):  # type: ignore[misc]  # the toolkit has no types
    """Asks the person once per request; a fresh proof where the client wants one."""

    template_name = "openid/authorize.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wrong = unfit(request)
        if wrong:
            return _refuse(wrong)
        if request.GET.get("ui_locales", "").startswith("en"):
            translation.activate("en")  # Core 3.1.2.1; these addresses have no language of their own
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def redirect(self, redirect_to: str, application: Client) -> HttpResponseBase:
        """Every answer names its issuer, errors too (RFC 9207): the toolkit leaves it out of errors."""
        parts = urlsplit(redirect_to)
        if "iss" not in QueryDict(parts.query):
            issuer = urlencode({"iss": settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"]})
            redirect_to = parts._replace(query=f"{parts.query}&{issuer}".lstrip("&")).geturl()
        return super().redirect(redirect_to, application)  # type: ignore[no-any-return]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.copy()
        if must_again(request, wanted):
            if "none" in wanted.get("prompt", "").split():
                return self.handle_no_permission()  # type: ignore[no-any-return]
            return self._again(request, wanted)
        silent = "none" in wanted.get("prompt", "").split()
        if wanted.get("prompt") == "login":
            wanted.pop("prompt")
        request.GET = wanted  # type: ignore[assignment]
        response = self._with_sign_on(request, super().get, *args, **kwargs)
        return self._must_ask() if silent and response.status_code == 200 else response

    def _must_ask(self) -> HttpResponseBase:
        """`prompt=none`, and the person has not agreed yet: the client is told, no page is shown."""
        credentials = self.oauth2_data
        error = ConsentRequired(state=credentials.get("state"))
        application = Client.objects.get(client_id=credentials["client_id"])
        refusal = OAuthToolkitError(error=error, redirect_uri=credentials["redirect_uri"])
        return self.error_response(refusal, application)  # type: ignore[no-any-return]

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


@method_decorator((never_cache, csrf_exempt), name="dispatch")
class Token(views.TokenView):  # type: ignore[misc]
    """A code that fails half-way leaves nothing behind; a second use revokes what the first one gave."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        repeated = twice(request.GET) or twice(request.POST)
        if repeated:
            return _refuse(f"{repeated[:40]} was given twice")
        if request.POST.get("grant_type") not in _GRANTS:
            return _refuse("a code or a refresh token is needed", "unsupported_grant_type")
        response = self._whole(request, *args, **kwargs)
        if response.status_code != 200:
            self._look_for_reuse(request)
        return response

    def _whole(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """All of it or nothing; of many hands with one code the first holds its row, and the others find it gone."""
        with transaction.atomic():
            list(get_grant_model().objects.select_for_update().filter(code=request.POST.get("code", "")))
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            if response.status_code != 200:
                transaction.set_rollback(True)
        return response

    def _look_for_reuse(self, request: HttpRequest) -> None:
        kind = request.POST["grant_type"]
        secret = request.POST.get(_GRANTS[kind])
        if secret:
            revoke_reused(kind, secret)


@method_decorator((never_cache, csrf_exempt), name="dispatch")
class UserInfo(views.UserInfoView):  # type: ignore[misc]
    """Who a token is about; a token in an address or a form would lie in logs and histories (RFC 9700 section 4.3.2)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "access_token" in request.GET or "access_token" in request.POST:
            return _refuse("the token belongs into the Authorization header")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class Logout(views.RPInitiatedLogoutView):  # type: ignore[misc]
    """A client asks to end the session here; the person is asked."""

    template_name = "openid/logout.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        repeated = twice(request.GET) or twice(request.POST)
        if repeated:
            return _refuse(f"{repeated[:40]} was given twice")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
