"""The library's pages where ours differ: a passkey signs on alone, proves enough for a while, and is never the last to go."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn import views as library
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


class SignOn(library.LoginWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """A passkey just used is as fresh a proof as being asked again."""

    def form_valid(self, form: Any) -> HttpResponse:
        key = form.cleaned_data["credential"]
        post_authentication(self.request, key, reauthenticated=True, passwordless=True)
        response: HttpResponse = perform_login(self.request, Login(user=key.user))
        return response


class FirstPasskey(library.SignupWebAuthnView):  # type: ignore[misc]
    """A registration ends with it, and the person is signed on by it."""

    def form_valid(self, form: Any) -> HttpResponse:
        stage = self._login_stage
        wanted = form.cleaned_data
        key = flows.signup_authenticator(
            self.request, user=stage.login.user, name=wanted["name"], credential=wanted["credential"]
        )
        post_authentication(self.request, key, reauthenticated=True, passwordless=True)
        response: HttpResponse = stage.exit()
        return response


class AddPasskey(library.AddWebAuthnView):  # type: ignore[misc]
    """Always a key that signs on alone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(library.AddWebAuthnView, self).get_context_data(**kwargs)
        return context | {
            "js_data": {"creation_options": auth.begin_registration(self.request.user, passwordless=True)}
        }


class RemovePasskey(library.RemoveWebAuthnView):  # type: ignore[misc]
    """Another way to sign on must stay."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            adapter = get_adapter()
            key = self.get_queryset().filter(pk=kwargs["pk"]).first()
            if key and not adapter.can_delete_authenticator(key):
                account_adapter().add_message(
                    request, messages.ERROR, message=adapter.error_messages["cannot_delete_authenticator"]
                )
                return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("mfa_index")


class PasskeyAgain(library.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A failed try may be made again, on the same page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for sentence in form.errors.get("credential", []):
            account_adapter().add_message(self.request, messages.ERROR, message=sentence)
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))
