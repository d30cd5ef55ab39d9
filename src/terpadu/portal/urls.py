"""Addresses: pages stand in both languages (Indonesian without a prefix), interfaces for machines in none."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from terpadu.cases.payments.views import push
from terpadu.cases.views.office_systems import answer

urlpatterns = [
    path("api/pembayaran", push),
    path("api/tugas", answer),
    path("api/", include("terpadu.services.api_urls")),
    path("api/spbe/", include("terpadu.spbe.api_urls")),
    path("o/", include("terpadu.identity.openid.urls")),
    *i18n_patterns(
        path("", include("terpadu.pages.urls")),
        path("", include("terpadu.identity.signing_on.urls")),
        path("", include("terpadu.identity.urls")),
        path("", include("terpadu.identity.looks.urls")),
        path("", include("terpadu.cases.documents.urls")),
        path("", include("terpadu.cases.payments.urls")),
        path("", include("terpadu.governance.urls")),
        path("registri/", include("terpadu.registry.urls")),
        path("spbe/", include("terpadu.spbe.urls")),
        path("urusan/", include("terpadu.cases.urls")),
        path("petugas/", include("terpadu.cases.office_urls")),
        path("persetujuan/", include("terpadu.identity.consent.urls")),
        path("layanan/", include("terpadu.services.urls")),
        path("layanan/", include("terpadu.cases.applying.urls")),
        prefix_default_language=False,
    ),
]
