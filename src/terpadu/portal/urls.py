"""Addresses: pages stand in both languages (Indonesian without a prefix), interfaces for machines in none."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("api/", include("terpadu.services.api_urls")),
    path("o/", include("terpadu.identity.openid.urls")),
    *i18n_patterns(
        path("", include("terpadu.pages.urls")),
        path("layanan/", include("terpadu.services.urls")),
        prefix_default_language=False,
    ),
]
