"""The provider's endpoints; no other of the toolkit's is reachable."""

from __future__ import annotations

from django.urls import path
from oauth2_provider import views as toolkit

from terpadu.identity.openid import views

app_name = "oauth2_provider"  # the toolkit finds its endpoints under this name
urlpatterns = [
    path(
        ".well-known/openid-configuration",
        toolkit.ConnectDiscoveryInfoView.as_view(),
        name="oidc-connect-discovery-info",
    ),
    path(".well-known/jwks.json", toolkit.JwksInfoView.as_view(), name="jwks-info"),
    path("masuk/", views.Authorize.as_view(), name="authorize"),
    path("token/", views.Token.as_view(), name="token"),
    path("cabut/", toolkit.RevokeTokenView.as_view(), name="revoke-token"),
    path("orang/", views.UserInfo.as_view(), name="user-info"),
    path("keluar/", views.Logout.as_view(), name="rp-initiated-logout"),
]
