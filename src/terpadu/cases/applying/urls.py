"""Addresses of the prefilled form, below `/layanan/`."""

from django.urls import path

from terpadu.cases.applying import questioning, views

app_name = "applying"
_DRAFT = "<slug:service>/periksa/<str:reference>/"
urlpatterns = [
    path("tanya-data/ajukan/", questioning.ask, name="question"),
    path("<slug:service>/periksa/", views.begin, name="begin"),
    path(_DRAFT, views.check, name="check"),
    path(f"{_DRAFT}hapus/", views.delete, name="delete"),
    path(f"{_DRAFT}keliru/<str:fact>/", views.wrong, name="wrong"),
    path(f"{_DRAFT}berkas/<uuid:upload>/", views.document, name="document"),
]
